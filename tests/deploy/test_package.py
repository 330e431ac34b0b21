"""The recipe of the agent's Debian package, and of a root that is never written to."""

import os
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from edge.provision import BROKER_CA_FILE, CERTIFICATE_FILE, KEY_FILE, RELEASE_KEY_FILE

DEPLOY: Final = Path(__file__).resolve().parent.parent.parent / "deploy"
DEBIAN: Final = DEPLOY / "edge" / "debian"
UNIT: Final = DEPLOY / "systemd" / "outrider-edge.service"
PROVISIONED: Final = DEPLOY / "systemd" / "outrider-edge.service.d" / "provisioned.conf"


def fields(text: str) -> dict[str, str]:
    """Return the fields of every stanza together, continued lines left out."""
    return dict(re.findall(r"^([A-Z][A-Za-z-]+): (.+)$", text, re.MULTILINE))


def test_the_package_has_the_version_of_the_program_and_its_python() -> None:
    control = fields((DEBIAN / "control").read_text())
    newest = (DEBIAN / "changelog").read_text().splitlines()[0]

    assert newest.startswith(f"{control['Package']} ({version('outrider')}) ")
    assert "python3 (>= 3.11)" in control["Depends"]


def test_what_runs_at_building_and_removing_can_be_run() -> None:
    assert os.access(DEBIAN / "rules", os.X_OK)
    assert os.access(DEPLOY / "edge" / "build-package", os.X_OK)
    for script in (DEBIAN / "outrider-edge.postrm", DEPLOY / "edge" / "build-package"):
        subprocess.run(["sh", "-n", script], check=True)


@pytest.mark.skipif(
    shutil.which("dh") is None, reason="needs dh, which this machine has not: apt-get install debhelper"
)
def test_debhelper_takes_the_recipe(tmp_path: Path) -> None:
    shutil.copytree(DEBIAN, tmp_path / "outrider-edge" / "debian")

    steps = subprocess.run(
        ["dh", "binary", "--no-act"], cwd=tmp_path / "outrider-edge", capture_output=True, text=True, check=True
    ).stdout

    assert "debian/rules override_dh_auto_install" in steps
    assert "override_dh_installsystemd" in steps


def test_the_unit_is_watched_and_told_when_it_is_ready() -> None:
    unit = UNIT.read_text()

    assert "Type=notify\n" in unit
    assert re.search(r"^WatchdogSec=60s$", unit, re.MULTILINE)
    # sd_notify speaks over a socket of the family AF_UNIX.
    assert "AF_UNIX" in unit


def test_a_provisioned_device_is_handed_every_file_that_provisioning_writes() -> None:

    handed = set(re.findall(r"^LoadCredential=(\S+):/etc/outrider/\1$", PROVISIONED.read_text(), re.MULTILINE))

    assert handed == {"agent.toml", BROKER_CA_FILE, CERTIFICATE_FILE, KEY_FILE, RELEASE_KEY_FILE}


def test_only_the_spool_s_partition_can_be_written_and_nothing_on_it_can_be_run() -> None:
    lines = (DEPLOY / "edge" / "read-only" / "fstab").read_text().splitlines()
    mounts = [line.split() for line in lines if line and not line.startswith("#")]
    disks = [mount for mount in mounts if mount[0] != "tmpfs"]

    assert [(mount[1], "noexec" in mount[3]) for mount in disks] == [("/var/lib/outrider", True)]
