"""`python -m benchmarks.restart [VEHICLES]`: keep the state of a fleet, take it up again, and print how long it took.

What is printed is seconds, so it says as much of the machine as of the software; no test looks at it. Beside them
stands what copying the same bytes in memory takes.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from cloud.runner.adapters.sqlite import SqliteScores
from cloud.runner.ports import Snapshot
from cloud.scoring import engine

VEHICLES: Final = 1_000_000


def seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long `run` took, and what it returned."""
    began = time.perf_counter()
    result = run()
    return round(time.perf_counter() - began, 3), result


def main() -> None:
    """Keep, take up, compare, print."""
    vehicles = int(sys.argv[1]) if len(sys.argv) > 1 else VEHICLES
    state = engine.new_state(vehicles)
    state.slots_of([f"LSV{n:014d}" for n in range(vehicles)])
    state.hot[:, 0] = np.arange(vehicles)
    with TemporaryDirectory() as folder:
        scores = SqliteScores(Path(folder) / "scores.sqlite")
        dump_s, data = seconds(lambda: engine.dump(state))
        save_s, _ = seconds(lambda: scores.save(Snapshot(1, data, "v")))
        copy_s, _ = seconds(lambda: bytearray(data))
        latest_s, kept = seconds(lambda: scores.latest("v"))
        load_s, again = seconds(lambda: engine.load(kept.state))
        scores.close()
        if again.hot32.tobytes() != state.hot32.tobytes() or len(again.slots) != vehicles:
            raise AssertionError("what was taken up is not what was kept")
    said = {
        "vehicles": vehicles,
        "bytes": len(data),
        "dump_s": dump_s,
        "save_s": save_s,
        "find_and_check_s": latest_s,
        "take_up_s": load_s,
        "restart_s": round(latest_s + load_s, 3),
        "copy_in_memory_s": copy_s,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
