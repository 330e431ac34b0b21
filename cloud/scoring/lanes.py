"""What happens to 32 records side by side: baselines and CUSUMs of eight signals, leak filters of four wheels.

Shapes: `row` is (64, LANES), hot rows on their side, changed in place; `x` is (16, LANES), records on their side, NaN
where nothing was read; everything else (LANES,) unless said otherwise. `bits` are a row's bits before, `now` after.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import inlined
from cloud.scoring.layout import (
    BIT_LEAK,
    BIT_RELATIVE,
    BIT_SUSPECT,
    BIT_WINDOWS,
    CUSUM_DOWN,
    CUSUM_UP,
    FLAT_KPA,
    LAST_Z,
    LEAK_CUSUM,
    LEVEL,
    MEAN,
    P_BOTH,
    P_LEVEL,
    P_SLOPE,
    PRESSURES,
    SIGNALS,
    SLOPE,
    TEMPERATURES,
    VARIANCE,
    WHEELS,
)

Floats = NDArray[np.float32]
Words = NDArray[np.uint32]

LANES: Final = 32

_F = np.float32
_U = np.uint32
ZERO: Final = _F(0.0)
ONE: Final = _F(1.0)
NONE: Final = _U(0)
BIT: Final = _U(1)
NOTHING: Final = _F(np.nan)
CLIP_Z: Final = _F(6.0)
CUSUM_K: Final = _F(0.5)
CUSUM_H: Final = _F(13.3)
CUSUM_CLEAR: Final = _F(6.65)
TINY: Final = _F(1e-6)

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


@inlined
def baselines(row: Floats, x: Floats, gain: Floats, bits: Words, now: Words, score: Floats) -> None:
    """Advance the eight baselines of each lane.

    A NaN mean has seen nothing yet; a NaN reading leaves its baseline as it was. `gain` is 1 - exp(-dt/tau); `score`
    grows by the sum of squared z-scores.
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


@inlined
def cold_pressures(x: Floats, bits: Words, now: Words, y: Floats, level: Floats, fresh: Words) -> None:
    """Turn gauge pressures into what the filters track, `y` (4, LANES) in kPa, and note a change of kind in `fresh`.

    With every read tyre's temperature: the pressure at 20 degC, from absolute pressure. Without: the difference to the
    wheels' median, which needs three wheels; `level` is then that median, else 0.
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
        windows = NONE if kind != was else (bits[k] >> _U(BIT_WINDOWS))
        windows = min(windows + (BIT if tells else NONE), FULL_WINDOWS)
        now[k] |= (kind << _U(BIT_RELATIVE)) | (windows << _U(BIT_WINDOWS))


@inlined
def leak_filters(row: Floats, y: Floats, days: Floats, fresh: Words, now: Words) -> None:
    """Advance the wheels' level/slope filters by `days` and `y` (4, LANES); a refill or `fresh` starts one again."""
    for w in range(WHEELS):
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
            row[LEVEL + w, k] = value if start else ahead + p00 * q * off * weight
            row[SLOPE + w, k] = ZERO if start else slope + p01 * q * off * weight
            row[P_LEVEL + w, k] = FIRST_LEVEL_VAR if start else p00 * (ONE - g * p00 * q)
            row[P_BOTH + w, k] = ZERO if start else p01 * (ONE - g * p00 * q)
            row[P_SLOPE + w, k] = FIRST_SLOPE_VAR if start else max(p11 - g * p01 * q * p01, TINY)
            row[LAST_Z + w, k] = ZERO if start else (z if read else before)
            row[LEAK_CUSUM + w, k] = ZERO if start else total
            now[k] = (now[k] & ONLY_ALARMS) | FIRST_WINDOW if start else now[k]


@inlined
def leak_alarms(row: Floats, x: Floats, y: Floats, level: Floats, bits: Words, now: Words) -> None:
    """Judge the four wheels: a leak is what two windows running speak of, and ends when two running do not."""
    for w in range(WHEELS):
        suspect_bit, leak_bit = _U(BIT_SUSPECT + w), _U(BIT_LEAK + w)
        for k in range(LANES):
            slope, sd = row[SLOPE + w, k], math.sqrt(row[P_SLOPE + w, k])
            relative = ((now[k] >> _U(BIT_RELATIVE)) & BIT) != NONE
            windows = now[k] >> _U(BIT_WINDOWS)
            allow = ALLOW_RELATIVE_KPA_D if relative else ALLOW_KPA_D
            room = row[LEVEL + w, k] + level[k] - x[FLAT_KPA, k]
            sure = ((slope + allow) / sd < SURE_Z) & (windows >= SLOPE_WINDOWS)
            drop = (row[LEAK_CUSUM + w, k] > LEAK_H) & (windows >= FIRST_WINDOWS)
            soon = (slope + _F(2.0) * sd < SURE_SLOPE) & (room < -SOON_D * slope) & (windows >= FIRST_WINDOWS)
            was, held = (bits[k] >> suspect_bit) & BIT, (bits[k] >> leak_bit) & BIT
            spoke = BIT if sure | drop | soon else NONE
            read = y[w, k] == y[w, k]
            suspect = spoke if read else was
            leak = (suspect & was) | (held & (suspect | was)) if read else held
            now[k] |= (suspect << suspect_bit) | (leak << leak_bit)
