"""The shipped settings files are ones that the programs take; the shipped units are ones that systemd trusts."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from cloud import settings as cloud_settings
from edge import config as edge_config
from edge.adapters import signal_sets

DEPLOY: Final = Path(__file__).resolve().parent.parent.parent / "deploy"
UNITS: Final = ("outrider.service", "outrider-edge.service")
# In tenths: systemd's own measure of what a unit could do to its machine, 0 nothing to 100 everything.
EXPOSURE: Final = "20"


def test_the_agent_takes_its_settings_file(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "settings" / "agent.toml", tmp_path)
    (tmp_path / "password").write_text("correct horse\n")

    settings = edge_config.load(tmp_path / "agent.toml")

    assert settings.mqtt.password == "correct horse"
    assert set(settings.signal_sets) <= set(signal_sets.names())


def test_the_cloud_takes_its_settings_file() -> None:
    settings = cloud_settings.load(DEPLOY / "settings" / "outrider.toml")

    assert settings.wire_version == "5"
    assert not settings.embeds_broker


def test_the_agent_and_the_cloud_use_the_doors_that_the_broker_opens(tmp_path: Path) -> None:
    doors = re.findall(r"^listener (\d+)", (DEPLOY / "mosquitto" / "mosquitto.conf").read_text(), re.MULTILINE)
    shutil.copy(DEPLOY / "settings" / "agent.toml", tmp_path)
    (tmp_path / "password").write_text("correct horse\n")

    agent = edge_config.load(tmp_path / "agent.toml").mqtt.port
    cloud = cloud_settings.load(DEPLOY / "settings" / "outrider.toml").mqtt_port

    assert [str(cloud), str(agent)] == doors


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_confined(unit: str) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("needs systemd-analyze, which this machine has not: apt-get install systemd")

    verdict = subprocess.run(
        [analyse, "security", "--offline=true", f"--threshold={EXPOSURE}", str(DEPLOY / "systemd" / unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_names_only_what_systemd_knows(unit: str) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("needs systemd-analyze, which this machine has not: apt-get install systemd")

    verdict = subprocess.run(
        [analyse, "verify", str(DEPLOY / "systemd" / unit)], capture_output=True, text=True, check=False
    )

    # The program itself is not installed where the test runs.
    complaints = [line for line in verdict.stderr.splitlines() if unit in line and "is not executable" not in line]
    assert complaints == []
