"""Connecting again: jittered, ever more rarely, and quickly again only after a link that held."""

import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.adapters.uplink import DROPS_TELLING
from edge.backoff import CAP_S, FIRST_S, STABLE_S, Backoff
from edge.refusals import TAKEN_OVER, refusal


def ceiling(low: float, high: float) -> float:
    assert low == 0.0
    return high


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    backoff = Backoff(ceiling)

    waits = [backoff.failed(0.0) for _ in range(14)]

    assert waits[:4] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S, 8 * FIRST_S]
    assert waits[-1] == CAP_S
    assert max(waits) == CAP_S


def test_a_link_that_flaps_proves_nothing() -> None:
    backoff = Backoff(ceiling)
    for _ in range(6):
        backoff.failed(0.0)

    assert backoff.failed(STABLE_S - 1.0) == 64 * FIRST_S
    assert backoff.failed(STABLE_S) == FIRST_S


def test_a_fleet_spreads_over_the_whole_wait() -> None:
    waits = []
    for seed in range(1_000):
        backoff = Backoff(random.Random(seed).uniform)
        for _ in range(11):
            wait_s = backoff.failed(0.0)
        waits.append(wait_s)

    assert min(waits) < 0.05 * max(waits)
    assert fmean(waits) == pytest.approx(max(waits) / 2, rel=0.1)


def test_what_the_broker_asks_for_comes_before_the_jitter() -> None:
    backoff = Backoff(lambda low, high: high)

    assert backoff.failed(0.0, 10.0) == pytest.approx(10.0 + FIRST_S)
    assert backoff.failed(0.0) == pytest.approx(2 * FIRST_S)


@given(jitter=st.floats(0.0, 1.0))
def test_two_who_take_each_other_s_place_come_back_at_most_six_times_a_minute(jitter: float) -> None:
    asked = refusal(TAKEN_OVER)
    assert asked is not None
    backoff = Backoff(lambda low, high: low + jitter * (high - low))

    first = [0.0] * (DROPS_TELLING - 1)  # as if it had come back at once
    waits_s = first + [backoff.failed(0.5, asked.at_least_s) for _ in range(20)]

    assert all(sum(waits_s[start : start + 6]) >= 60.0 for start in range(14))
