"""What rescue asks of the world."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cloud.store.views import Point


class Eta(NamedTuple):
    """How long a way takes, and the interval that holds nine ways of ten."""

    minutes: float
    low: float
    high: float


class TravelTime(Protocol):
    """How long a truck takes; asked within a transaction, so it answers from what is known already."""

    def minutes(self, start: Point, end: Point, at_ms: int) -> Eta:
        """Return domain minutes from `start` to `end`; never below zero, the same answer for the same question."""
        ...

    def table(self, starts: Sequence[Point | None], ends: Sequence[Point | None], at_ms: int) -> NDArray[np.float64]:
        """Return (n_starts, n_ends) domain minutes; NaN where either place is None."""
        ...
