"""Conformal p-values: how rare a score is among those of sound vehicles of the same class (Mondrian).

p = (1 + #{calibration >= s}) / (n + 1) is exact on average whatever the distribution, and never below 1 / (n + 1). What
lies beyond every calibration score is told apart by the tail's fit, which can only make p smaller than that floor.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.thresholds import spot

Floats = NDArray[np.float64]

TAIL_AT_LEAST: Final = 800  # calibration scores, below which no tail is fitted


class Conformal:
    """The calibration scores of one class, sorted, and their tail."""

    def __init__(self, scores: Floats) -> None:
        """Take the scores (n,) of sound vehicles, n >= 1 and without NaN; higher is stranger."""
        if scores.size == 0 or np.isnan(scores).any():
            raise ValueError("calibration needs at least one score, and no NaN among them")
        self.sorted: Floats = np.sort(scores.astype(np.float64))
        self._tail = spot.started(self.sorted, 1e-4) if _has_tail(self.sorted) else None

    def p(self, scores: Floats) -> Floats:
        """Return the exact p-value of each score (m,); NaN for NaN."""
        above = self.sorted.size - np.searchsorted(self.sorted, scores, side="left")
        return np.where(np.isnan(scores), np.nan, (1.0 + above) / (self.sorted.size + 1.0))

    def p_with_tail(self, scores: Floats) -> Floats:
        """Return p-values that go on below 1 / (n + 1), by the tail's fit, beyond the highest calibration score."""
        p = self.p(scores)
        if self._tail is not None:
            for i in np.flatnonzero(scores > self.sorted[-1]):
                p[i] = min(p[i], float(spot.tail_p(float(scores[i]), self._tail)))
        return p


def _has_tail(ordered: Floats) -> bool:
    """Say whether there are scores enough for a tail, and they differ in it."""
    return ordered.size >= TAIL_AT_LEAST and ordered[-1] > np.quantile(ordered, 1.0 - spot.TAIL_SHARE / 2.0)


def p_by_class(
    calibrations: Mapping[str, Conformal], classes: Sequence[str], scores: Floats, *, tail: bool = False
) -> Floats:
    """Return each score's p-value within its own class; NaN where the class has no calibration."""
    p = np.full(scores.shape, np.nan)
    names = np.asarray(classes)
    for name, calibration in calibrations.items():
        mine = names == name
        p[mine] = calibration.p_with_tail(scores[mine]) if tail else calibration.p(scores[mine])
    return p
