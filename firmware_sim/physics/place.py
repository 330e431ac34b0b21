"""Where a car is: on a ring road around its home, by the distance that it drove; WGS-84."""

import math
from typing import Final, NamedTuple

_KM_PER_DEGREE: Final = 111.32
_RING_KM: Final = 4.0


class Place(NamedTuple):
    """A point and the course over ground."""

    lat: float
    lon: float
    course_deg: float


def on_ring(home_lat: float, home_lon: float, driven_km: float) -> Place:
    """Return the place after `driven_km` on a ring that begins at home and runs anticlockwise."""
    angle = driven_km / _RING_KM
    north_km = _RING_KM * math.sin(angle)
    east_km = _RING_KM * (math.cos(angle) - 1.0)
    lat = home_lat + north_km / _KM_PER_DEGREE
    lon = home_lon + east_km / (_KM_PER_DEGREE * math.cos(math.radians(home_lat)))
    course = math.degrees(math.atan2(-math.sin(angle), math.cos(angle))) % 360.0
    return Place(lat, lon, course)
