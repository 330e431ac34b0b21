"""The way to the cloud: nothing comes before it was, some comes twice, and clocks go wrong."""

from typing import Final

import numpy as np

from firmware_sim.fleet.arrays import DAY_S
from firmware_sim.fleet.transport import Sent, send

START_MS: Final = 1_756_656_000_000
DAYS: Final = 90
TIMES_S: Final = np.sort(np.random.default_rng(1).uniform(0.0, DAYS * DAY_S, 20_000))


def sent(number: int) -> Sent:
    """Return how the rows of one vehicle arrive."""
    return send(4, number, TIMES_S, START_MS, DAYS)


def test_rows_arrive_in_order_of_arrival_and_never_before_they_were() -> None:
    one = sent(0)

    assert (np.diff(one.arrival_ms) >= 0).all()
    assert (one.arrival_ms >= START_MS + TIMES_S[one.row] * 1_000.0 - 1.0).all()


def test_every_row_arrives_and_a_few_come_twice_under_one_number() -> None:
    one = sent(0)

    assert set(one.row) == set(range(len(TIMES_S)))
    assert 0 < len(one.row) - len(TIMES_S) < 0.01 * len(TIMES_S)
    assert (one.seq == one.row + 1).all()


def test_some_cars_are_silent_for_days_and_then_tell_it_all() -> None:
    late_ms = max(float((one.arrival_ms - START_MS - 1_000.0 * TIMES_S[one.row]).max()) for one in map(sent, range(40)))

    assert late_ms > 24 * 3_600_000


def test_a_clock_that_was_never_set_says_so_and_one_that_jumped_does_not() -> None:
    all_sent = [sent(number) for number in range(40)]
    off_ms = [one.wall_ms - START_MS - np.round(1_000.0 * TIMES_S[one.row]) for one in all_sent]

    unset = [off[np.array(one.clock) == "unset"] for one, off in zip(all_sent, off_ms, strict=True)]
    silent = [off[np.array(one.clock) == "synchronised"] for one, off in zip(all_sent, off_ms, strict=True)]

    assert max(float(np.abs(off).max()) for off in unset if len(off)) > 20 * 365 * 86_400_000.0
    assert any((np.abs(off) > 60_000).any() for off in silent)
    assert np.concatenate(silent).size > 0.98 * sum(len(one.row) for one in all_sent)
