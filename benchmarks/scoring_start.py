"""A process from its start to its first score with kernels kept, by the import of numba and NumPy alone; and the kernel
compiled for any x86-64-v3 by the one compiled for this processor.

The second is measured in two processes that take turns: numba compiles for one processor only in a process.

    python -m benchmarks.scoring_start      # such a process: a line in, the kernel runs once, its checksum out
"""

import os
import platform
import subprocess
import sys
from typing import IO, Any, Final

from benchmarks.harness import Contestant, Row, compare

VEHICLES: Final = 10_000
RECORDS: Final = 200_000
PORTABLE: Final = "x86-64-v3"
FIRST_SCORE: Final = "from cloud.scoring.engine import new_state, warmup; warmup(); new_state()"
IMPORTS: Final = "import numba, numpy"


class Worker:
    """A process with the kernel compiled for `cpu`, as it is for this machine where that is empty."""

    def __init__(self, cpu: str) -> None:
        """Start it, and wait until the kernel is there."""
        named = {"NUMBA_CPU_NAME": cpu, "NUMBA_CPU_FEATURES": ""} if cpu else {}
        command = [sys.executable, "-m", "benchmarks.scoring_start"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **named}
        )
        self.run()

    def run(self) -> str:
        """Have the kernel run once on fresh rows; return what it came to."""
        asked, said = self._process.stdin, self._process.stdout
        assert asked is not None
        assert said is not None
        asked.write("\n")
        asked.flush()
        return said.readline()

    def close(self) -> None:
        """End it."""
        self._process.communicate("", timeout=60.0)


def work(asked: IO[str]) -> None:
    """Run the kernel once for every line."""
    from benchmarks.scoring_fleet import Rows, made_records

    records = made_records(VEHICLES, RECORDS)
    rows = Rows.of(VEHICLES, RECORDS)
    for _ in asked:
        scores = rows.blank().take(records).scores
        print(f"{float(scores.sum()):.6g} {int((scores >= 0.0).sum())}", flush=True)


def near(ours: str, theirs: str) -> bool:
    """Say whether two runs took the same records and came to the same sum, to a ten-thousandth."""
    (a, n), (b, m) = ours.split(), theirs.split()
    return n == m and abs(float(a) / float(b) - 1.0) < 1e-4


def start_up() -> Row:
    """Return the row of a warm start."""

    def run(code: str) -> Any:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).returncode

    run(FIRST_SCORE)  # whatever is not compiled yet is now
    return compare(
        "scorer: warm start to the first score, by importing numba and NumPy",
        Contestant("outrider", lambda: FIRST_SCORE, run, 1.0),
        Contestant("imports", lambda: IMPORTS, run, 1.0),
        same=lambda mine, theirs: mine == theirs,
        floor=1 / 4,
        target=1 / 2.5,
    )


def portable() -> list[Row]:
    """Return the row of the kernel for any x86-64-v3; none on another kind of machine."""
    if platform.machine() != "x86_64":
        print(f"scoring_start: {PORTABLE} NOT RUN, this is {platform.machine()}", file=sys.stderr)
        return []
    ours, native = Worker(PORTABLE), Worker("")
    try:
        row = compare(
            f"scorer: records by a kernel for any {PORTABLE}, by one for this machine",
            Contestant(PORTABLE, lambda: ours, Worker.run, RECORDS, lambda _, said: said),
            Contestant("native", lambda: native, Worker.run, RECORDS, lambda _, said: said),
            same=near,
            floor=0.8,
            target=0.88,
        )
    finally:
        ours.close()
        native.close()
    return [row]


def rows() -> list[Row]:
    """Return the rows of this suite."""
    return [start_up(), *portable()]


if __name__ == "__main__":
    work(sys.stdin)
