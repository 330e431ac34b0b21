"""The command: what is in a DBC, and a table for the agent."""

import argparse
import json
from pathlib import Path

import pytest

from edge import dbc
from edge.errors import ConfigError
from edge.obd.passive.table import parse
from tests.edge.obd.passive.tables import DBC, SPEED

MAP = f'[[signal]]\nmessage = "Plain"\nsignal = "Speed"\npath = "{SPEED}"\n'


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "made.dbc").write_text(DBC)
    (tmp_path / "map.toml").write_text(MAP)
    return tmp_path


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    dbc.add_arguments(parser)
    return dbc.main(parser.parse_args([str(word) for word in words]))


def test_without_a_map_it_lists_what_is_there(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(made / "made.dbc")

    out, err = capsys.readouterr()
    assert status == 0
    assert "made: 4 messages, 9 signals, 0 paths" in out
    assert "18FEF1FE Engine, 8 bytes, J1939" in out
    assert "  Speed 0..300 km/h" in out
    assert "name what is wanted in a map" in out
    assert "left out Broken.Outside" in err


def test_with_a_map_it_writes_the_table_and_says_what_is_reported(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out_file = made / "table.json"

    status = run(made / "made.dbc", "--map", made / "map.toml", "--out", out_file, "--json")

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert status == 0
    assert said["paths"] == [SPEED]
    assert said["messages"][0]["signals"][0]["paths"] == [SPEED]
    assert said["left_out"] == [{"name": "Broken.Outside", "reason": "bit 15 is not within 1 bytes"}]
    assert parse(out_file.read_bytes(), "table.json").paths == (SPEED,)


def test_a_map_or_an_output_that_cannot_be_used_is_named(made: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: .*name a readable map"):
        run(made / "made.dbc", "--map", made / "nowhere.toml")
    with pytest.raises(ConfigError, match=r"nowhere/t\.json: No such file or directory; name a file that can be"):
        run(made / "made.dbc", "--out", made / "nowhere" / "t.json")
