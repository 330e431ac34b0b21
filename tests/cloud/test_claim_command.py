"""`outrider fleet claim` as an operator types it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cloud.acting import fleet_file, partner, vehicle
from tests.cloud.test_commands import ENVIRONMENT

OUTRIDER: Final = (sys.executable, "-m", "cloud")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OUTRIDER, *words], capture_output=True, text=True, timeout=60.0, check=False, env=ENVIRONMENT
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with car-1 in its fleet."""
    file = tmp_path / "fleet.json"
    file.write_bytes(fleet_file([vehicle("car-1")], [partner("near")]))
    run("fleet", "import", file, "--data", tmp_path / "data").check_returncode()
    return tmp_path / "data"


def test_a_claim_is_for_a_vehicle_of_the_fleet_and_only_its_hash_is_kept(data: Path) -> None:
    made = run("fleet", "claim", "car-1", "--serial", "s-1", "--data", data, "--json")

    said = json.loads(made.stdout.splitlines()[-1])
    assert said["claim"].startswith("car-1.")
    assert said["serial"] == "s-1"
    kept = b"".join(path.read_bytes() for path in data.glob("claims.sqlite*"))
    assert said["claim"].encode() not in kept


@pytest.mark.parametrize(("words", "reason"), [(("car-2",), "car-2"), (("car-1", "--hours", "25"), "24 hours")])
def test_a_claim_that_may_not_be_is_refused_with_its_reason(data: Path, words: tuple[str, ...], reason: str) -> None:
    refused = run("fleet", "claim", *words, "--data", data)

    assert refused.returncode == 1
    assert reason in refused.stderr
    assert refused.stdout == ""
