"""outrider-edge signals: what is printed, what is written, and the status it ends with."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from contract.signals import LOW_VOLTAGE, SOC
from edge.__main__ import main
from edge.adapters import signal_sets
from tests.edge import obdb_repository as on_disk
from tests.edge.obd.obdb import made


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Let no later test log to the stream of one of these."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def car(tmp_path: Path) -> Path:
    """Return a car of two commands, one of which the guard refuses, with three recorded answers."""
    folder = on_disk.write(tmp_path / "Make-Car", on_disk.BATTERY, on_disk.TYRES)
    on_disk.standard(tmp_path)
    on_disk.record(
        folder,
        "2022",
        "7E4.7EC.22F00D",
        "- response: 7EC0562F00D1002\n  expected_values: {CAR_SOC: 8, CAR_X: 2}\n"
        "- response: 7EC0562F00DFF02\n  expected_values: {CAR_SOC: 100, CAR_X: 3}\n",
    )
    on_disk.record(folder, "2023", "7E0.010C", "- response: 7E804410C1AF8\n  expected_values: {RPM: 1726}\n")
    return folder


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the result: the last line of stdout."""
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(told, dict)
    return told


def test_a_check_counts_cases_and_values_by_year(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "check", car, "--json") == 0

    told = printed(capsys)
    assert told["cases"] == {"right": 2, "total": 3}
    assert told["values"] == {"right": 4, "total": 5}
    assert told["years"]["2023"]["values"] == {"right": 1, "total": 1}
    assert [(row["signal"], row["seen"]) for row in told["mismatches"]] == [("CAR_X", 2.0)]
    assert told["truth"]["values"] == {"right": 3, "total": 5}
    assert told["truth"]["non_values"]["out_of_range"] == 1
    assert "repositories" not in told


def test_a_check_may_be_of_one_mode_only(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "check", car, "--json", "--mode", "truth") == 0
    assert printed(capsys).keys() == {"truth", "unreadable"}

    assert run("signals", "check", car, "--json", "--mode", "compatible") == 0
    assert "truth" not in printed(capsys)


def test_a_folder_of_repositories_is_their_sum(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = on_disk.write(car.parent / "Make-Bus", on_disk.BATTERY)
    on_disk.record(other, "2022", "7E4.7EC.22F00D", "- {response: 7EC0462F00D10, expected_values: {CAR_SOC: 8}}\n")

    assert run("signals", "check", car.parent, "--json") == 0

    told = printed(capsys)
    assert told["values"] == {"right": 5, "total": 6}
    assert {name: row["values"]["total"] for name, row in told["repositories"].items()} == {
        "Make-Bus": 1,
        "Make-Car": 5,
        "SAEJ1979": 0,
    }


def test_a_check_in_words_names_what_differs(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "check", car) == 0

    said = capsys.readouterr()
    assert "2022: 1 of 2 cases, 3 of 4 values" in said.out
    assert "CAR_X 3 differs 2.0" in said.out
    assert "truth: 3 of 5 values the same; no values: 1 out of range; 0 not read" in said.out
    assert "Make-Car: 2 of 2 files" in said.err


@pytest.mark.parametrize(("share", "status"), [("80", 0), ("80.1", 1)])
def test_a_check_can_be_made_to_fail(car: Path, share: str, status: int) -> None:
    assert run("signals", "check", car, "--json", "--fail-under", share) == status


def test_nothing_to_check_is_said_and_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = on_disk.write(tmp_path / "Make-Car", on_disk.BATTERY)

    assert run("signals", "check", empty, "--json") == 0
    assert "no recorded answers" in capsys.readouterr().err
    assert run("signals", "check", empty, "--json", "--fail-under", "1") == 1


def test_without_the_standards_set_its_answers_are_missed_and_that_is_said(
    car: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "SAEJ1979").rename(tmp_path / "elsewhere")

    assert run("signals", "check", car, "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["values"] == {"right": 3, "total": 5}
    assert "no SAEJ1979 beside it" in said.err

    assert run("signals", "check", car, "--json", "--base", tmp_path / "elsewhere") == 0
    assert printed(capsys)["values"] == {"right": 4, "total": 5}


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_checked(
    car: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_disk.record(car, "2022", "broken", "- [")

    assert run("signals", "check", car, "--json") == 1

    told = printed(capsys)
    assert told["values"]["total"] == 5
    assert list(told["unreadable"]) == ["Make-Car/tests/test_cases/2022/commands/broken.yaml"]


def test_a_set_that_contradicts_itself_ends_the_check(car: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (car / "signalsets/v3/default.json").write_text(made.text(made.command(colour=1)))

    assert run("signals", "check", car, "--json") == 2

    said = capsys.readouterr()
    assert "default.json: command 7E4.7EC.22F00D: colour is not known here" in said.err
    assert said.out == ""


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
        (("--out", "car.json"), "ends in .toml"),
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


def test_the_agent_starts_without_a_yaml_reader() -> None:
    program = "import sys, edge.__main__; print([name for name in sys.modules if name.split('.')[0] == 'yaml'])"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout == "[]\n"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "edge", "signals", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        complaint = listing.stderr.read()

    assert (listing.returncode, complaint) == (0, b"")
