"""`outrider fleet configure` as an operator types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.test_claim_command import data, run

__all__ = ["data"]

CAMPAIGNS = '[[campaigns]]\nname = "fast"\nsignals = ["Vehicle.Speed"]\nperiod_ms = 1000\n'


def configure(data: Path, *words: str | Path) -> dict[str, Any]:
    done = run("fleet", "configure", "car-1", *words, "--data", data, "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_campaigns_and_stops_are_wanted_one_after_the_other_and_cleared_together(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "campaigns.toml"
    file.write_text(CAMPAIGNS)

    assert configure(data)["outcome"] == "none"
    wanted = configure(data, "--campaigns", file)
    assert ([campaign["name"] for campaign in wanted["campaigns"]], wanted["outcome"]) == (["fast"], "waiting")
    both = configure(data, "--stop", "22", "--stop", "7A0")
    assert ([campaign["name"] for campaign in both["campaigns"]], both["stop"]) == (["fast"], ["22", "7A0"])
    assert both["revision"] > wanted["revision"]
    cleared = configure(data, "--clear")
    assert (cleared["campaigns"], cleared["stop"]) == ([], [])
    shown = run("fleet", "configure", "car-1", "--data", data).stdout
    assert shown == "campaigns: none\nstop: none\nthe agent has not answered yet\n"


@pytest.mark.parametrize(
    ("vehicle", "words", "reason"),
    [
        ("car-9", ("--stop", "22"), "no vehicle 'car-9'"),
        ("car-1", ("--stop", "2"), "stop: '2' is no service"),
        ("car-1", ("--clear", "--stop", "22"), "--clear"),
        ("car-1", ("--campaigns", "no-such.toml"), "cannot read the campaigns"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    data: Path, vehicle: str, words: tuple[str, ...], reason: str
) -> None:
    refused = run("fleet", "configure", vehicle, *words, "--data", data)

    assert refused.returncode == 1
    assert reason in refused.stderr
    assert refused.stdout == ""


def test_a_file_that_is_wrong_is_refused_by_its_key(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "campaigns.toml"
    file.write_text(CAMPAIGNS.replace("1000", '"often"'))

    refused = run("fleet", "configure", "car-1", "--campaigns", file, "--data", data)

    assert refused.returncode == 1
    assert "campaigns[0].period_ms" in refused.stderr
