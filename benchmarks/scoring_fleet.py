"""Records for fleets of any size, and the hot rows they move: shared by the suites about the scorer's speed."""

import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Contestant
from cloud.scoring import order, track
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import BITS_AS_U32, HOT_WORDS, WINDOW_S
from cloud.scoring.order import Records
from cloud.scoring.state import State

Array = NDArray[Any]

SEED: Final = 2
MADE: Final = 100_000  # different records; a longer batch repeats them for other vehicles


class Rows(NamedTuple):
    """The hot rows of a fleet alone, with the three views that `track` takes, and room for what it says."""

    hot: Array
    hot64: Array
    hot32: Array
    scores: Array
    bits: Array

    @classmethod
    def of(cls, vehicles: int, records: int) -> "Rows":
        """Return blank rows for `vehicles`, and room for `records` scores."""
        hot = aligned_zeros(vehicles, np.dtype(("V", 4 * HOT_WORDS))).view(np.float32).reshape(vehicles, HOT_WORDS)
        made = cls(
            hot,
            hot.view(np.float64),
            hot.view(np.uint32),
            np.zeros(records, np.float32),
            np.zeros(records, np.uint32),
        )
        return made.blank()

    def blank(self) -> "Rows":
        """Forget everything."""
        one: Array = np.zeros((1, HOT_WORDS), np.float32)
        track.blank(one)
        self.hot[:] = one
        return self

    def take(self, records: Records) -> "Rows":
        """Move the rows by `records`."""
        track.track(self.hot, self.hot64, self.hot32, *records, self.scores, self.bits)
        return self


def made_records(vehicles: int, count: int, *, by_vehicle: bool = False) -> Records:
    """Return `count` records of a fleet in random order of vehicles, or sorted by vehicle; a tenth of readings missing.

    Times grow by half an hour with every record of a vehicle.
    """
    draw = np.random.default_rng(SEED)
    slots = draw.integers(0, vehicles, count)
    ranks = np.empty(count, np.int64)
    order.rank(slots, ranks)
    made = np.full((min(count, MADE), 16), np.nan, np.float32)
    made[:, :4] = draw.normal([14.1, 12.6, 88.0, 0.3], [0.2, 0.05, 4.0, 0.03], (len(made), 4))
    made[:, 4:8] = draw.normal(235.0, 3.0, (len(made), 4))
    made[:, 8:12] = draw.normal(20.0, 5.0, (len(made), 1)) + draw.normal(0.0, 1.0, (len(made), 4))
    made[:, :12][draw.random((len(made), 12)) < 0.1] = np.nan
    made[:, 12] = 172.5
    records = made[np.arange(count) % len(made)]
    times_s = np.asarray(1.7e9 + WINDOW_S * ranks, np.float64)
    if not by_vehicle:
        return slots, times_s, records
    sorted_by = np.argsort(slots, kind="stable")
    return slots[sorted_by], times_s[sorted_by], records[sorted_by]


def kernel(rows: Rows, records: Records, *, name: str = "outrider") -> Contestant:
    """Return our kernel on blank `rows`."""
    return Contestant(name, rows.blank, lambda rows: rows.take(records), len(records[0]))


def with_(rows: Rows, records: Records, call: Callable[..., None], *, name: str) -> Contestant:
    """Return a function of C on blank `rows`."""

    def run(rows: Rows) -> Rows:
        call(rows.hot, *records, rows.scores, rows.bits)
        return rows

    return Contestant(name, rows.blank, run, len(records[0]))


def tracking(state: State, records: Records, *, parts: int = 1, side_by_side: order.SideBySide = map) -> int:
    """Move `state` by `records` the way the product does."""
    return order.track_all(state, *records, parts=parts, side_by_side=side_by_side)


def same_rows(ours: Rows, theirs: Rows) -> bool:
    """Say whether two fleets hold the same rows: numbers to a thousandth (other roundings of exp), alarms but for one
    in a thousand that stood on its threshold. A sample of rows is looked at where there are more than 100,000."""
    some = slice(None, None, max(1, len(ours.hot) // 100_000))
    near = np.isclose(ours.hot[some, :60], theirs.hot[some, :60], rtol=1e-3, atol=1e-3, equal_nan=True)
    alike = ours.hot32[some, BITS_AS_U32] == theirs.hot32[some, BITS_AS_U32]
    return bool(near.mean() > 0.999 and alike.mean() > 0.999)


def free_bytes() -> int:
    """Return how much memory this machine could give."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
