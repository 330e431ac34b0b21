"""Drift: a fleet that has moved is told from one that has not."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloud.scoring.anomaly import drift
from cloud.scoring.anomaly.drift import Floats


def naive_page_hinkley(values: list[float], slack: float, limit: float) -> list[bool]:
    """Return where the change is found, by the definition."""
    seen: list[float] = []
    up = down = 0.0
    found = []
    for value in values:
        found.append(False)
        if math.isnan(value):
            continue
        seen.append(value)
        off = value - sum(seen) / len(seen)
        up, down = max(0.0, up + off - slack), max(0.0, down - off - slack)
        if up > limit or down > limit:
            found[-1], seen, up, down = True, [], 0.0, 0.0
    return found


def test_the_same_fleet_has_no_index_worth_naming() -> None:
    draw = np.random.default_rng(1)
    edges = drift.bins_of(draw.normal(size=5000))

    same = drift.stability_index(
        drift.shares(draw.normal(size=5000), edges), drift.shares(draw.normal(size=5000), edges)
    )
    moved = drift.stability_index(
        drift.shares(draw.normal(size=5000), edges), drift.shares(draw.normal(1.0, 1.0, 5000), edges)
    )

    assert same < 0.02
    assert moved > drift.MOVED


def test_gaps_are_in_no_share() -> None:
    edges = drift.bins_of(np.array([1.0, 2.0, np.nan, 3.0, 4.0]))

    assert drift.shares(np.array([np.nan, np.nan]), edges).sum() == 0.0
    assert drift.shares(np.array([2.5, np.nan]), edges).sum() == 1.0


def test_a_lasting_shift_is_found_and_a_steady_fleet_is_left_alone() -> None:
    draw = np.random.default_rng(2)
    steady, state = draw.normal(size=300), np.zeros(drift.STATE_WORDS)

    assert not drift.page_hinkley(steady, 0.5, 15.0, state).any()
    assert drift.page_hinkley(draw.normal(2.5, 1.0, 60), 0.5, 15.0, state).any()


@given(values=npst.arrays(np.float64, st.integers(0, 40), elements=st.floats(-50, 50) | st.just(math.nan)))
@settings(max_examples=40)
def test_the_kernel_agrees_with_its_naive_twin(values: Floats) -> None:
    found = drift.page_hinkley(values, 0.5, 20.0, np.zeros(drift.STATE_WORDS))

    assert found.tolist() == naive_page_hinkley(values.tolist(), 0.5, 20.0)
