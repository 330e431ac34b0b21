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
    """How long a truck takes. `prepare` alone may touch the world; the others answer from what is known already."""

    def prepare(self, starts: Sequence[Point], ends: Sequence[Point], at_ms: int) -> None:
        """Learn what `table` will be asked; a world that does not answer is no error."""
        ...

    def minutes(self, start: Point, end: Point, at_ms: int) -> Eta:
        """Return domain minutes from `start` to `end`; never below zero, the same answer for the same question."""
        ...

    def table(self, starts: Sequence[Point | None], ends: Sequence[Point | None], at_ms: int) -> NDArray[np.float64]:
        """Return (n_starts, n_ends) domain minutes; NaN where either place is None."""
        ...
