"""outrider-edge budget: one JSON line, and an error where a configuration takes more than it may."""

import json
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.budget import DEFAULT_PARTS, read
from edge.budget_command import CURRENTS

SETTINGS = """
vehicle = "car-1"
bus = {interface = "slcan", channel = "/dev/pts/4"}
mqtt = {host = "127.0.0.1", port = 1883}
spool = {path = "spool.sqlite"}
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command; return its status, stdout and stderr."""
    with pytest.raises(SystemExit) as ended:
        main(["budget", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, out, err


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(SETTINGS)
    return path


def test_every_row_that_travels_along_says_where_its_figure_comes_from() -> None:
    table = read(CURRENTS.read_text(), "currents.toml")

    assert {part.name for part in table.part} >= set(DEFAULT_PARTS)
    assert all(len(part.source) > 20 and part.resting_ma > 0.0 for part in table.part)
    assert table.converter is not None


def test_without_settings_a_usual_dongle_is_assumed_and_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--json")

    (line,) = out.splitlines()
    result = json.loads(line)
    assert (status, result["ok"], result["assumed_parts"], result["battery_ah"]) == (0, True, True, 60.0)
    # (120 + 10 + 10) mA at 5 V and 0.2 mA at 3.3 V, through 85 % from 12.6 V
    resting_ma = (140.0 * 5.0 + 0.2 * 3.3) / (12.6 * 0.85)
    assert result["resting_ma"] == pytest.approx(resting_ma, abs=0.01)
    assert result["mah_day_parked"] == pytest.approx(24.0 * resting_ma, abs=0.01)
    assert result["days_to_a_fifth"] == pytest.approx(12_000.0 / (24.0 * resting_ma), abs=0.1)
    assert {part["kind"] for part in result["parts"]} == {"measured", "maker"}


def test_a_person_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys)

    assert status == 0
    assert "60 Ah battery falls by 20 % in: 8 days" in out
    assert "pi-zero-2w" in err


def test_a_configuration_that_takes_more_than_it_may_is_an_error_that_names_the_key(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.write_text(SETTINGS + "\n[power]\nbudget_mah_day = 500.0\n")
    status, out, err = run(capsys, "--config", str(settings), "--json")

    assert status == 2
    assert json.loads(out)["ok"] is False
    assert "power.budget_mah_day" in err
    assert "1570 mAh" in err


def test_the_owners_own_measurements_count(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (settings.parent / "mine.toml").write_text(
        '[[part]]\nname = "mine"\nat_v = 12.6\nawake_ma = 30.0\nresting_ma = 3.0\n'
        'kind = "measured"\nsource = "my meter"\n'
    )
    settings.write_text(
        SETTINGS + '\n[power]\nparts = ["mine"]\ncurrents = "mine.toml"\nbudget_mah_day = 72.0\nbattery_ah = 36.0\n'
    )
    status, out, _ = run(capsys, "--config", str(settings), "--json")

    result = json.loads(out)
    assert (status, result["ok"], result["mah_day_parked"], result["days_to_a_fifth"]) == (0, True, 72.0, 100.0)
    assert result["assumed_parts"] is False


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_table_that_cannot_be_read_is_named(settings: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text(SETTINGS + f'\n[power]\ncurrents = "{name}"\n')
    status, _, err = run(capsys, "--config", str(settings))

    assert status == 2
    assert "power.currents" in err
