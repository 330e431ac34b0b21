"""A minute of cell voltages closed: baselines move, and every cell is judged against the others and its own past.

A cell counts once it stands out from its pack by a robust z-score and by millivolts, drifts from its own baseline,
swings with the charge as the others do not, sinks under load, or shows a resistance of its own; and once ten windows
running agree (two for what is a reason to stop). A verdict stays as long as its cell is half as suspicious as raised
it, and three days beyond, so that it does not come and go with charge and load.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.cells import PLATEAU_HIGH_V, PLATEAU_LOW_V, learn_chemistry, median_of
from cloud.scoring.kernels import kernel
from cloud.scoring.layout import Rows
from cloud.scoring.pack_layout import (
    ADVISE,
    BY_RESISTANCE,
    BY_SWING,
    BY_VOLTAGE,
    FAST,
    INSPECT,
    LOAD,
    LOAD_N,
    LOAD_SUM,
    MIDDLE,
    OHM_FAST,
    OHM_SLOW,
    REST_N,
    REST_SUM,
    SLOW,
    SOUND,
    STOP,
    SUSPECT_N,
    SUSPICION,
    VARIANCE,
)

WINDOW_S: Final = 60.0
FAST_GAIN: Final = 1.0 / 45.0
MIDDLE_GAIN: Final = 1.0 / 400.0
SLOW_GAIN: Final = 1.0 / 4000.0
VARIANCE_GAIN: Final = 1.0 / 1000.0
LOAD_GAIN: Final = 1.0 / 5.0
SPREAD_GAIN: Final = 1.0 / 45.0

MAD_SD: Final = 1.4826
LEAST_SD_V: Final = 0.004
LEAST_DRIFT_SD_V: Final = 0.002
LEAST_OWN_SD_V: Final = 0.003
ADVISE_V: Final = 0.050
ALONE_V: Final = 0.080
INSPECT_V: Final = 0.100
STOP_V: Final = 0.300
DRIFT_V: Final = 0.020
OFF_Z: Final = 6.0
DRIFT_Z: Final = 8.0
DRIFT_OWN_Z: Final = 3.0
DRIFT_WINDOWS: Final = 200.0
SWING_V: Final = 0.025
SWING_Z: Final = 8.0
SWING_WINDOWS: Final = 1000.0
HIGH_SHARE: Final = 0.67  # a cell that is high is more often one of many that are not low
OHM_STEPS: Final = 200.0
OHM_OWN_STEPS: Final = 1500.0
OHM_TIMES: Final = 2.5
OHM_GROWTH: Final = 1.5
OHM_SHOWS: Final = 1.5
OHM_Z: Final = 8.0
AGREEING: Final = 10.0
AGREEING_STOP: Final = 2.0
HOLD_S: Final = 3.0 * 86_400.0
STILL: Final = 0.5  # of what raised it: as long, a verdict stays


@kernel
def scaled(values: Rows, there: Rows, least: float) -> tuple[float, float]:
    """Return the median of `values` where `there`, and a robust standard deviation about it, at least `least`."""
    centre = median_of(values, there)
    return centre, max(MAD_SD * median_of(np.abs(values - centre), there), least)


@kernel
def move_baselines(pack: Any, cells: Rows, n: int) -> bool:
    """Move the baselines of `n` cells by the open window and empty it; return whether it held any rest."""
    rested = False
    for i in range(n):
        if cells[LOAD_N, i] > 0.0:
            mean = cells[LOAD_SUM, i] / cells[LOAD_N, i]
            known = cells[LOAD, i]
            cells[LOAD, i] = known + LOAD_GAIN * (mean - known) if known == known else mean
            rested = rested or cells[REST_N, i] > 0.0
    pack.windows_n += 1.0 if rested else 0.0
    age = 1.0 / max(pack.windows_n, 1.0)
    for i in range(n):
        if cells[REST_N, i] > 0.0:
            mean = cells[REST_SUM, i] / cells[REST_N, i]
            if cells[FAST, i] != cells[FAST, i]:
                cells[FAST, i] = cells[MIDDLE, i] = cells[SLOW, i] = mean
            cells[FAST, i] += max(FAST_GAIN, age) * (mean - cells[FAST, i])
            cells[MIDDLE, i] += max(MIDDLE_GAIN, age) * (mean - cells[MIDDLE, i])
            cells[SLOW, i] += max(SLOW_GAIN, age) * (mean - cells[SLOW, i])
            away = mean - cells[MIDDLE, i]
            cells[VARIANCE, i] += max(VARIANCE_GAIN, age) * (away * away - cells[VARIANCE, i])
        for word in (LOAD_SUM, LOAD_N, REST_SUM, REST_N):
            cells[word, i] = 0.0
    return rested


@kernel
def forget_baselines(pack: Any, cells: Rows) -> None:
    """Begin the baselines anew: the chemistry became known, and with it the scale of every deviation."""
    pack.windows_n = 0.0
    for word in (FAST, MIDDLE, SLOW, LOAD):
        cells[word, :] = np.nan
    cells[VARIANCE, :] = 0.0
    cells[SUSPECT_N, :] = 0.0


@kernel
def grade_of(off: float, z: float, drift: float, drift_z: float, own_z: float, sunk: float) -> int:
    """Return how bad one cell's voltages are; deviations in V, those above the median already reduced."""
    if sunk >= STOP_V or (off >= STOP_V and z >= OFF_Z):
        return STOP
    if off >= INSPECT_V and z >= OFF_Z:
        return INSPECT
    apart = off >= ADVISE_V and z >= OFF_Z and drift >= 0.5 * DRIFT_V and own_z >= 2.0
    alone = off >= ALONE_V and z >= DRIFT_Z
    drifts = drift >= DRIFT_V and drift_z >= DRIFT_Z and own_z >= DRIFT_OWN_Z
    return ADVISE if apart or alone or drifts else SOUND


@kernel
def judge_swings(pack: Any, cells: Rows, n: int, grades: Rows, by: Rows) -> None:
    """Raise `grades` (n,) of cells that rise and fall with the charge more than the others: they hold less of it."""
    known = np.isfinite(cells[FAST, :n])
    if pack.windows_n < SWING_WINDOWS:
        return
    swings = np.sqrt(cells[VARIANCE, :n].astype(np.float64))
    centre, sd = scaled(swings, known, LEAST_DRIFT_SD_V)
    for i in range(n):
        z = (swings[i] - centre) / sd
        if not known[i] or z <= 0.0:
            continue
        if z >= SWING_Z and swings[i] >= SWING_V and grades[i] < ADVISE:
            grades[i], by[i] = ADVISE, BY_SWING
        cells[SUSPICION, i] = max(cells[SUSPICION, i], min(z / SWING_Z, swings[i] / SWING_V))


@kernel
def judge_resistance(pack: Any, cells: Rows, n: int, grades: Rows, by: Rows) -> None:
    """Raise `grades` (n,) of cells whose resistance stands out, or has grown where the others' has not."""
    known = np.isfinite(cells[OHM_FAST, :n])
    if pack.steps_n < OHM_STEPS or np.sum(known) < 4:
        return
    ohms = cells[OHM_FAST, :n].astype(np.float64)
    if median_of(ohms, known) < 0.0:
        ohms = -ohms  # a car that counts current the other way round
    centre, sd = scaled(ohms, known, 0.05 * abs(median_of(ohms, known)))
    pack.ohm_median = centre
    if not centre > 0.0:
        return
    growth = np.abs(cells[OHM_FAST, :n] / cells[OHM_SLOW, :n]).astype(np.float64)
    usual = median_of(growth, np.isfinite(growth))
    for i in range(n):
        if not known[i]:
            continue
        z = (ohms[i] - centre) / sd
        times = ohms[i] / centre / OHM_TIMES
        if pack.steps_n >= OHM_OWN_STEPS:
            times = max(times, growth[i] / usual / OHM_GROWTH)
        if z >= OHM_Z and times >= 1.0 and grades[i] < ADVISE:
            grades[i], by[i] = ADVISE, BY_RESISTANCE
        if ohms[i] >= OHM_SHOWS * centre:
            cells[SUSPICION, i] = max(cells[SUSPICION, i], min(z / OHM_Z, times))


@kernel
def judge_cells(pack: Any, cells: Rows, n: int, grades: Rows) -> None:
    """Write to `grades` (n,) how bad every cell looks in this window, and to its words what to rank it by."""
    known = np.isfinite(cells[FAST, :n])
    fast = cells[FAST, :n].astype(np.float64)
    centre, sd = scaled(fast, known, LEAST_SD_V)
    pack.scale_v = sd
    drifts = fast - cells[SLOW, :n]
    drift_centre, drift_sd = scaled(drifts, known, LEAST_DRIFT_SD_V)
    seasoned = pack.windows_n >= DRIFT_WINDOWS
    loaded = np.isfinite(cells[LOAD, :n])
    load_centre = median_of(cells[LOAD, :n].astype(np.float64), loaded)
    for i in range(n):
        grades[i] = SOUND
        cells[SUSPICION, i] = 0.0
        sunk = load_centre - cells[LOAD, i] if loaded[i] else 0.0
        off, z, drift, drift_z, own_z = 0.0, 0.0, 0.0, 0.0, 0.0
        if known[i]:
            side = 1.0 if fast[i] <= centre else HIGH_SHARE
            off = side * abs(fast[i] - centre)
            z = off / sd
            if seasoned:
                drift = (1.0 if drifts[i] <= drift_centre else HIGH_SHARE) * abs(drifts[i] - drift_centre)
                drift_z = drift / drift_sd
                own_z = drift / (math.sqrt(cells[VARIANCE, i]) + LEAST_OWN_SD_V)
        grades[i] = grade_of(off, z, drift, drift_z, own_z, sunk)
        apart = min(z / OFF_Z, off / ADVISE_V)
        away = min(drift_z / DRIFT_Z, drift / DRIFT_V, own_z / DRIFT_OWN_Z)
        cells[SUSPICION, i] = max(apart, away, sunk / STOP_V)


@kernel
def settle(pack: Any, cells: Rows, t: float, grades: Rows, by: Rows) -> None:
    """Turn windows that agree into a verdict, and let an old one go once its cell looks sound again."""
    worst, worst_cell = SOUND, -1
    for i in range(grades.shape[0]):
        cells[SUSPECT_N, i] = cells[SUSPECT_N, i] + 1.0 if grades[i] > SOUND else 0.0
        needed = AGREEING_STOP if grades[i] == STOP else AGREEING
        if grades[i] == SOUND or cells[SUSPECT_N, i] < needed:
            continue
        if grades[i] > worst or (grades[i] == worst and cells[SUSPICION, i] > cells[SUSPICION, worst_cell]):
            worst, worst_cell = int(grades[i]), i
    held = int(pack.grade_cell)
    if worst > SOUND and (worst >= pack.grade or t - pack.grade_s > HOLD_S):
        pack.grade, pack.grade_s = float(worst), t
        pack.grade_cell, pack.grade_by = float(worst_cell), float(by[worst_cell])
    elif held >= 0 and cells[SUSPICION, held] >= STILL:
        pack.grade_s = t
    elif t - pack.grade_s > HOLD_S:
        pack.grade, pack.grade_s, pack.grade_cell = float(SOUND), -math.inf, -1.0


@kernel
def close_window(pack: Any, cells: Rows, t: float) -> None:
    """Close the window that was open until `t` (s)."""
    n = int(pack.cells)
    if pack.open_n > 0.0:
        median_v = pack.open_median / pack.open_n
        spread_v = pack.open_spread / pack.open_n
        pack.plateau_n += 1.0 if median_v >= PLATEAU_LOW_V and median_v <= PLATEAU_HIGH_V else 0.0
        pack.spread_v += (SPREAD_GAIN if pack.windows_n >= 45.0 else 1.0 / (pack.windows_n + 1.0)) * (
            spread_v - pack.spread_v
        )
        grades, by = np.zeros(n, np.int64), np.full(n, BY_VOLTAGE)
        move_baselines(pack, cells, n)
        judge_cells(pack, cells, n, grades)
        judge_swings(pack, cells, n, grades, by)
        judge_resistance(pack, cells, n, grades, by)
        settle(pack, cells, t, grades, by)
        if learn_chemistry(pack, median_v):
            forget_baselines(pack, cells)
    pack.open_n = 0.0
    pack.open_median = 0.0
    pack.open_spread = 0.0
