"""`outrider replay`: the result is the last line of stdout, talk goes to stderr, a wrong map says what is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cloud.cli import cli
from cloud.cli_replay import add_to

MAP = "[time]\ncolumn = 't'\n[signals]\nspeed = { column = 'v' }\ncontrol_module_voltage = { column = 'u' }\n"
add_to(cli)


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    rows = [f"{1_768_464_000 + k},50,14.1" for k in range(600)]
    (tmp_path / "drive.csv").write_text("\n".join(["t,v,u", *rows]))
    (tmp_path / "m.toml").write_text(MAP)
    return tmp_path


def test_the_last_line_is_the_result(drive: Path) -> None:
    found = CliRunner().invoke(cli, ["replay", str(drive / "drive.csv"), "--map", str(drive / "m.toml"), "--json"])

    assert found.exit_code == 0
    result = json.loads(found.stdout.splitlines()[-1])
    assert (result["vehicles"], result["rows"], result["alerts"]) == (1, 600, [])
    assert result["hours_by_vehicle"] == {"drive": round(599 / 3600, 4)}
    assert result["rescue_grade_per_hour"]["count"] == 0


def test_without_json_it_is_told_in_words(drive: Path) -> None:
    found = CliRunner().invoke(cli, ["replay", str(drive / "drive.csv"), "--map", str(drive / "m.toml")])

    assert "600 rows of 1 vehicles" in found.stdout
    assert "rescue-grade alerts: 0" in found.stdout


def test_every_alert_is_written_where_out_says(drive: Path) -> None:
    out = drive / "alerts.jsonl"
    rows = [f"{1_768_464_000 + 10 * k},{3 if k > 60 else 0}," + ",".join(["3700"] * 8) for k in range(200)]
    (drive / "pack.csv").write_text("\n".join(["t,level,c1,c2,c3,c4,c5,c6,c7,c8", *rows]))
    text = "[signals]\nalarm_level = { column = 'level' }\ncell_voltage = { match = 'c(\\d)', unit = 'mV' }\n"
    (drive / "p.toml").write_text("[time]\ncolumn = 't'\n" + text)

    arguments = ["replay", str(drive / "pack.csv"), "--map", str(drive / "p.toml"), "--out", str(out), "--json"]
    result = json.loads(CliRunner().invoke(cli, arguments).stdout.splitlines()[-1])

    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert written == result["alerts"]
    assert [alert["grade"] for alert in written] == ["emergency"]
    assert result["rescue_grade_per_hour"]["count"] == 1


def test_a_description_needs_no_map_and_ends_in_one(drive: Path) -> None:
    found = CliRunner().invoke(cli, ["replay", str(drive / "drive.csv"), "--describe", "--json"])

    assert [column["name"] for column in json.loads(found.stdout)["columns"]] == ["t", "v", "u"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["drive.csv"], "name a map with --map"),
        (["drive.csv", "--map", "none.toml"], "none.toml: cannot read the map"),
        (["none.csv", "--map", "m.toml"], "none.csv: there is no such file"),
        (["drive.csv", "--map", "m.toml", "--out", "no/where.jsonl"], "where.jsonl: cannot write alerts here"),
    ],
)
def test_what_is_missing_is_named(drive: Path, arguments: list[str], said: str) -> None:
    given = [one if one.startswith("--") else str(drive / one) for one in arguments]

    found = CliRunner().invoke(cli, ["replay", *given])

    assert found.exit_code != 0
    assert said in str(found.exception)
