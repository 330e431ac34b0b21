"""Cell voltages: the fast kernels agree with a slow twin, and nothing that no cell can show is believed."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import cells
from cloud.scoring.frames import take_frames
from cloud.scoring.pack_layout import (
    CURRENT_A,
    EXTRAS,
    FAST,
    LFP,
    LOAD,
    MIDDLE,
    NMC,
    OFF,
    OHM_FAST,
    OHM_SLOW,
    PACK_V,
    SLOW,
    UNKNOWN,
    VARIANCE,
    VOLTS,
)
from cloud.scoring.state import State
from tests.cloud.scoring.naive_cells import Cell, NaivePack

T0 = 1_768_464_000.0
N = 6


def one_pack(chemistry: int = NMC) -> tuple[Any, Any]:
    state = State(1)
    row = state.pack(0)
    state.packs[row]["told"] = state.packs[row]["chemistry"] = chemistry
    return state.packs[row], state.cells[row]


def taken(rows: list[tuple[float, float, list[float]]], pack_v: float = math.nan) -> tuple[Any, Any]:
    """Return a pack after frames of (time, current, voltages)."""
    pack, words = one_pack()
    extras = np.full((len(rows), EXTRAS), np.nan)
    extras[:, CURRENT_A], extras[:, PACK_V] = [row[1] for row in rows], pack_v
    volts = np.array([row[2] for row in rows])
    take_frames(pack, words, np.array([row[0] for row in rows]), extras, volts, 15.0)
    return pack, words


def steady(
    count: int, volts: list[float], ampere: float = 0.0, start: float = T0
) -> list[tuple[float, float, list[float]]]:
    return [(start + k, ampere, volts) for k in range(count)]


a_reading = st.one_of(
    st.integers(3_450, 4_150).map(lambda mv: mv / 1000.0),
    st.integers(3_690, 3_710).map(lambda mv: mv / 1000.0),
    st.sampled_from([math.nan, 65.535, 66.0, 0.0, 1.0, 5.001]),
)
frames = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.integers(-120, 120).map(float),
        st.lists(a_reading, min_size=N, max_size=N),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150)
@given(frames)
def test_the_kernels_agree_with_their_naive_twin(given_frames: list[tuple[int, float, list[float]]]) -> None:
    rows, t = [], T0
    for step, ampere, volts in given_frames:
        t += step
        rows.append((t, ampere, volts))
    twin = NaivePack([Cell() for _ in range(N)])

    pack, words = taken(rows)
    for row in rows:
        twin.frame(*row)

    assert (pack["implausible_n"], pack["jump_n"]) == (twin.implausible, twin.jumps)
    assert (pack["windows_n"], pack["steps_n"]) == (twin.windows, twin.steps)
    for word, name in (
        (OFF, "off"), (VOLTS, "volts"), (FAST, "fast"), (MIDDLE, "middle"), (SLOW, "slow"), (VARIANCE, "variance"),
        (LOAD, "loaded"), (OHM_FAST, "ohm_fast"), (OHM_SLOW, "ohm_slow"),
    ):  # fmt: skip
        expected = [getattr(cell, name) for cell in twin.cells]
        np.testing.assert_allclose(words[word, :N], expected, rtol=2e-4, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("glitch", [65.535, 66.0, 6.5534, 0.0, 1.2])
def test_a_reading_that_no_cell_can_show_is_counted_and_changes_nothing_else(glitch: float) -> None:
    even = [3.7] * N
    clean, _ = taken(steady(120, even))

    pack, words = taken([*steady(60, even), (T0 + 60, 0.0, [glitch, *even[1:]]), *steady(59, even, start=T0 + 61)])

    assert pack["implausible_n"] == 1
    assert pack["frames_n"] == clean["frames_n"]
    assert np.nanmax(np.abs(words[FAST, :N])) < 1e-6


def test_a_spike_of_a_volt_for_two_frames_is_not_believed() -> None:
    even = [3.7] * N
    spiked = [2.7, *even[1:]]

    pack, words = taken([*steady(30, even), *steady(2, spiked, start=T0 + 30), *steady(90, even, start=T0 + 32)])

    assert pack["jump_n"] == 2
    assert words[VOLTS, 0] == np.float32(3.7)
    assert abs(words[LOAD, 0]) < 1e-6


def test_a_cell_that_drops_and_stays_there_is_believed_at_the_third_frame() -> None:
    even = [3.7] * N
    dropped = [3.3, *even[1:]]

    pack, words = taken([*steady(30, even), *steady(3, dropped, start=T0 + 30)])

    assert pack["jump_n"] == 2
    assert words[VOLTS, 0] == np.float32(3.3)


def test_a_frame_that_the_packs_own_voltage_contradicts_is_left_out() -> None:
    even = [3.7] * N
    rows = [*steady(60, even), (T0 + 60, 0.0, [3.2] * N), *steady(10, even, start=T0 + 61)]

    pack, _ = taken(rows, pack_v=3.7 * N)

    assert pack["sum_n"] == 1
    assert pack["frames_n"] == 70


def test_a_car_that_counts_its_packs_voltage_otherwise_is_learned() -> None:
    rows = steady(30, [3.7] * N) + steady(30, [4.1] * N, start=T0 + 30)

    pack, _ = taken(rows, pack_v=3.7 * N)

    assert pack["sum_n"] == cells.ADOPT_N - 1
    assert pack["frames_n"] == 60 - pack["sum_n"]


def test_frames_with_less_than_half_of_the_cells_say_nothing() -> None:
    even = [3.7] * 10
    pack, _ = taken([*steady(5, even), (T0 + 5, 0.0, [3.7] * 4 + [math.nan] * 6)])

    assert pack["frames_n"] == 5


def test_a_step_of_current_tells_a_cells_resistance() -> None:
    ohms = [0.001, 0.001, 0.001, 0.001, 0.001, 0.003]
    rows = [
        (T0 + k, 50.0 * (k % 2), [3.7 + 50.0 * (k % 2) * ohm for ohm in ohms])
        for k in range(100)
    ]  # fmt: skip

    _, words = taken(rows)

    np.testing.assert_allclose(words[OHM_FAST, :N], ohms, rtol=1e-3)


def test_at_the_steep_ends_of_a_curve_a_deviation_counts_for_less() -> None:
    assert cells.steepness(3.7, NMC) == 1.0
    assert cells.steepness(3.2, NMC) > 1.0
    assert cells.steepness(3.3, LFP) == 1.0
    assert cells.steepness(3.45, LFP) > 1.0
    assert cells.steepness(2.8, LFP) > cells.steepness(3.0, LFP)


@given(st.floats(1.5, 5.0))
def test_an_unknown_chemistry_gets_the_more_careful_scale(median_v: float) -> None:
    unknown = cells.steepness(median_v, UNKNOWN)

    assert unknown == max(cells.steepness(median_v, NMC), cells.steepness(median_v, LFP))


def test_a_voltage_that_no_iron_cell_reaches_tells_the_chemistry() -> None:
    pack, words = one_pack(UNKNOWN)
    volts = np.full((120, N), 3.9)

    take_frames(pack, words, T0 + np.arange(120.0), np.full((120, EXTRAS), np.nan), volts, 15.0)

    assert pack["chemistry"] == NMC
    assert pack["told"] == UNKNOWN
