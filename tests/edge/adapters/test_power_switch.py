"""The switch of the device's own power: one contract over both, and what the real one leaves on the disk."""

import sys
from pathlib import Path

import pytest

from edge.adapters.power_switch import CommandPowerSwitch, NoPowerSwitch
from edge.ports import PowerSwitch

WRITES = "import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write('off ')"


@pytest.fixture
def said(tmp_path: Path) -> Path:
    return tmp_path / "said"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite.powered-off"


@pytest.fixture
def switch(said: Path, marker: Path) -> CommandPowerSwitch:
    return CommandPowerSwitch((sys.executable, "-c", WRITES, str(said)), marker)


def test_it_runs_its_command_and_remembers_over_a_restart_until_the_supply_recovers(
    switch: CommandPowerSwitch, said: Path, marker: Path
) -> None:
    assert not switch.was_asked()
    switch.off()
    assert said.read_text() == "off "

    after_restart = CommandPowerSwitch(("true",), marker)
    assert after_restart.was_asked()
    after_restart.recovered()
    after_restart.recovered()
    assert not switch.was_asked()


@pytest.mark.parametrize("command", [("no-such-command-here",), (sys.executable, "-c", "raise SystemExit(3)")])
def test_a_command_that_fails_is_told_and_not_tried_again_after_a_restart(
    command: tuple[str, ...], marker: Path
) -> None:
    switch = CommandPowerSwitch(command, marker)

    switch.off()

    assert switch.was_asked()


def test_what_cannot_be_remembered_is_not_done(said: Path, tmp_path: Path) -> None:
    switch = CommandPowerSwitch((sys.executable, "-c", WRITES, str(said)), tmp_path / "no" / "folder")

    switch.off()

    assert not said.exists()


def test_a_marker_that_cannot_be_taken_away_is_no_end_of_the_agent(marker: Path) -> None:
    marker.mkdir()
    switch = CommandPowerSwitch(("true",), marker)

    switch.recovered()

    assert switch.was_asked()


def test_without_a_switch_nothing_happens() -> None:
    switch: PowerSwitch = NoPowerSwitch()
    switch.off()
    switch.recovered()

    assert not switch.was_asked()
