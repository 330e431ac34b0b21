"""A feed of a million vehicle-months, built part by part, against reading the same inputs with polars and no more.

Reading is the least that any feed costs; what building adds is a name, a score with three reasons and a permit for each
row, and writing. Every vehicle consents to everything, which is the most work. The peak is of the whole process, with
the parts (50,000 vehicles) on either side of one build.
"""

import resource
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.harness import Contestant, Row, compare, wall
from cloud.insurer import inputs
from cloud.insurer.build import PERMITS, Recipe
from cloud.insurer.driving_score import parse
from cloud.insurer.fields import DRIVING, OF_PURPOSE, mask
from cloud.insurer.inputs import Revision
from cloud.insurer.pseudonym import KeyRing
from cloud.insurer.publishing import write_rows
from cloud.insurer.rows import NUMBERS

VEHICLES: Final = 1_000_000
REPEATED: Final = 100_000
SEED: Final = 1
PERIOD: Final = "2026-11"


def made_rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield vehicles in order, each with every number measured, seeded."""
    draw = np.random.default_rng(SEED)
    for number in range(count):
        if number % inputs.PART_ROWS == 0:
            values = draw.gamma(2.0, 0.2, (inputs.PART_ROWS, len(NUMBERS))).tolist()
        row: dict[str, Any] = dict(zip(NUMBERS, values[number % inputs.PART_ROWS], strict=True))
        yield {
            **row,
            "vehicle": f"car-{number:07}",
            "km": 1000.0 * row["km"],
            "source": "slow_speed",
            "features_version": "trips-1",
            "battery_band": "ok",
            "tyre_band": "watch",
            "trips": 40,
            "rescues_used": 0,
            "insufficient_data": False,
        }


def everybody(low: str, high: str) -> pl.DataFrame:
    """Return a permit of everything for each vehicle from `low` to `high`."""
    first, last = int(low[4:]), int(high[4:])
    every = mask("insurer", OF_PURPOSE["insurer"]) | mask("pricing", (*DRIVING, "score"))
    rows = [(f"car-{n:07}", f"consent-{n:07}", f"pricing-{n:07}", every, False) for n in range(first, last + 1)]
    return pl.DataFrame(rows, schema=PERMITS, orient="row")


def peak_mib() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def rows(vehicles: int = VEHICLES, repeated: int = REPEATED) -> list[Row]:
    """Return the row of `repeated` vehicles; build `vehicles` once, and say on stderr what that took."""
    scorer = parse((files("cloud.insurer") / "data/driving-1.json").read_bytes(), "driving-1.json")
    recipe = Recipe("insurer", PERIOD, KeyRing((bytes(32),)), (scorer,))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        small, whole = (inputs.write(home / str(n), PERIOD, made_rows(n), []) for n in (repeated, vehicles))
        out = home / "out"
        out.mkdir()

        def build(revision: Revision) -> int:
            here = home / str(revision.rows)
            return sum(file["rows"] for file in write_rows(out, here, [revision], everybody, recipe))

        def read(revision: Revision) -> int:
            here = home / str(revision.rows)
            return sum(pl.read_parquet(here / part.name).height for part in revision.parts)

        ours = Contestant("build the feed", lambda: small, build, repeated)
        peer = Contestant("read its inputs", lambda: small, read, repeated)
        found = compare("feed", ours, peer, same=lambda a, b: bool(a == b), floor=0.0, target=0.05)
        before = peak_mib()
        (build_s, built), (read_s, _) = wall(lambda: build(whole)), wall(lambda: read(whole))
    print(
        f"feed: {built} rows in {len(whole.parts)} parts once: {build_s / read_s:.1f} times as long as reading, "
        f"peak {before:.0f} MiB before and {peak_mib():.0f} MiB after",
        file=sys.stderr,
    )
    return [found]
