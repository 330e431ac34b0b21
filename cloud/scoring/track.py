"""The second pass: a closed window's record into its vehicle's hot row, 32 vehicles side by side.

Per signal a time-aware baseline (EWMA of mean and variance) and a two-sided CUSUM; per wheel a level/slope Kalman
filter on cold pressure with a Huber weight, the rule that two low innovations in a row are a change, and a CUSUM of
innovations.
Records are windows of half an hour, not raw readings: a CUSUM's run length holds for independent samples only.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel, lanes, prefetch_row
from cloud.scoring.layout import (
    BIT_LEAK,
    BIT_RELATIVE,
    BIT_SUSPECT,
    BIT_WINDOWS,
    BITS_AS_U32,
    COUNT_AS_U32,
    CUSUM_DOWN,
    CUSUM_UP,
    FLAT_KPA,
    HOT_WORDS,
    LAST_Z,
    LEAK_CUSUM,
    LEVEL,
    MEAN,
    P_BOTH,
    P_LEVEL,
    P_SLOPE,
    PRESSURES,
    RECORD_WORDS,
    SIGNALS,
    SLOPE,
    TEMPERATURES,
    TIME_AS_F64,
    VARIANCE,
    WHEELS,
)

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Words = NDArray[np.uint32]
Slots = NDArray[np.int64]

LANES: Final = 32
MOVED_WORDS: Final = 60  # of a hot row: all but time, bits and count

_F = np.float32
_U = np.uint32
ZERO: Final = _F(0.0)
ONE: Final = _F(1.0)
NONE: Final = _U(0)
BIT: Final = _U(1)
NOTHING: Final = _F(np.nan)
INV_TAU_S: Final = _F(1.0 / (2.0 * 86_400.0))
CLIP_Z: Final = _F(6.0)
CUSUM_K: Final = _F(0.5)
CUSUM_H: Final = _F(13.3)
CUSUM_CLEAR: Final = _F(6.65)
TINY: Final = _F(1e-6)

INV_DAY_S: Final = _F(1.0 / 86_400.0)
KELVIN: Final = _F(273.15)
REFERENCE_K: Final = _F(293.15)
AIR_KPA: Final = _F(101.325)
READING_VAR: Final = _F(5.0)  # kPa^2
LEVEL_VAR_D: Final = _F(0.02)  # kPa^2 per day
SLOPE_VAR_D: Final = _F(2e-4)  # (kPa/day)^2 per day
FIRST_LEVEL_VAR: Final = _F(9.0)
FIRST_SLOPE_VAR: Final = _F(0.25)
HUBER: Final = _F(2.5)
CHANGE_Z: Final = _F(-2.0)
SHORTEST_STEP_D: Final = _F(0.25)
REFILL_KPA: Final = _F(8.0)
LEAK_K: Final = _F(0.75)
LEAK_H: Final = _F(6.0)
ALLOW_KPA_D: Final = _F(0.35)  # natural loss, absolute
ALLOW_RELATIVE_KPA_D: Final = _F(0.25)
SURE_Z: Final = _F(-4.0)
SURE_SLOPE: Final = _F(-1.0)
SOON_D: Final = _F(2.0)
SLOPE_WINDOWS: Final = _U(6)
FIRST_WINDOWS: Final = _U(3)
FULL_WINDOWS: Final = _U(255)
FIRST_WINDOW: Final = _U(1 << BIT_WINDOWS)
ONLY_ALARMS: Final = _U((1 << BIT_WINDOWS) - 1)


@lanes
def baselines(row: Floats, x: Floats, gain: Floats, bits: Words, now: Words, score: Floats) -> None:
    """Advance the eight baselines of each lane.

    Args:
        row: (64, LANES), hot rows on their side, changed in place; a NaN mean has seen nothing yet.
        x: (16, LANES), records on their side; NaN is no reading and leaves its baseline as it was.
        gain: (LANES,), 1 - exp(-dt/tau). bits, now: (LANES,), alarms before and (added to) after.
        score: (LANES,), sum of squared z-scores, added to.
    """
    for j in range(SIGNALS):
        shift = _U(j)
        for k in range(LANES):
            value, mean, variance = x[j, k], row[MEAN + j, k], row[VARIANCE + j, k]
            read = value == value
            known = mean == mean
            off = value - mean if read & known else ZERO
            z = min(max(off / math.sqrt(variance + TINY), -CLIP_Z), CLIP_Z)
            a = gain[k] if read else ZERO
            row[MEAN + j, k] = mean + a * off if known else value
            row[VARIANCE + j, k] = (ONE - a) * (variance + a * off * off)
            up = max(ZERO, row[CUSUM_UP + j, k] + z - CUSUM_K) if read else row[CUSUM_UP + j, k]
            down = max(ZERO, row[CUSUM_DOWN + j, k] - z - CUSUM_K) if read else row[CUSUM_DOWN + j, k]
            row[CUSUM_UP + j, k] = up
            row[CUSUM_DOWN + j, k] = down
            limit = CUSUM_H if ((bits[k] >> shift) & BIT) == NONE else CUSUM_CLEAR
            now[k] |= (BIT if max(up, down) > limit else NONE) << shift
            score[k] += z * z


@lanes
def cold_pressures(x: Floats, bits: Words, now: Words, y: Floats, level: Floats, fresh: Words) -> None:
    """Turn gauge pressures into what the filters track, and say whether the filters must begin again.

    With every read tyre's temperature: the pressure at 20 degC, from absolute pressure. Without: the difference to the
    other wheels' median, which needs three wheels; `level` is then that median, else 0.

    Args:
        x: (16, LANES). bits, now: (LANES,). y: (4, LANES), kPa, NaN where nothing can be said.
        level: (LANES,), kPa. fresh: (LANES,), 1 where the kind of pressure changed.
    """
    for k in range(LANES):
        wheels, warm = ZERO, ZERO
        low, high, total = _F(1e9), _F(-1e9), ZERO
        for w in range(WHEELS):
            p, degc = x[PRESSURES + w, k], x[TEMPERATURES + w, k]
            read = p == p
            wheels += ONE if read else ZERO
            warm += ONE if read & (degc == degc) else ZERO
            low = min(low, p) if read else low
            high = max(high, p) if read else high
            total += p if read else ZERO
        relative = warm < wheels
        median = (total - low - high) / (wheels - _F(2.0)) if wheels > _F(2.5) else NOTHING
        for w in range(WHEELS):
            p, degc = x[PRESSURES + w, k], x[TEMPERATURES + w, k]
            y[w, k] = p - median if relative else (p + AIR_KPA) * REFERENCE_K / (degc + KELVIN) - AIR_KPA
        level[k] = median if relative else ZERO
        was = (bits[k] >> _U(BIT_RELATIVE)) & BIT
        tells = wheels > ZERO
        kind = (BIT if relative else NONE) if tells else was
        fresh[k] = kind ^ was
        now[k] |= kind << _U(BIT_RELATIVE)
        windows = NONE if kind != was else (bits[k] >> _U(BIT_WINDOWS))
        windows = min(windows + (BIT if tells else NONE), FULL_WINDOWS)
        now[k] |= windows << _U(BIT_WINDOWS)


@lanes
def tyres(
    row: Floats, x: Floats, y: Floats, days: Floats, level: Floats, fresh: Words, bits: Words, now: Words
) -> None:
    """Advance the four wheels' filters of each lane and judge them; shapes as above, `days` is the step."""
    for w in range(WHEELS):
        suspect_bit, leak_bit = _U(BIT_SUSPECT + w), _U(BIT_LEAK + w)
        for k in range(LANES):
            dt, value = days[k], y[w, k]
            slope, before = row[SLOPE + w, k], row[LAST_Z + w, k]
            ahead = row[LEVEL + w, k] + slope * dt
            p01, p11 = row[P_BOTH + w, k], row[P_SLOPE + w, k]
            p00 = row[P_LEVEL + w, k] + dt * (_F(2.0) * p01 + dt * p11) + LEVEL_VAR_D * dt
            p01 = p01 + dt * p11
            p11 = p11 + SLOPE_VAR_D * dt
            read = value == value
            start = read & ((ahead != ahead) | (fresh[k] != NONE) | (value - ahead > REFILL_KPA))
            off = value - ahead if read & (ahead == ahead) else ZERO
            z = off / math.sqrt(p00 + READING_VAR)
            change = read & (before < CHANGE_Z) & (z < CHANGE_Z)
            jump = off / max(dt, SHORTEST_STEP_D)
            p00 = p00 + _F(4.0) * off * off if change else p00
            p11 = p11 + _F(0.25) * jump * jump if change else p11
            p01 = _F(0.5) * math.sqrt(p00 * p11) if change else p01
            q = ONE / (p00 + READING_VAR)
            weight = min(ONE, HUBER / max(abs(off) * math.sqrt(q), TINY))
            g = ONE if read else ZERO
            total = row[LEAK_CUSUM + w, k]
            total = max(ZERO, total - z - LEAK_K) if read else total
            lev = value if start else ahead + p00 * q * off * weight
            slope = ZERO if start else slope + p01 * q * off * weight
            total = ZERO if start else total
            s11 = FIRST_SLOPE_VAR if start else max(p11 - g * p01 * q * p01, TINY)
            row[LEVEL + w, k] = lev
            row[SLOPE + w, k] = slope
            row[P_LEVEL + w, k] = FIRST_LEVEL_VAR if start else p00 * (ONE - g * p00 * q)
            row[P_BOTH + w, k] = ZERO if start else p01 * (ONE - g * p00 * q)
            row[P_SLOPE + w, k] = s11
            row[LAST_Z + w, k] = ZERO if start else (z if read else before)
            row[LEAK_CUSUM + w, k] = total
            relative = ((now[k] >> _U(BIT_RELATIVE)) & BIT) != NONE
            now[k] = (now[k] & ONLY_ALARMS) | FIRST_WINDOW if start else now[k]
            allow = ALLOW_RELATIVE_KPA_D if relative else ALLOW_KPA_D
            sd = math.sqrt(s11)
            windows = now[k] >> _U(BIT_WINDOWS)
            sure = ((slope + allow) / sd < SURE_Z) & (windows >= SLOPE_WINDOWS)
            drop = (total > LEAK_H) & (windows >= FIRST_WINDOWS)
            soon = (slope + _F(2.0) * sd < SURE_SLOPE) & (lev + level[k] - x[FLAT_KPA, k] < -SOON_D * slope)
            was, held = (bits[k] >> suspect_bit) & BIT, (bits[k] >> leak_bit) & BIT
            spoke = BIT if sure | drop | (soon & (windows >= FIRST_WINDOWS)) else NONE
            suspect = spoke if read else was
            leak = (suspect & was) | (held & (suspect | was)) if read else held
            now[k] |= (suspect << suspect_bit) | (leak << leak_bit)


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
    row = np.empty((HOT_WORDS, LANES), np.float32)
    x = np.empty((RECORD_WORDS, LANES), np.float32)
    y = np.empty((WHEELS, LANES), np.float32)
    step_s, gain = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    days, level, score = np.empty(LANES, np.float32), np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    bits, now, fresh = np.zeros(LANES, np.uint32), np.empty(LANES, np.uint32), np.empty(LANES, np.uint32)
    late = 0
    start = 0
    while start < slots.shape[0]:
        end = block_end(slots, start)
        for k in range(end - start):
            r = start + k
            if end + k < slots.shape[0]:
                prefetch_row(hot, slots[end + k], 4)
            i = slots[r]
            for f in range(MOVED_WORDS):
                row[f, k] = hot[i, f]
            for f in range(RECORD_WORDS):
                x[f, k] = records[r, f]
            seen = hot32[i, COUNT_AS_U32] > NONE
            step_s[k] = _F(times_s[r] - hot64[i, TIME_AS_F64]) if seen else ONE
            bits[k] = hot32[i, BITS_AS_U32]
        for k in range(LANES):
            gain[k] = ONE - math.exp(-step_s[k] * INV_TAU_S)
            days[k] = step_s[k] * INV_DAY_S
            score[k] = ZERO
            now[k] = NONE
        baselines(row, x, gain, bits, now, score)
        cold_pressures(x, bits, now, y, level, fresh)
        tyres(row, x, y, days, level, fresh, bits, now)
        for k in range(end - start):
            r = start + k
            i = slots[r]
            if step_s[k] > ZERO:
                for f in range(MOVED_WORDS):
                    hot[i, f] = row[f, k]
                hot64[i, TIME_AS_F64] = times_s[r]
                hot32[i, BITS_AS_U32] = now[k]
                hot32[i, COUNT_AS_U32] += BIT
                scores[r] = score[k]
                out[r] = now[k]
            else:
                scores[r] = -ONE
                late += 1
        start = end
    return late


FIRST_VARIANCE: Final = (
    0.04,
    0.01,
    25.0,
    4e-3,
    25.0,
    25.0,
    25.0,
    25.0,
)  # of a window's mean, before a car's own is known


def blank(hot: Floats) -> None:
    """Make the hot rows `hot` (n, 64) those of vehicles nobody has heard of."""
    hot[:] = 0.0
    hot[:, MEAN : MEAN + SIGNALS] = np.nan
    hot[:, LEVEL : LEVEL + WHEELS] = np.nan
    hot[:, VARIANCE : VARIANCE + SIGNALS] = np.array(FIRST_VARIANCE, np.float32)
    hot[:, P_LEVEL : P_LEVEL + WHEELS] = FIRST_LEVEL_VAR
    hot[:, P_SLOPE : P_SLOPE + WHEELS] = FIRST_SLOPE_VAR
