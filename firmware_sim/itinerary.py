"""What a rescuer does on a job, and how long it takes in domain seconds: pure."""

import math
from typing import Final, NamedTuple

_KM_PER_DEGREE: Final = 111.32
_DETOUR: Final = 1.3
_SPEED_KMH: Final = 36.0
_UNKNOWN_S: Final = 900.0
_SHORTEST_S: Final = 240.0

_ON_SITE_S: Final = {
    "jump_start": 600.0,
    "battery_exchange": 1_500.0,
    "tyre_change": 1_500.0,
    "mobile_charge": 1_800.0,
    "fuel_delivery": 600.0,
    "mobile_mechanic": 2_100.0,
    "tow": 900.0,
    "flatbed_tow": 1_200.0,
}
_USUAL_S: Final = 1_200.0
_TOW_S: Final = 2_400.0


class Step(NamedTuple):
    """One thing to report after `after_s`; `serves` when it leaves the car repaired."""

    report: str
    after_s: float
    serves: bool = False


def travel_s(base: tuple[float, float] | None, place: tuple[float, float] | None) -> float:
    """Return how long the way from `base` to `place` takes; a usual time when either is unknown."""
    if base is None or place is None:
        return _UNKNOWN_S
    north = (place[0] - base[0]) * _KM_PER_DEGREE
    east = (place[1] - base[1]) * _KM_PER_DEGREE * math.cos(math.radians(base[0]))
    return max(_SHORTEST_S, math.hypot(north, east) * _DETOUR / _SPEED_KMH * 3_600.0)


def steps(service: str, way_s: float) -> tuple[Step, ...]:
    """Return what is reported after accepting, in order."""
    on_site_s = _ON_SITE_S.get(service, _USUAL_S)
    there = (Step("en-route", 60.0), Step("arrive", way_s))
    if service in {"tow", "flatbed_tow"}:
        return (*there, Step("tow", on_site_s), Step("at-destination", _TOW_S, serves=True), Step("complete", 300.0))
    return (*there, Step("complete", on_site_s, serves=True))
