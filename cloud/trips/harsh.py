"""Kernels of events: a threshold with hysteresis, a least duration and a refractory time, for each way and source."""

import math
from typing import Any, Final

from cloud.scoring.kernels import kernel
from cloud.trips.layout import ACCELERATION, BRAKING, COLLISION, CORNERING, FAST, IMU, SLOW

G: Final = 9.80665
MOVES_KMH: Final = 3.0
GAP_S: Final = 10.0
LEAST_KMH: Final = 10.0
HYSTERESIS: Final = 0.17
HOLD_S: Final = 0.2
REFRACTORY_S: Final = 3.0
FAST_S: Final = 0.35
SLOW_S: Final = 1.6
SPACING_S: Final = 0.4
IMU_S: Final = 0.045
SMOOTHING_S: Final = 0.25
DROP_KMH: Final = 25.0
DROP_KMH_PER_S: Final = 36.0
DROP_S: Final = 1.5
DROP_STANDS_S: Final = 30.0


@kernel
def write_event(row: Any, events: Any, number: int, slot: int, kind: int, source: int, way: int, end_s: float) -> int:
    """Write the event that runs on `way`; return how many there are now."""
    if number < len(events):
        events[number].slot = slot
        events[number].kind = kind
        events[number].source = source
        events[number].side = 1 if way == 2 else (-1 if way == 3 else 0)
        events[number].start_s = row.since_s[way]
        events[number].end_s = end_s
        events[number].peak_g = row.peak_g[way]
        return number + 1
    return number


@kernel
def watch(
    row: Any,
    events: Any,
    number: int,
    slot: int,
    way: int,
    kind: int,
    source: int,
    t: float,
    g: float,
    limit_g: float,
    hold_s: float,
) -> int:
    """Take one acceleration along `way` (positive is harsh); return how many events there are now."""
    firm = g >= limit_g and row.last_kmh > LEAST_KMH and t - row.last_s <= GAP_S
    if row.is_on[way] == 0.0:
        if firm and t - row.until_s[way] >= REFRACTORY_S:
            row.is_on[way] = 1.0
            row.since_s[way] = t
            row.peak_g[way] = g
    elif g < limit_g * (1.0 - HYSTERESIS):
        if row.is_on[way] == 2.0:
            row.until_s[way] = t
            number = write_event(row, events, number, slot, kind, source, way, t)
        row.is_on[way] = 0.0
    else:
        row.peak_g[way] = max(row.peak_g[way], g)
    if row.is_on[way] == 1.0 and t - row.since_s[way] >= hold_s:
        row.is_on[way] = 2.0
        if row.open > 0.0:
            row.counts[source, kind] += 1.0
    return number


@kernel
def take_push(row: Any, events: Any, number: int, slot: int, t: float, lane: int, mps2: float, limits: Any) -> int:
    """Take an acceleration along the car (lane 0) or to its left (lane 1); smoothed, and only at 25 Hz or more."""
    dt = t - row.push_s[lane]
    row.push_s[lane] = t
    if not (dt > 0.0 and dt <= IMU_S):
        row.push_g[lane] = mps2 / G
        row.is_on[2 * lane] = 0.0
        row.is_on[2 * lane + 1] = 0.0
        return number
    row.push_g[lane] += (1.0 - math.exp(-dt / SMOOTHING_S)) * (mps2 / G - row.push_g[lane])
    g = row.push_g[lane]
    first = ACCELERATION if lane == 0 else CORNERING
    second = BRAKING if lane == 0 else CORNERING
    number = watch(row, events, number, slot, 2 * lane, first, IMU, t, g, limits[first], HOLD_S)
    return watch(row, events, number, slot, 2 * lane + 1, second, IMU, t, -g, limits[second], HOLD_S)


@kernel
def take_slope(row: Any, events: Any, number: int, slot: int, t: float, kmh: float, dt: float, limits: Any) -> int:
    """Take the slope of a line through three speeds at least 0.4 s apart."""
    if t - row.two_s < SPACING_S:
        return number
    if t - row.two_s <= SLOW_S and row.two_s - row.one_s <= SLOW_S:
        mean_s = (t + row.two_s + row.one_s) / 3.0
        mean_kmh = (kmh + row.two_kmh + row.one_kmh) / 3.0
        a, b, c = row.one_s - mean_s, row.two_s - mean_s, t - mean_s
        up = a * (row.one_kmh - mean_kmh) + b * (row.two_kmh - mean_kmh) + c * (kmh - mean_kmh)
        g = up / (a * a + b * b + c * c) / 3.6 / G
        source = FAST if dt <= FAST_S else SLOW
        number = watch(row, events, number, slot, 4, ACCELERATION, source, t, g, limits[ACCELERATION], 0.0)
        number = watch(row, events, number, slot, 5, BRAKING, source, t, -g, limits[BRAKING], 0.0)
    else:
        row.is_on[4] = 0.0
        row.is_on[5] = 0.0
    row.one_s, row.one_kmh = row.two_s, row.two_kmh
    row.two_s, row.two_kmh = t, kmh
    return number


@kernel
def take_drop(row: Any, events: Any, number: int, slot: int, t: float, kmh: float, dt: float) -> int:
    """Take a speed for what it says of a collision: lost at once, and then standing for half a minute."""
    lost = row.last_kmh - kmh
    if dt > 0.0 and dt <= DROP_S and lost >= DROP_KMH and lost >= DROP_KMH_PER_S * dt:
        row.drop_s = t
        row.drop_kmh = lost
        row.drop_g = lost / dt / 3.6 / G
        row.drop_source = FAST if dt <= FAST_S else SLOW
    elif row.drop_kmh > 0.0 and t - row.drop_s > DROP_S:
        if kmh >= MOVES_KMH or dt > GAP_S:
            row.drop_kmh = 0.0
        elif t - row.drop_s >= DROP_STANDS_S:
            row.drop_kmh = 0.0
            if number < len(events):
                events[number].slot = slot
                events[number].kind = COLLISION
                events[number].source = int(row.drop_source)
                events[number].side = 0
                events[number].start_s = row.drop_s
                events[number].end_s = t
                events[number].peak_g = row.drop_g
                return number + 1
    return number
