"""One frame of cell voltages: what is believed of it, and what it adds to the open window.

Every kernel takes one PACK row, that pack's words (WORDS, CELLS), a time in seconds and a frame's voltages (n_cells,)
in V with NaN where nothing was read. What is not believed is counted and left out: a reading outside 1.5..5 V, a frame
whose sum the pack's own voltage contradicts, and a jump of one cell until three frames running agree on it.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel
from cloud.scoring.layout import Rows
from cloud.scoring.pack_layout import (
    DOUBTED,
    DOUBTED_N,
    LFP,
    LOAD_N,
    LOAD_SUM,
    NMC,
    OFF,
    OHM_FAST,
    OHM_SLOW,
    REST_N,
    REST_SUM,
    UNKNOWN,
    VOLTS,
)

LOWEST_V: Final = 1.5
HIGHEST_V: Final = 5.0
FEWEST: Final = 4  # cells of which a median says something
JUMP_V: Final = 0.1505
AGREE_V: Final = 0.0805
AGREEING: Final = 3
FRESH_S: Final = 15.0  # how long a current or pack voltage speaks for cells read after it
SUM_SHARE: Final = 0.05
SUM_GAIN: Final = 0.02
ADOPT_N: Final = 10  # frames running that disagree alike: then it is how this car counts
STEP_A: Final = 20.0
STEP_GAIN_FAST: Final = 1.0 / 200.0
STEP_GAIN_SLOW: Final = 1.0 / 5000.0

NMC_TOP_V: Final = 3.75  # above any LFP cell's open circuit
PLATEAU_LOW_V: Final = 3.15
PLATEAU_HIGH_V: Final = 3.38


@kernel
def median_of(values: Rows, wanted: Rows) -> float:
    """Return the median of `values` (n,) where `wanted` (n,) is true; NaN of none."""
    chosen = values[wanted]
    return float(np.median(chosen)) if chosen.shape[0] > 0 else math.nan


@kernel
def steepness(median_v: float, chemistry: float) -> float:
    """Return how many times more than in its flat range a cell's voltage tells of charge at `median_v`.

    Two sound cells a few percent of charge apart differ by millivolts on the flat part of the curve and by tenths of a
    volt at its ends; deviations are divided by this. An unknown chemistry gets the more careful of the two.
    """
    nmc = 1.0 if median_v >= 3.5 else (2.0 if median_v >= 3.3 else 3.0)
    lfp = 6.0
    if median_v > PLATEAU_HIGH_V:
        lfp = 4.0
    elif median_v >= PLATEAU_LOW_V:
        lfp = 1.0
    elif median_v >= 2.9:
        lfp = 3.0
    if chemistry == NMC:
        return nmc
    return lfp if chemistry == LFP else max(nmc, lfp)


@kernel
def sum_agrees(pack: Any, t: float, volts: Rows, believed: Rows) -> bool:
    """Say whether the cells add up to the pack's voltage, as they have before; a lasting difference is learned."""
    n = int(pack.cells)
    if t - pack.pack_v_s > FRESH_S or not pack.pack_v > 0.0 or np.sum(believed) < n:
        return True
    share = np.sum(volts[:n]) / pack.pack_v
    if not math.isfinite(pack.sum_share):
        pack.sum_share = share
    if abs(share / pack.sum_share - 1.0) > SUM_SHARE:
        pack.sum_off_n += 1.0
        if pack.sum_off_n < ADOPT_N:
            pack.sum_n += 1.0
            return False
        pack.sum_share = share
    pack.sum_off_n = 0.0
    pack.sum_share += SUM_GAIN * (share - pack.sum_share)
    return True


@kernel
def believe(cells: Rows, i: int, off: float) -> bool:
    """Say whether cell `i` may be `off` from the median: near where it was, or three frames running agree.

    `off` is without what the cell's own resistance makes of the current.
    """
    before = cells[OFF, i]
    usual = before if before == before else 0.0
    if abs(off - usual) <= JUMP_V:
        cells[OFF, i] = off
        cells[DOUBTED_N, i] = 0.0
        return True
    agrees = cells[DOUBTED_N, i] > 0.0 and abs(off - cells[DOUBTED, i]) <= AGREE_V
    cells[DOUBTED_N, i] = cells[DOUBTED_N, i] + 1.0 if agrees else 1.0
    cells[DOUBTED, i] = off
    if cells[DOUBTED_N, i] < AGREEING:
        return False
    cells[OFF, i] = off
    cells[DOUBTED_N, i] = 0.0
    return True


@kernel
def take_step(pack: Any, cells: Rows, volts: Rows, believed: Rows, step_a: float) -> None:
    """Learn each cell's resistance from a step of current between two frames."""
    pack.steps_n += 1.0
    fast = max(STEP_GAIN_FAST, 1.0 / pack.steps_n)
    slow = max(STEP_GAIN_SLOW, 1.0 / pack.steps_n)
    for i in range(volts.shape[0]):
        if not believed[i] or cells[VOLTS, i] != cells[VOLTS, i]:
            continue
        ohm = (volts[i] - cells[VOLTS, i]) / step_a
        for word, gain in ((OHM_FAST, fast), (OHM_SLOW, slow)):
            known = cells[word, i]
            cells[word, i] = known + gain * (ohm - known) if known == known else ohm


@kernel
def learn_chemistry(pack: Any, median_v: float) -> bool:
    """Note what `median_v` says of the chemistry; return True when it became known just now."""
    if not pack.top_v >= median_v:
        pack.top_v = median_v
    if pack.told > UNKNOWN or pack.chemistry == NMC:
        return False
    if pack.top_v >= NMC_TOP_V:
        pack.chemistry = NMC
        return True
    if pack.chemistry == UNKNOWN and pack.plateau_n >= 300.0 and pack.plateau_n >= 0.5 * pack.windows_n:
        pack.chemistry = LFP
        return True
    return False


@kernel
def take_cells(pack: Any, cells: Rows, t: float, volts: Rows, low_a: float) -> bool:
    """Take one frame; return whether it was believed. At currents up to `low_a` (A) it counts as rest."""
    n = volts.shape[0]
    pack.cells = max(pack.cells, float(n))
    believed = np.zeros(n, np.bool_)
    for i in range(n):
        if volts[i] == volts[i]:
            believed[i] = volts[i] >= LOWEST_V and volts[i] <= HIGHEST_V
            pack.implausible_n += 0.0 if believed[i] else 1.0
    whole = np.sum(believed)
    if whole < FEWEST or 2 * whole < pack.cells or not sum_agrees(pack, t, volts, believed):
        return False
    median_v = median_of(volts, believed)
    has_current = t - pack.current_s <= FRESH_S
    ampere = pack.current_a if has_current and pack.ohm_median == pack.ohm_median else 0.0
    for i in range(n):
        over = cells[OHM_FAST, i] - pack.ohm_median if ampere != 0.0 else 0.0
        usual = over * ampere if over == over else 0.0
        if believed[i] and not believe(cells, i, volts[i] - median_v - usual):
            pack.jump_n += 1.0
            believed[i] = False
    if has_current and t - pack.step_s <= FRESH_S and abs(pack.current_a - pack.step_a) >= STEP_A:
        take_step(pack, cells, volts, believed, pack.current_a - pack.step_a)
    scale = steepness(median_v, pack.chemistry)
    at_rest = not has_current or abs(pack.current_a) <= low_a
    low, high = math.inf, -math.inf
    for i in range(n):
        if not believed[i]:
            continue
        cells[VOLTS, i] = volts[i]
        low, high = min(low, volts[i]), max(high, volts[i])
        off = (volts[i] - median_v) / scale
        cells[LOAD_SUM, i] += off
        cells[LOAD_N, i] += 1.0
        if at_rest:
            cells[REST_SUM, i] += off
            cells[REST_N, i] += 1.0
    if has_current:
        pack.step_a, pack.step_s = pack.current_a, t
    pack.open_n += 1.0
    pack.open_median += median_v
    pack.open_spread += high - low
    pack.median_v = median_v
    pack.frames_n += 1.0
    return True
