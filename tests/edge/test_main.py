"""The commands: what they print, where, and the status they end with."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from edge.__main__ import main
from tests.edge.obd.passive.tables import DBC
from tests.edge.obd.test_signalset_reader import PID
from tests.edge.test_config import GOOD, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "car.toml"


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Let no later test log to the stream of one of these."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_good_settings_are_called_good(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(path)

    assert run("check-config", str(path)) == 0
    assert "good; vehicle car-1 polls sae-j1979" in capsys.readouterr().out

    assert run("check-config", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "vehicle": "car-1", "signal_sets": ["sae-j1979"]}


def test_without_signal_sets_it_says_that_it_only_listens(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(path, top='vehicle = "car-1"\n')

    assert run("check-config", str(path)) == 0

    assert "listens only" in capsys.readouterr().out


def test_commands_of_some_model_years_want_the_year(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = path.parent / "own.toml"
    own.write_text(PID.replace('pid = "0D"', 'pid = "0D"\nyears = { from = 2022 }'))
    top = f'vehicle = "car-1"\nsignal_sets = ["{own}"]\n'

    write(path, top=top)
    assert run("check-config", str(path)) == 0
    assert "1 commands are for some model years only: set model_year" in capsys.readouterr().out
    assert run("check-config", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["need_model_year"] == 1

    write(path, top=top + "model_year = 2022\n")
    assert run("check-config", str(path), "--json") == 0
    assert "need_model_year" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", [("check-config",), ("run", "--config")])
def test_bad_settings_end_with_two_and_name_the_key(
    path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    write(path, bus=GOOD["bus"] + "bitrat = 1\n")

    assert run(*command, str(path)) == 2

    said = capsys.readouterr()
    assert "unknown key 'bus.bitrat'" in said.err
    assert said.out == ""


def test_bad_settings_in_json_are_one_object(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check-config", str(path), "--json") == 2

    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert "car.toml" in answer["error"]


def test_a_signal_set_that_there_is_not_is_named_with_those_there_are(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(path, top='vehicle = "car-1"\nsignal_sets = ["sae-j1979", "warp"]\n')

    assert run("check-config", str(path)) == 2

    said = capsys.readouterr().err
    assert "'warp'" in said
    assert "e-gmp" in said


def test_the_signal_sets_are_listed_with_what_they_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"sae-j1979", "e-gmp"} <= listed.keys()
    assert "Vehicle.Speed" in listed["sae-j1979"]

    assert run("signals", "list") == 0
    assert "  Vehicle.Speed\n" in capsys.readouterr().out


def test_an_interface_that_does_not_exist_is_a_matter_of_settings(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        path,
        bus='interface = "no-such"\nchannel = "x"\n',
        mqtt='host = "127.0.0.1"\nport = 9\nprotocol = "3.1.1"\n',
        spool=f'path = "{path.parent / "spool.sqlite"}"\n',
    )

    assert run("run", "--config", str(path)) == 2

    assert "key 'bus'" in capsys.readouterr().err


def test_no_command_at_all_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "usage" in capsys.readouterr().err


def test_a_passive_table_is_read_before_the_settings_are_called_good(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(path, top='vehicle = "car-1"\npassive = "j1939"\n')
    assert run("check-config", str(path)) == 0
    assert "listens only, reads frames by j1939" in capsys.readouterr().out

    write(path, top='vehicle = "car-1"\npassive = "tesla"\n')
    assert run("check-config", str(path)) == 2
    assert "no passive table 'tesla'; there are j1939, tesla-3-y" in capsys.readouterr().err


def test_a_dbc_is_compiled_and_the_table_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "made.dbc").write_text(DBC)
    (tmp_path / "map.toml").write_text('[[signal]]\nmessage = "Plain"\nsignal = "Speed"\npath = "Vehicle.Speed"\n')
    table = tmp_path / "made.json"

    words = ("dbc", "compile", str(tmp_path / "made.dbc"), "--map", str(tmp_path / "map.toml"), "--out", str(table))
    assert run(*words, "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["paths"] == ["Vehicle.Speed"]

    (tmp_path / "drive.log").write_text("(1.0) can0 100#8813000000000000\n(2.5) can0 100#1027000000000000\n")
    assert run("replay", str(tmp_path / "drive.log"), "--passive", str(table), "--json") == 0
    (speed,) = json.loads(capsys.readouterr().out)["signals"]
    assert (speed["signal"], speed["ecu"], speed["first"], speed["last"]) == ("Vehicle.Speed", "100", 50.0, 100.0)


def test_a_dbc_that_is_none_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none.dbc").write_text("nothing of the kind")

    assert run("dbc", "compile", str(tmp_path / "none.dbc")) == 2
    assert "none.dbc: cannot be read as a DBC" in capsys.readouterr().err


def test_passive_tables_are_listed_beside_the_signal_sets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("signals", "list", "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert {"j1939", "tesla-3-y", "sae-j1979", "vw-meb"} <= found.keys()
    assert "Vehicle.Speed" in found["j1939"]


def test_whoever_reads_only_the_head_of_a_list_gets_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "edge", "signals", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        words = process.stderr.read()
        assert process.wait(60.0) == 0

    assert words == b""
