"""outrider-edge signals import: what is written, and what is said of the rest."""

from pathlib import Path

import pytest

from contract.signals import LOW_VOLTAGE, SOC
from edge.adapters import signal_sets
from edge.obd.addressing import Link
from edge.obd.decode import Reading
from edge.obd.isotp import Message
from edge.obd.tasks import tasks
from tests.edge import obdb_repository as on_disk
from tests.edge.commands import printed, run
from tests.edge.obd.obdb import made


@pytest.fixture
def car(tmp_path: Path) -> Path:
    return on_disk.car(tmp_path)


def test_an_imported_set_is_one_that_the_agent_can_use(
    car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "car.toml"

    assert run("signals", "import", car, "--out", out, "--json") == 0

    told = printed(capsys)
    assert told["commands"] == {"total": 2, "written": 2, "polled": 1}
    assert told["refused_by_guard"] == ["700.708.22C00B"]
    assert told["signals"]["mapped"]["CAR_SOC"] == SOC.path
    interpreter = signal_sets.interpreter(["sae-j1979", str(out)])
    assert "7E4.7EC.22F00D" in {command.id for _, command in interpreter.did_commands}
    assert "700.708.22C00B" not in {command.id for _, command in interpreter.did_commands}
    asked = tasks(interpreter, {}, "j1979", 0.0)
    assert [task.request for task in asked if task.target == Link(0x7E4, 0x7EC)] == [bytes.fromhex("22F00D")]
    facts = interpreter.interpret(Message(Link(0x7E4, 0x7EC), bytes.fromhex("62F00D1002"))) or []
    (reading,) = facts
    assert isinstance(reading, Reading)
    assert (reading.signal, reading.value) == (SOC.path, 8.0)
    assert "CC BY-SA 4.0" in out.read_text()


def test_an_import_in_words_says_what_is_read_and_what_is_never_asked(
    car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("signals", "import", car, "--out", tmp_path / "car.toml") == 0

    said = capsys.readouterr().out
    assert "2 of 2 commands, 1 of them asked" in said
    assert f"CAR_SOC is {SOC.path}" in said
    assert "1 commands are never asked" in said
    assert "  700.708.22C00B" in said


def test_an_import_is_for_one_year_or_for_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (
        made.command("22F00D", on_disk.SOC, filter={"to": 2021}),
        made.command("22F00D", {**on_disk.SOC, "id": "NEW"}, filter={"from": 2022}),
    )
    car = on_disk.write(tmp_path / "Make-Car", old, new, sets={"0000-2010.json": [on_disk.BATTERY]})
    out = tmp_path / "car.toml"

    def commands(year: int | None) -> list[str]:
        interpreter = signal_sets.interpreter([str(out)], year)
        return [command.id for _, command in interpreter.did_commands]

    assert run("signals", "import", car, "--out", out) == 0
    assert commands(2009) == ["7E4.7EC.22F00D"]
    assert commands(2021) == ["7E4.7EC.22F00D|f=-2021"]
    assert commands(2022) == ["7E4.7EC.22F00D|f=2022-"]
    assert commands(None) == []

    assert run("signals", "import", car, "--out", out, "--year", "2022") == 0
    assert commands(None) == ["7E4.7EC.22F00D|f=2022-"]


def test_what_the_whole_set_wants_is_said(car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (car / "signalsets/v3/default.json").write_text(made.text(on_disk.BATTERY, diagnosticLevel="C0"))

    assert run("signals", "import", car, "--out", tmp_path / "car.toml") == 0
    assert "the set wants session C0" in capsys.readouterr().out
    assert run("signals", "import", car, "--out", tmp_path / "car.toml", "--json") == 0
    assert printed(capsys)["not_used"]["diagnostic_level"] == "C0"


def test_a_map_says_what_a_signal_is(car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (car / "signalsets/v3/default.json").write_text(
        made.text(made.command("22F00D", made.signal("CAR_V", unit="volts", div=10)))
    )
    out, names = tmp_path / "car.toml", tmp_path / "map.toml"
    assert run("signals", "import", car, "--out", out) == 2
    assert "nothing to write" in capsys.readouterr().err

    for row in (f'CAR_V = "{LOW_VOLTAGE.path}"', f'CAR_V = {{ path = "{LOW_VOLTAGE.path}", reversed = false }}'):
        names.write_text(row)
        assert run("signals", "import", car, "--out", out, "--map", names, "--json") == 0
        assert printed(capsys)["signals"]["mapped"] == {"CAR_V": LOW_VOLTAGE.path}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("CAR_SOC = 3", "CAR_SOC must be a path"),
        ("CAR_SOC = { reversed = true }", "CAR_SOC must be a path"),
        ('CAR_SOC = { path = "Vehicle.Speed", sign = -1 }', "CAR_SOC must be a path"),
        ('CAR_SOC = "Vehicle.Sped"', "CAR_SOC: Vehicle.Sped is not in the catalogue"),
        ("CAR_SOC = ", "map.toml: Invalid value"),
    ],
)
def test_a_broken_map_is_named(
    car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    names = tmp_path / "map.toml"
    names.write_text(text)

    assert run("signals", "import", car, "--out", tmp_path / "car.toml", "--map", names) == 2

    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "car.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--out", "/no/such/folder/car.toml"), "No such file"),
        (("--out", "car.toml", "--year", "21"), "--year 21: no model year"),
        (("--out", "car.toml", "--map", "/no/such/map.toml"), "No such file"),
    ],
)
def test_what_cannot_be_imported_says_why(
    car: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    assert run("signals", "import", car, *arguments) == 2

    assert complaint in capsys.readouterr().err


def test_one_repository_is_imported_at_a_time(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "import", car.parent, "--out", "car.toml") == 2

    assert "holds 2 repositories" in capsys.readouterr().err
