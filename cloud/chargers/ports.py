"""What the service needs of charging points; a map service could stand behind it as well as a file."""

from typing import Protocol


class Chargers(Protocol):
    """Knows where charging points are. It is told a place, and keeps none."""

    def nearest_km(self, latitude_deg: float, longitude_deg: float, connector: str | None, now_ms: int) -> float | None:
        """Return the road distance to the nearest open charger that suits, None where none is known."""
        ...
