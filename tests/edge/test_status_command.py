"""`outrider-edge status`, from the file that a running agent leaves."""

import json
import time
from pathlib import Path

import pytest

from contract.messages import ConfigOutcome, Health
from edge.adapters.state_files import write_state
from tests.edge.commands import run
from tests.edge.test_config import write

HEALTH = Health(
    uptime_s=12.5,
    starts=2,
    waiting=3,
    waiting_bytes=400,
    lag_s=1.5,
    verdicts={"sent": 7},
    config=ConfigOutcome(revision=4, taken=False, reason="65 grants; at most 64 fit"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return write(tmp_path / "agent.toml", spool=f'path = "{tmp_path}/spool.sqlite"\n')


def test_what_the_agent_said_is_one_line_of_json(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_state(settings.parent / "spool.sqlite.state", "car-1", round(time.time() * 1000), True, HEALTH)

    assert run("status", "--config", settings, "--json") == 0

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["health"]["verdicts"] == {"sent": 7}
    assert (said["vehicle"], said["online"], said["fresh"]) == ("car-1", True, True)


def test_what_was_not_measured_is_said_to_be_so(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_state(settings.parent / "spool.sqlite.state", "car-1", round(time.time() * 1000), True, HEALTH)

    run("status", "--config", settings)

    said = capsys.readouterr().out
    assert "cpu_degc not measured" in said
    assert "revision 4 refused 65 grants; at most 64 fit" in said


def test_an_agent_that_has_long_said_nothing_is_not_taken_for_well(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_state(settings.parent / "spool.sqlite.state", "car-1", round(time.time() * 1000) - 3_600_000, True, HEALTH)

    assert run("status", "--config", settings, "--json") == 1
    assert json.loads(capsys.readouterr().out)["fresh"] is False


def test_an_agent_that_never_ran_is_named(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--config", settings) == 1
    assert "is it running?" in capsys.readouterr().err
