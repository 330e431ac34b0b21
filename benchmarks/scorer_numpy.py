"""The work of `cloud.scoring.track`, vectorised in NumPy the way one would: whole columns, one vehicle at most once."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring import lanes
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
    LAST_Z,
    LEAK_CUSUM,
    LEVEL,
    MEAN,
    P_BOTH,
    P_LEVEL,
    P_SLOPE,
    PRESSURES,
    SLOPE,
    TEMPERATURES,
    TIME_AS_F64,
    VARIANCE,
)
from cloud.scoring.track import INV_DAY_S, INV_TAU_S

Array = NDArray[Any]
F: Final = np.float32
U: Final = np.uint32


def track(hot: Array, hot64: Array, hot32: Array, slots: Array, times_s: Array, records: Array) -> Array:
    """Advance the hot rows by `records`, no vehicle twice; return the scores, -1 for late records."""
    rows, bits = hot[slots], hot32[slots, BITS_AS_U32]
    seen = hot32[slots, COUNT_AS_U32] > 0
    step_s = np.where(seen, times_s - hot64[slots, TIME_AS_F64], 1.0).astype(F)
    now = np.zeros_like(bits)
    scores = _baselines(rows, records, F(1.0) - np.exp(-step_s * INV_TAU_S), bits, now)
    y, level, fresh = _cold(records, bits, now)
    _filters(rows, y, (step_s * INV_DAY_S)[:, None], fresh, now)
    _alarms(rows, records, y, level, bits, now)
    in_time = step_s > 0.0
    there = slots[in_time]
    hot[there, :60] = rows[in_time, :60]
    hot64[there, TIME_AS_F64] = times_s[in_time]
    hot32[there, BITS_AS_U32] = now[in_time]
    hot32[there, COUNT_AS_U32] += U(1)
    scores[~in_time] = -1.0
    return scores


def _shift(flags: Array, first: int) -> Array:
    shifted: Array = flags.astype(U) << np.arange(first, first + flags.shape[1], dtype=U)
    return np.asarray(shifted.sum(axis=1, dtype=U))


def _flags(bits: Array, first: int, count: int) -> Array:
    return ((bits[:, None] >> np.arange(first, first + count, dtype=U)) & U(1)).astype(bool)


def _baselines(rows: Array, records: Array, gain: Array, bits: Array, now: Array) -> Array:
    value, mean, variance = records[:, :8], rows[:, MEAN : MEAN + 8], rows[:, VARIANCE : VARIANCE + 8]
    read, known = ~np.isnan(value), ~np.isnan(mean)
    off = np.where(read & known, value - mean, F(0.0))
    z = np.clip(off / np.sqrt(variance + lanes.TINY), -lanes.CLIP_Z, lanes.CLIP_Z)
    a = np.where(read, gain[:, None], F(0.0))
    up, down = rows[:, CUSUM_UP : CUSUM_UP + 8], rows[:, CUSUM_DOWN : CUSUM_DOWN + 8]
    up = np.where(read, np.maximum(F(0.0), up + z - lanes.CUSUM_K), up)
    down = np.where(read, np.maximum(F(0.0), down - z - lanes.CUSUM_K), down)
    rows[:, MEAN : MEAN + 8] = np.where(known, mean + a * off, value)
    rows[:, VARIANCE : VARIANCE + 8] = (F(1.0) - a) * (variance + a * off * off)
    rows[:, CUSUM_UP : CUSUM_UP + 8], rows[:, CUSUM_DOWN : CUSUM_DOWN + 8] = up, down
    limit = np.where(_flags(bits, 0, 8), lanes.CUSUM_CLEAR, lanes.CUSUM_H)
    now |= _shift(np.maximum(up, down) > limit, 0)
    return np.asarray((z * z).sum(axis=1, dtype=F))


def _cold(records: Array, bits: Array, now: Array) -> tuple[Array, Array, Array]:
    p, degc = records[:, PRESSURES : PRESSURES + 4], records[:, TEMPERATURES : TEMPERATURES + 4]
    read = ~np.isnan(p)
    wheels, warm = read.sum(axis=1), (read & ~np.isnan(degc)).sum(axis=1)
    low, high = np.where(read, p, F(1e9)).min(axis=1), np.where(read, p, F(-1e9)).max(axis=1)
    relative = warm < wheels
    total = np.where(read, p, F(0.0)).sum(axis=1, dtype=F)
    median = np.where(wheels >= 3, (total - low - high) / np.maximum(wheels - 2, 1).astype(F), F(np.nan))
    cold = (p + lanes.AIR_KPA) * lanes.REFERENCE_K / (degc + lanes.KELVIN) - lanes.AIR_KPA
    y = np.where(relative[:, None], p - median[:, None], cold)
    was, tells = (bits >> U(BIT_RELATIVE)) & U(1), wheels > 0
    kind = np.where(tells, relative.astype(U), was)
    windows = np.where(kind != was, U(0), bits >> U(BIT_WINDOWS)) + tells.astype(U)
    now |= (kind << U(BIT_RELATIVE)) | (np.minimum(windows, U(255)) << U(BIT_WINDOWS))
    return y, np.where(relative, median, F(0.0)), kind != was


def _filters(rows: Array, y: Array, dt: Array, fresh: Array, now: Array) -> None:
    slope, before, total = (rows[:, k : k + 4] for k in (SLOPE, LAST_Z, LEAK_CUSUM))
    ahead = rows[:, LEVEL : LEVEL + 4] + slope * dt
    p01, p11 = rows[:, P_BOTH : P_BOTH + 4], rows[:, P_SLOPE : P_SLOPE + 4]
    p00 = rows[:, P_LEVEL : P_LEVEL + 4] + dt * (F(2.0) * p01 + dt * p11) + lanes.LEVEL_VAR_D * dt
    p01 = p01 + dt * p11
    p11 = p11 + lanes.SLOPE_VAR_D * dt
    read, known = ~np.isnan(y), ~np.isnan(ahead)
    start = read & (~known | fresh[:, None] | (y - ahead > lanes.REFILL_KPA))
    off = np.where(read & known, y - ahead, F(0.0))
    z = off / np.sqrt(p00 + lanes.READING_VAR)
    change = read & (before < lanes.CHANGE_Z) & (z < lanes.CHANGE_Z)
    jump = off / np.maximum(dt, lanes.SHORTEST_STEP_D)
    p00 = np.where(change, p00 + F(4.0) * off * off, p00)
    p11 = np.where(change, p11 + F(0.25) * jump * jump, p11)
    p01 = np.where(change, F(0.5) * np.sqrt(p00 * p11), p01)
    q = F(1.0) / (p00 + lanes.READING_VAR)
    weight = np.minimum(F(1.0), lanes.HUBER / np.maximum(np.abs(off) * np.sqrt(q), lanes.TINY))
    g = read.astype(F)
    total = np.where(read, np.maximum(F(0.0), total - z - lanes.LEAK_K), total)
    new = (
        (LEVEL, y, ahead + p00 * q * off * weight),
        (SLOPE, F(0.0), slope + p01 * q * off * weight),
        (P_LEVEL, lanes.FIRST_LEVEL_VAR, p00 * (F(1.0) - g * p00 * q)),
        (P_BOTH, F(0.0), p01 * (F(1.0) - g * p00 * q)),
        (P_SLOPE, lanes.FIRST_SLOPE_VAR, np.maximum(p11 - g * p01 * q * p01, lanes.TINY)),
        (LAST_Z, F(0.0), np.where(read, z, before)),
        (LEAK_CUSUM, F(0.0), total),
    )
    moved = [(word, np.where(start, first, later)) for word, first, later in new]
    for word, values in moved:
        rows[:, word : word + 4] = values
    begun = start.any(axis=1)
    now[begun] = (now[begun] & lanes.ONLY_ALARMS) | lanes.FIRST_WINDOW


def _alarms(rows: Array, records: Array, y: Array, level: Array, bits: Array, now: Array) -> None:
    slope, sd = rows[:, SLOPE : SLOPE + 4], np.sqrt(rows[:, P_SLOPE : P_SLOPE + 4])
    relative = _flags(now, BIT_RELATIVE, 1)
    windows = (now >> U(BIT_WINDOWS))[:, None]
    allow = np.where(relative, lanes.ALLOW_RELATIVE_KPA_D, lanes.ALLOW_KPA_D)
    room = rows[:, LEVEL : LEVEL + 4] + level[:, None] - records[:, FLAT_KPA : FLAT_KPA + 1]
    sure = ((slope + allow) / sd < lanes.SURE_Z) & (windows >= lanes.SLOPE_WINDOWS)
    drop = (rows[:, LEAK_CUSUM : LEAK_CUSUM + 4] > lanes.LEAK_H) & (windows >= lanes.FIRST_WINDOWS)
    falls = (slope + F(2.0) * sd < lanes.SURE_SLOPE) & (room < -lanes.SOON_D * slope)
    was, held = _flags(bits, BIT_SUSPECT, 4), _flags(bits, BIT_LEAK, 4)
    read = ~np.isnan(y)
    suspect = np.where(read, sure | drop | (falls & (windows >= lanes.FIRST_WINDOWS)), was)
    leak = np.where(read, (suspect & was) | (held & (suspect | was)), held)
    now |= _shift(suspect, BIT_SUSPECT) | _shift(leak, BIT_LEAK)
