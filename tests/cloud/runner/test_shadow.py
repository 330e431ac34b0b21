"""A candidate beside the active model: what it would have done is counted and reported, never done."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from cloud.cli import cli
from cloud.cli_shadow import add_to
from cloud.decision.policy import Policy
from cloud.runner.adapters.shadow_file import ShadowFile
from cloud.runner.shadow import Shadow
from cloud.scoring.types import Assessment, Risk

add_to(cli)
MINUTE_MS = 60_000


def at(minute: int, p: float) -> Assessment:
    return Assessment(
        vehicle="v",
        cause="low_voltage_battery",
        offset=minute,
        as_of_ms=minute * MINUTE_MS,
        received_ms=minute * MINUTE_MS,
        risks=tuple(Risk(h, p) for h in (24, 72, 168)),
        calibrated=False,
        time_to_threshold_h=None,
        ttt_low_h=None,
        ttt_high_h=None,
        quality=1.0,
        severity=3,
        service="jump_start",
        reasons=(),
        abstained="",
        model="rules",
        features="features-1",
        state="parked",
    )


def seen(active: float, candidate: float) -> Shadow:
    shadow = Shadow("hazards-x", Policy())
    for minute in range(1, 8):
        ours = at(minute, active)
        theirs = msgspec.structs.replace(ours, risks=tuple(Risk(h, candidate) for h in (24, 72, 168)))
        shadow.see(ours, theirs)
    return shadow


def test_models_that_decide_alike_differ_in_nothing() -> None:
    report = seen(0.9, 0.9).report()

    assert report["differences"] == 0
    assert report["causes"]["low_voltage_battery"]["told"] == {"ask -> ask": 1}


def test_a_decision_that_only_the_candidate_would_take_is_counted() -> None:
    report = seen(0.01, 0.9).report()

    assert report["differences"] == 1
    told = report["causes"]["low_voltage_battery"]
    assert told["told"] == {"nothing -> ask": 1}
    assert told["assessments"] == 7
    assert told["mean_p_apart_week"] == pytest.approx(0.89)


def test_the_report_is_one_line_of_json_and_words_for_people(tmp_path: Path) -> None:
    ShadowFile(tmp_path, seen(0.01, 0.9).report).write()

    line = CliRunner().invoke(cli, ["shadow", "report", "--data", str(tmp_path), "--json"])
    words = CliRunner().invoke(cli, ["shadow", "report", "--data", str(tmp_path)])

    assert json.loads(line.stdout)["differences"] == 1
    assert "nothing -> ask: 1" in words.stdout


def test_without_a_report_the_command_says_what_to_do(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["shadow", "report", "--data", str(tmp_path)])

    assert "--shadow" in str(found.exception)
