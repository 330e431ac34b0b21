"""Every file operation of the spool fails once, the first, the second, … until none is left that has not failed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.spool_worker import FAILURES
from tests.support import disk_faults

pytestmark = [pytest.mark.power, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def shim(c_compiler: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shim, compiled."""
    return disk_faults.build(c_compiler, tmp_path_factory.mktemp("shim"))


@pytest.mark.parametrize("how", FAILURES)
def test_whichever_operation_fails_nothing_is_lost_nor_kept_twice_and_it_recovers_by_itself(
    tmp_path: Path, shim: Path, how: str
) -> None:
    command: list[str | Path] = [sys.executable, "-m", "tests.faults.spool_worker", "every", tmp_path, how]
    done = subprocess.run(
        command, env={"LD_PRELOAD": str(shim), "PATH": ""}, capture_output=True, text=True, check=True
    )

    said = json.loads(done.stdout.splitlines()[-1])
    print(said)
    assert said["wrong"] == []
    assert said["operations"] >= 10
