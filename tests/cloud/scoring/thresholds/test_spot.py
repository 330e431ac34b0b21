"""SPOT keeps the rate it was asked for, and its kernel says what its slow twin says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloud.scoring.thresholds import spot
from cloud.scoring.thresholds.spot import Floats


def naive_watch(values: Floats, q: float, state: list[float]) -> list[bool]:
    """Return which values pass, by the published formulas with every peak counted into the tail."""
    count, peaks, total, squares, t, z = state
    said = []
    for x in values.tolist():
        said.append(x > z)
        if math.isnan(x):
            continue
        count += 1
        if x > t:
            peaks, total, squares = peaks + 1, total + (x - t), squares + (x - t) ** 2
            mean = total / peaks
            variance = max(squares / peaks - mean**2, 1e-12)
            gamma = 0.5 * (1 - mean**2 / variance)
            sigma = 0.5 * mean * (mean**2 / variance + 1)
            rarer = q * count / peaks
            grown = sigma / gamma * (rarer**-gamma - 1) if abs(gamma) > 1e-6 else -sigma * math.log(rarer)
            z = t + grown
    return said


@pytest.mark.parametrize("q", [1e-3, 1e-4])
@pytest.mark.parametrize("tail", ["normal", "exponential"])
def test_the_share_of_alarms_is_the_one_asked_for(tail: str, q: float) -> None:
    draw = np.random.default_rng(5)
    rates = []
    for _ in range(3):
        values = getattr(draw, f"standard_{tail}")(1_005_000)
        state = spot.started(values[:5000], q)
        rates.append(spot.watch(values[5000:], q, state).mean())

    assert 0.8 <= np.mean(rates) / q <= 1.6


def test_too_few_values_have_no_tail() -> None:
    with pytest.raises(ValueError, match="peaks in their tail"):
        spot.started(np.arange(20.0), 1e-3)


def test_a_gap_counts_for_nothing() -> None:
    state = spot.started(np.arange(1000.0), 1e-3)
    before = state.copy()

    assert not spot.watch(np.full(5, np.nan), 1e-3, state).any()
    assert (state == before).all()


def test_the_tail_gives_back_the_share_whose_level_it_set() -> None:
    state = spot.started(np.random.default_rng(1).standard_t(3, 20_000), 1e-4)

    assert spot.tail_p(float(state[spot.ALARM_FROM]), state) == pytest.approx(1e-4, rel=1e-6)


@given(values=npst.arrays(np.float64, st.integers(0, 60), elements=st.floats(0, 1e4) | st.just(math.nan)))
@settings(max_examples=40)
def test_the_kernel_agrees_with_its_naive_twin(values: Floats) -> None:
    state = spot.started(np.random.default_rng(2).gamma(2.0, size=1000), 1e-3)
    slow = state.tolist()

    assert spot.watch(values, 1e-3, state).tolist() == naive_watch(values, 1e-3, slow)
