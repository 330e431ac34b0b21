"""Points on the map: distances, and the 1 km cell that stands for a point that is nobody's business."""

import math
from typing import Final

from cloud.store.views import Point

EARTH_RADIUS_KM: Final = 6371.0088
_KM_PER_DEGREE: Final = math.pi * EARTH_RADIUS_KM / 180.0
CELL_KM: Final = 1.0


def distance_km(a_latitude: float, a_longitude: float, b_latitude: float, b_longitude: float) -> float:
    """Return the great-circle distance of two points, in degrees of one reference system (haversine)."""
    north = math.radians(b_latitude - a_latitude) / 2.0
    east = math.radians(b_longitude - a_longitude) / 2.0
    across = math.cos(math.radians(a_latitude)) * math.cos(math.radians(b_latitude))
    chord = math.sin(north) ** 2 + across * math.sin(east) ** 2
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def cell_of(place: Point) -> Point:
    """Return the centre of the 1 km cell that `place` lies in; every point of a cell gives the same one."""
    step = CELL_KM / _KM_PER_DEGREE
    latitude = (math.floor(place.latitude_deg / step) + 0.5) * step
    # The cell's own middle, not the point, sets how wide a degree is: else the point could be worked back.
    wide = step / max(0.01, math.cos(math.radians(latitude)))
    longitude = (math.floor(place.longitude_deg / wide) + 0.5) * wide
    return Point(
        latitude_deg=round(latitude, 4),
        longitude_deg=round(longitude, 4),
        crs=place.crs,
        precision="cell",
        as_of_ms=place.as_of_ms,
    )
