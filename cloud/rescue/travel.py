"""Travel time without a map: the straight line, a detour factor and one speed."""

from typing import Final

from cloud.rescue.place import distance_km
from cloud.store.views import Point

_DETOUR: Final = 1.3


class StraightLine:
    """Great-circle distance, lengthened as roads are, at `speed_kmh`."""

    def __init__(self, speed_kmh: float) -> None:
        self._speed_kmh = speed_kmh

    def minutes(self, start: Point, end: Point) -> float:
        """Return domain minutes from `start` to `end`."""
        km = distance_km(start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
        return 60.0 * km * _DETOUR / self._speed_kmh
