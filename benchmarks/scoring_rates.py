"""The scorer's kernel against pure Python, against C and against memory alone; as fleets grow; as batches change.

C does the same work row by row with the next rows asked for (`reference/track.c`, -O3 -march=native); memory alone
reads and writes the same rows in the same order and computes next to nothing. A growth row is the rate at the larger
fleet by the rate at 10,000 vehicles: 0.4 is a cost 2.5 times as high.
"""

import sys
from typing import Any, Final

import numpy as np

from benchmarks.harness import Contestant, Row, compare
from benchmarks.scorer_python import Car
from benchmarks.scoring_c import compiled
from benchmarks.scoring_fleet import Rows, free_bytes, kernel, made_records, same_rows, with_
from cloud.scoring import order
from cloud.scoring.layout import LEVEL, MEAN, SLOPE
from cloud.scoring.order import Records

SMALL: Final = 10_000
MILLION: Final = 1_000_000
MOST: Final = 8_000_000
BATCH: Final = 500_000
MICRO: Final = 256
BACKFILL: Final = 20_000  # vehicles whose records come one after another
PYTHON_VEHICLES: Final = 300
SPARE_BYTES: Final = 2 << 30


def python_peer(records: Records, vehicles: int) -> Contestant:
    """Return the same work in pure Python."""
    slots, times_s, values = records[0].tolist(), records[1].tolist(), records[2].astype(float).tolist()

    def run(cars: list[Car]) -> list[Car]:
        for slot, t, x in zip(slots, times_s, values, strict=True):
            cars[slot].take(t, x)
        return cars

    return Contestant("python", lambda: [Car() for _ in range(vehicles)], run, len(slots))


def same_as_python(ours: Rows, theirs: list[Car]) -> bool:
    """Say whether the rows agree with the lists, but for one number in a thousand that stood on a threshold."""
    wheels = np.array([[wheel[:2] for wheel in car.wheels] for car in theirs])
    found = np.concatenate([np.array([car.mean for car in theirs]), wheels[:, :, 0], wheels[:, :, 1]], axis=1)
    columns = [*range(MEAN, MEAN + 8), *range(LEVEL, LEVEL + 4), *range(SLOPE, SLOPE + 4)]
    near = np.isclose(ours.hot[: len(theirs), columns], found, rtol=5e-3, atol=2e-2, equal_nan=True)
    return bool(near.mean() > 0.999)


def against_python() -> Row:
    """Return the row of the same work in pure Python."""
    large, small = made_records(SMALL, 20 * SMALL), made_records(PYTHON_VEHICLES, 20 * PYTHON_VEHICLES)
    rows, few = Rows.of(SMALL, 20 * SMALL), Rows.of(PYTHON_VEHICLES, 20 * PYTHON_VEHICLES)
    ours = kernel(rows, large)
    # Its rate per record does not hang on how many there are; what is compared is the work both have done.
    ours = ours._replace(output=lambda *_: few.blank().take(small))
    name = "scorer: records, against the same work in pure Python"
    return compare(name, ours, python_peer(small, PYTHON_VEHICLES), same=same_as_python, floor=80.0, target=150.0)


def against_c(rows: Rows, others: Rows, records: Records) -> list[Row]:
    """Return the rows of C, and of the memory traffic alone, at a million vehicles in random order."""
    if (calls := compiled()) is None:
        return []
    ours = kernel(rows, records)
    touched = with_(others, records, calls[1], name="memory alone")

    def visited(_: Rows, theirs: Rows) -> bool:
        return np.array_equal(theirs.bits, records[0])

    return [
        compare(
            "scorer: records of 1M vehicles, against the same work in C",
            ours,
            with_(others, records, calls[0], name="C"),
            same=same_rows,
            floor=0.7,
            target=0.9,
        ),
        compare(
            "scorer: records of 1M vehicles, by memory traffic alone",
            ours,
            touched,
            same=visited,
            floor=0.3,
            target=0.5,
        ),
    ]


def grown(large: Rows, vehicles: int, *, floor: float, target: float) -> Row:
    """Return the row of the rate at `vehicles` by the rate at 10,000; both must come to what the kernel says alone."""
    of_large, of_small = made_records(vehicles, BATCH), made_records(SMALL, BATCH)
    small = Rows.of(SMALL, BATCH)

    def finished(_: Any, theirs: Rows) -> bool:
        return not np.any(large.scores[:BATCH] < 0.0) and not np.any(theirs.scores < 0.0)

    name = f"scorer: rate at {vehicles // MILLION}M vehicles by the rate at 10k"
    return compare(name, kernel(large, of_large), kernel(small, of_small), same=finished, floor=floor, target=target)


def in_micro_batches(rows: Rows, others: Rows, records: Records) -> Row:
    """Return the row of batches of 256 by one call with everything."""
    cuts = [slice(at, at + MICRO) for at in range(0, len(records[0]), MICRO)]
    parts = [(records[0][cut], records[1][cut], records[2][cut]) for cut in cuts]

    def run(rows: Rows) -> Rows:
        for slots, times_s, values in parts:
            rows.take((slots, times_s, values))
        return rows

    ours = Contestant("micro-batches", rows.blank, run, len(records[0]))
    name = f"scorer: batches of {MICRO} by one large one, 1M vehicles"
    return compare(name, ours, kernel(others, records), same=identical, floor=0.6, target=0.85)


def identical(ours: Rows, theirs: Rows) -> bool:
    """Say whether two fleets hold the same rows bit for bit."""
    some = slice(None, None, max(1, len(ours.hot) // 100_000))
    return ours.hot32[some].tobytes() == theirs.hot32[some].tobytes()


def backfill() -> list[Row]:
    """Return the rows of records sorted by vehicle, spread first, by random order; and by the kernel without that."""
    by_vehicle, at_random = made_records(BACKFILL, BATCH, by_vehicle=True), made_records(BACKFILL, BATCH)
    rows, others = Rows.of(BACKFILL, BATCH), Rows.of(BACKFILL, BATCH)
    ours = Contestant("spread", rows.blank, lambda rows: rows.take(order.spread(*by_vehicle)), BATCH)

    def finished(_: Rows, theirs: Rows) -> bool:
        return not np.any(theirs.scores < 0.0)

    plain = kernel(others, by_vehicle, name="as it came")
    return [
        compare(
            "scorer: backfill sorted by vehicle, by random order",
            ours,
            kernel(others, at_random),
            same=finished,
            floor=0.35,
            target=0.7,
        ),
        compare(
            "scorer: backfill sorted by vehicle, spread by as it came",
            ours,
            plain,
            same=identical,
            floor=1.5,
            target=3.0,
        ),
    ]


def rows() -> list[Row]:
    """Return the rows of this suite."""
    records = made_records(MILLION, BATCH)
    large, other = Rows.of(MILLION, BATCH), Rows.of(MILLION, BATCH)
    found = [
        against_python(),
        *against_c(large, other, records),
        grown(large, MILLION, floor=1 / 2.5, target=1 / 1.6),
        in_micro_batches(large, other, records),
        *backfill(),
    ]
    del other, large
    if free_bytes() < MOST * 256 + SPARE_BYTES:
        print("scoring_rates: 8M vehicles NOT RUN, there are less than 4 GB of free memory", file=sys.stderr)
        return found
    return [*found, grown(Rows.of(MOST, BATCH), MOST, floor=1 / 5, target=1 / 3)]
