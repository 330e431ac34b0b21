"""What rescue asks of the world."""

from typing import Protocol

from cloud.store.views import Point


class TravelTime(Protocol):
    """How long a truck takes."""

    def minutes(self, start: Point, end: Point) -> float:
        """Return domain minutes from `start` to `end`; never below zero, the same answer for the same question."""
        ...
