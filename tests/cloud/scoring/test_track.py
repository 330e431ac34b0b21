"""The lane kernel: the same as its slow twin, and the same bit for bit however records are grouped."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cloud.scoring import track as kernel
from cloud.scoring.layout import (
    BIT_LEAK,
    BIT_RELATIVE,
    BIT_SUSPECT,
    BIT_WINDOWS,
    BITS_AS_U32,
    CUSUM_DOWN,
    CUSUM_UP,
    LEAK_CUSUM,
    LEVEL,
    MEAN,
    P_SLOPE,
    RECORD_WORDS,
    SLOPE,
    VARIANCE,
)
from cloud.scoring.state import State
from tests.cloud.scoring.naive import Track

Records = NDArray[np.float32]


def made_records(
    seed: int, count: int, vehicles: int, *, gaps: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], Records]:
    """Return records of cars in random order: wandering signals, one leaking wheel, some refills, gaps, late ones."""
    draw = np.random.default_rng(seed)
    slots = draw.integers(0, vehicles, count)
    times = 1.7e9 + np.cumsum(draw.exponential(3000.0, count)) - 9000.0 * (draw.random(count) < 0.03)
    records = np.full((count, RECORD_WORDS), np.nan, np.float32)
    records[:, 0:4] = draw.normal([14.0, 12.6, 88.0, 0.3], [0.2, 0.05, 4.0, 0.03], (count, 4))
    records[:, 4:8] = draw.normal(240.0, 1.5, (count, 4)) + 12.0 * (draw.random((count, 1)) < 0.02)
    records[:, 6] -= (15.0 * (times - times[0]) / 86_400.0) % 60.0
    records[:, 8:12] = draw.normal(20.0, 6.0, (count, 1)) + draw.normal(0.0, 0.5, (count, 4))
    records[draw.random(count) < gaps, 8:12] = np.nan
    records[:, :12][draw.random((count, 12)) < gaps] = np.nan
    records[:, 12] = 187.5
    return slots, times, records


def tracked(
    state: State, slots: NDArray[np.int64], times: NDArray[np.float64], records: Records
) -> NDArray[np.float32]:
    """Run the kernel over `state`; return the scores."""
    scores, bits = np.empty(len(slots), np.float32), np.empty(len(slots), np.uint32)
    kernel.track(state.hot, state.hot64, state.hot32, slots, times, records, scores, bits)
    return scores


def assert_agrees(state: State, slot: int, twin: Track) -> None:
    row, bits = state.hot[slot], int(state.hot32[slot, BITS_AS_U32])
    np.testing.assert_allclose(row[MEAN : MEAN + 8], twin.mean, rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(row[VARIANCE : VARIANCE + 8], twin.variance, rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(row[CUSUM_UP : CUSUM_UP + 8], twin.up, rtol=2e-3, atol=2e-2)
    np.testing.assert_allclose(row[CUSUM_DOWN : CUSUM_DOWN + 8], twin.down, rtol=2e-3, atol=2e-2)
    assert (bits >> BIT_RELATIVE) & 1 == twin.relative
    assert bits >> BIT_WINDOWS == twin.windows
    for w, wheel in enumerate(twin.wheels):
        if wheel.x is None:
            assert math.isnan(row[LEVEL + w])
            continue
        np.testing.assert_allclose(row[LEVEL + w], wheel.x[0], rtol=1e-3, atol=2e-2)
        np.testing.assert_allclose(row[SLOPE + w], wheel.x[1], rtol=1e-2, atol=2e-2)
        np.testing.assert_allclose(row[P_SLOPE + w], wheel.p[1, 1], rtol=2e-2, atol=1e-3)
        np.testing.assert_allclose(row[LEAK_CUSUM + w], wheel.cusum, rtol=2e-3, atol=2e-2)
        assert bool(bits >> (BIT_SUSPECT + w) & 1) == wheel.suspect
        assert bool(bits >> (BIT_LEAK + w) & 1) == wheel.leak


@pytest.mark.parametrize("gaps", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_agrees_with_its_slow_twin(seed: int, gaps: float) -> None:
    slots, times, records = made_records(seed, 400, 7, gaps=gaps)
    state, twins = State(7), [Track() for _ in range(7)]

    scores = tracked(state, slots, times, records)
    in_time = [twins[s].take(t, r.astype(float).tolist()) for s, t, r in zip(slots, times, records, strict=True)]

    assert [bool(score >= 0.0) for score in scores] == in_time
    for slot, twin in enumerate(twins):
        assert_agrees(state, slot, twin)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**16), cuts=st.lists(st.integers(0, 300), max_size=6))
def test_the_result_is_the_same_bit_for_bit_however_records_are_cut(seed: int, cuts: list[int]) -> None:
    slots, times, records = made_records(seed, 300, 40, gaps=0.2)
    whole, parts = State(40), State(40)

    tracked(whole, slots, times, records)
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), 300], strict=True):
        tracked(parts, slots[begin:end], times[begin:end], records[begin:end])

    assert whole.hot.tobytes() == parts.hot.tobytes()


def test_the_result_is_the_same_bit_for_bit_when_vehicles_are_split_over_workers() -> None:
    slots, times, records = made_records(5, 600, 40, gaps=0.2)
    whole, shares = State(40), State(40)

    tracked(whole, slots, times, records)
    for share in range(3):
        mine = slots % 3 == share
        tracked(shares, slots[mine], times[mine], records[mine])

    assert whole.hot.tobytes() == shares.hot.tobytes()


def test_a_late_record_changes_nothing_and_is_counted() -> None:
    slots, times, records = made_records(1, 50, 1, gaps=0.0)
    state = State(1)
    tracked(state, slots, np.sort(times), records)
    before = state.hot.tobytes()

    scores, bits = np.empty(1, np.float32), np.empty(1, np.uint32)
    rows = state.hot, state.hot64, state.hot32
    late = kernel.track(*rows, slots[:1], np.array([times.max()]), records[:1], scores, bits)

    assert late == 1
    assert scores[0] == -1.0
    assert state.hot.tobytes() == before


def test_rows_lie_on_cache_lines_and_hold_four_of_them() -> None:
    state = State(5)

    assert state.hot.ctypes.data % 64 == 0
    assert state.hot[0].nbytes == 256
    assert state.cars.ctypes.data % 64 == 0
    assert state.cars.itemsize % 64 == 0


def test_a_leak_is_not_read_out_of_the_weather() -> None:
    """Gauge pressure moves by 1 psi per 10 degF; absolute pressure, compensated, does not."""
    state = State(1)
    days = np.arange(120) / 4.0
    degc = 20.0 - 20.0 * days / days.max()
    records = np.full((120, RECORD_WORDS), np.nan, np.float32)
    records[:, 4:8] = ((230.0 + 101.325) * (degc + 273.15) / 293.15 - 101.325)[:, None]
    records[:, 8:12], records[:, 12] = degc[:, None], 172.5

    tracked(state, np.zeros(120, np.int64), 1.7e9 + 86_400.0 * days, records)

    assert not int(state.hot32[0, BITS_AS_U32]) >> BIT_LEAK & 0xF
    np.testing.assert_allclose(state.hot[0, LEVEL : LEVEL + 4], 230.0, atol=0.1)
    np.testing.assert_allclose(state.hot[0, SLOPE : SLOPE + 4], 0.0, atol=0.02)
