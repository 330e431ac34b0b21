"""The power goes: pages that were not synced are lost, torn or come in another order, also after a sync that failed."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import CI_SEED
from tests.faults.cuts import Cut, cuts
from tests.support import disk_faults

ROUNDS = 200
CUTS_OF_A_SPOOL = 50

pytestmark = [pytest.mark.power, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def shim(c_compiler: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shim, compiled."""
    return disk_faults.build(c_compiler, tmp_path_factory.mktemp("shim"))


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """Return how often the power is cut."""
    asked = request.config.getoption("--cuts")
    assert isinstance(asked, int)
    return asked


def cut_a_spool(folder: Path, shim: Path, seed: int, number: int, *words: str) -> list[Cut]:
    """Let a spool work in `folder`, and cut its power at `number` moments."""
    place, trace = folder / f"disk-{seed}", folder / f"trace-{seed}"
    place.mkdir()
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "tests.faults.spool_worker",
        "trace",
        place,
        trace,
        str(seed),
        str(ROUNDS),
    ]
    environment = {"LD_PRELOAD": str(shim), "PATH": ""}
    done = subprocess.run([*command, *words], env=environment, capture_output=True, check=True)
    assert json.loads(done.stdout) == {"seed": seed}
    found = list(cuts(place, trace, number, seed))
    trace.unlink()
    return found


def test_no_accepted_record_is_lost_when_the_power_goes(tmp_path: Path, shim: Path, number: int) -> None:
    first = CI_SEED if number <= 100 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {first}, {number} cuts")
    left, found = number, list[Cut]()
    while left > 0:
        seed = first + number - left
        found += cut_a_spool(tmp_path, shim, seed, min(left, CUTS_OF_A_SPOOL))
        left -= CUTS_OF_A_SPOOL
        print(f"{len(found)} cuts, {sum(cut.accepted for cut in found)} accepted records looked for", file=sys.stderr)

    assert len(found) == number
    assert [cut for cut in found if cut.why] == []
    assert max(cut.accepted for cut in found) > ROUNDS


def test_a_spool_that_does_not_sync_is_found_out(tmp_path: Path, shim: Path) -> None:
    found = cut_a_spool(tmp_path, shim, 1, CUTS_OF_A_SPOOL, "careless")

    assert sum("are lost" in cut.why for cut in found) > CUTS_OF_A_SPOOL // 2
