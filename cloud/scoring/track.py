"""The second pass: a closed window's record into its vehicle's hot row, 32 vehicles side by side.

Per signal a time-aware baseline (EWMA of mean and variance) and a two-sided CUSUM; per wheel a level/slope Kalman
filter on cold pressure with a Huber weight, the rule that two low innovations in a row are a change, and a CUSUM of
innovations. Records are means over windows, not raw readings: a CUSUM's run length holds for independent samples
only.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import inlined, kernel, prefetch_row
from cloud.scoring.lanes import (
    BIT,
    FIRST_LEVEL_VAR,
    FIRST_SLOPE_VAR,
    LANES,
    NONE,
    ONE,
    ZERO,
    Floats,
    Words,
    baselines,
    cold_pressures,
    leak_alarms,
    leak_filters,
)
from cloud.scoring.layout import (
    BITS_AS_U32,
    COUNT_AS_U32,
    HOT_WORDS,
    LEVEL,
    MEAN,
    P_LEVEL,
    P_SLOPE,
    RECORD_WORDS,
    SIGNALS,
    TIME_AS_F64,
    VARIANCE,
    WHEELS,
)

Doubles = NDArray[np.float64]
Slots = NDArray[np.int64]

MOVED_WORDS: Final = 60  # of a hot row: all but time, bits and count
INV_TAU_S: Final = np.float32(1.0 / (2.0 * 86_400.0))
INV_DAY_S: Final = np.float32(1.0 / 86_400.0)
# Of a window's mean, before a car's own is known: V^2, V^2, degC^2, (%/km)^2, kPa^2 ...
FIRST_VARIANCE: Final = (0.04, 0.01, 25.0, 4e-3, 25.0, 25.0, 25.0, 25.0)


@kernel
def block_end(slots: Slots, start: int) -> int:
    """Return the end of the longest run of distinct vehicles from `start`, at most LANES long."""
    end = start
    while end < slots.shape[0] and end - start < LANES:
        twice = False
        for i in range(start, end):
            twice |= slots[i] == slots[end]
        if twice:
            break
        end += 1
    return end


@inlined
def wide(words: int) -> Floats:
    """Return scratch for `words` numbers a lane."""
    return np.empty((words, LANES), np.float32)


@inlined
def single() -> Floats:
    """Return scratch for one number a lane."""
    return np.empty(LANES, np.float32)


@inlined
def lay_down(hot: Floats, slots: Slots, records: Floats, start: int, end: int, row: Floats, x: Floats) -> None:
    """Turn the rows and records of a block on their side, and ask for the next block's rows."""
    for k in range(end - start):
        r = start + k
        if end + k < slots.shape[0]:
            prefetch_row(hot, slots[end + k], 4)
        i = slots[r]
        for f in range(MOVED_WORDS):
            row[f, k] = hot[i, f]
        for f in range(RECORD_WORDS):
            x[f, k] = records[r, f]


@inlined
def put_back(hot: Floats, i: int, row: Floats, k: int) -> None:
    """Write lane `k` back to the row of vehicle `i`."""
    for f in range(MOVED_WORDS):
        hot[i, f] = row[f, k]


@kernel
def track(
    hot: Floats,
    hot64: Doubles,
    hot32: Words,
    slots: Slots,
    times_s: Doubles,
    records: Floats,
    scores: Floats,
    out: Words,
) -> int:
    """Advance the hot rows by `records`; return how many were late.

    Args:
        hot, hot64, hot32: three views of the same (n_vehicles, 256 bytes), changed in place.
        slots, times_s: (n,), each record's vehicle and time. records: (n, 16), see `layout`.
        scores: (n,), set to the sum of squared z-scores, -1 for a late record (dropped). out: (n,), set to the bits.
    """
    row, x, y = wide(HOT_WORDS), wide(RECORD_WORDS), wide(WHEELS)
    step_s, gain, days, level, score = single(), single(), single(), single(), single()
    bits, now, fresh = np.zeros(LANES, np.uint32), np.zeros(LANES, np.uint32), np.zeros(LANES, np.uint32)
    late, start = 0, 0
    while start < slots.shape[0]:
        end = block_end(slots, start)
        lay_down(hot, slots, records, start, end, row, x)
        for k in range(end - start):
            i = slots[start + k]
            seen = hot32[i, COUNT_AS_U32] > NONE
            step_s[k] = np.float32(times_s[start + k] - hot64[i, TIME_AS_F64]) if seen else ONE
            bits[k] = hot32[i, BITS_AS_U32]
        for k in range(LANES):
            gain[k] = ONE - math.exp(-step_s[k] * INV_TAU_S)
            days[k] = step_s[k] * INV_DAY_S
            score[k] = ZERO
            now[k] = NONE
        baselines(row, x, gain, bits, now, score)
        cold_pressures(x, bits, now, y, level, fresh)
        leak_filters(row, y, days, fresh, now)
        leak_alarms(row, x, y, level, bits, now)
        for k in range(end - start):
            r, i = start + k, slots[start + k]
            if step_s[k] > ZERO:
                put_back(hot, i, row, k)
                hot64[i, TIME_AS_F64], hot32[i, BITS_AS_U32] = times_s[r], now[k]
                hot32[i, COUNT_AS_U32] += BIT
                scores[r], out[r] = score[k], now[k]
            else:
                scores[r], out[r] = -ONE, bits[k]
                late += 1
        start = end
    return late


def blank(hot: Floats) -> None:
    """Make the hot rows `hot` (n, 64) those of vehicles nobody has heard of."""
    hot[:] = 0.0
    hot[:, MEAN : MEAN + SIGNALS] = np.nan
    hot[:, LEVEL : LEVEL + WHEELS] = np.nan
    hot[:, VARIANCE : VARIANCE + SIGNALS] = np.array(FIRST_VARIANCE, np.float32)
    hot[:, P_LEVEL : P_LEVEL + WHEELS] = FIRST_LEVEL_VAR
    hot[:, P_SLOPE : P_SLOPE + WHEELS] = FIRST_SLOPE_VAR
