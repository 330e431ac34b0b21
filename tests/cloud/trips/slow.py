"""Trips by the book: a plain loop over one vehicle's speeds, written apart from the kernel; no exclusions."""

import datetime as dt
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo


class SlowTrip(NamedTuple):
    start_s: float
    end_s: float
    km: float
    night_km: float
    peak_km: float
    missing_s: float
    harsh: tuple[int, int]


def slow_trips(speeds: list[tuple[float, float]], zone: str) -> list[SlowTrip]:
    """Return the trips of (seconds, km/h) in time order; the last one too, if it has not ended."""
    trips: list[list[tuple[float, float]]] = []
    open_: list[tuple[float, float]] = []
    moved_s = 0.0
    for at, (t, kmh) in enumerate(speeds):
        if open_ and t - speeds[at - 1][0] > 600.0:
            trips.append(open_)
            open_ = []
        if open_ or kmh >= 3.0:
            open_.append((t, kmh))
        if kmh >= 3.0:
            moved_s = t
        elif open_ and t - moved_s >= 300.0:
            trips.append(open_)
            open_ = []
    harsh = slow_harsh(speeds)
    found = [one(part, zone, harsh) for part in trips]
    return [trip for trip in found if trip.km >= 0.1]


def one(part: list[tuple[float, float]], zone: str, harsh: list[tuple[float, int]]) -> SlowTrip:
    km = night = peak = missing = 0.0
    for (t0, v0), (t1, v1) in pairwise(part):
        if t1 - t0 > 10.0:
            missing += t1 - t0
            continue
        way = (v0 + v1) / 2.0 * (t1 - t0) / 3600.0
        km += way
        clock = dt.datetime.fromtimestamp(t0, ZoneInfo(zone))
        hour = clock.hour + clock.minute / 60.0 + clock.second / 3600.0
        night += way if hour >= 22.0 or hour < 5.0 else 0.0
        peak += way if clock.weekday() < 5 and (7.0 <= hour < 9.0 or 17.0 <= hour < 19.0) else 0.0
    end = max(t for t, v in part if v >= 3.0)
    counts = [sum(kind == k and part[0][0] < t <= part[-1][0] for t, kind in harsh) for k in (0, 1)]
    return SlowTrip(part[0][0], end, km, night, peak, missing, (counts[0], counts[1]))


def slow_harsh(speeds: list[tuple[float, float]]) -> list[tuple[float, int]]:
    """Return when harsh acceleration (0) or braking (1) began, by the slope through three speeds."""
    points: list[tuple[float, float]] = []
    found = []
    running, until = {0: False, 1: False}, {0: -1e9, 1: -1e9}
    before = None
    for t, kmh in speeds:
        if before is not None and t - points[-1][0] < 0.4:
            before = kmh
            continue
        three = [*points[-2:], (t, kmh)]
        if len(three) == 3 and all(b[0] - a[0] <= 1.6 for a, b in pairwise(three)):
            mean_t = sum(p[0] for p in three) / 3.0
            slope = sum((p[0] - mean_t) * p[1] for p in three) / sum((p[0] - mean_t) ** 2 for p in three)
            for kind, g, limit in ((0, slope / 35.30394, 0.35), (1, -slope / 35.30394, 0.40)):
                if not running[kind] and g >= limit and (before or 0.0) > 10.0 and t - until[kind] >= 3.0:
                    running[kind] = True
                    found.append((t, kind))
                elif running[kind] and g < limit * 0.83:
                    running[kind], until[kind] = False, t
        else:
            running = {0: False, 1: False}
        points.append((t, kmh))
        before = kmh
    return found
