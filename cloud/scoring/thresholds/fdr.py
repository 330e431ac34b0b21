"""Which of many p-values to believe, so that at most a share `alpha` of those believed is false on average.

Once a day, over the whole fleet: Benjamini and Hochberg (1995), which holds under positive dependence too. During the
day, one at a time and for good: LORD (Ramdas et al. 2017, LORD++), which spends a wealth that every discovery refills.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_GAMMA_SCALE: Final = 0.07720838  # makes the weights below add up to one (Javanmard and Montanari 2018)


def benjamini_hochberg(p: Floats, alpha: float) -> Bools:
    """Return which of `p` (n,) are discoveries at false discovery rate `alpha`; NaN was not tested."""
    found = np.zeros(p.shape, np.bool_)
    tested = np.flatnonzero(~np.isnan(p))
    if tested.size == 0:
        return found
    order = tested[np.argsort(p[tested], kind="stable")]
    passes = np.flatnonzero(p[order] <= alpha * np.arange(1, order.size + 1) / order.size)
    if passes.size:
        found[order[: passes[-1] + 1]] = True
    return found


class Lord:
    """LORD++: the level of each test is known before its p-value; a day begins with a new one."""

    def __init__(self, alpha: float) -> None:
        """Begin with a wealth of `alpha` / 2."""
        self._alpha = alpha
        self._wealth = alpha / 2.0
        self._tests = 0
        self._found_at: list[int] = []

    def level(self) -> float:
        """Return the level of the next test."""
        now = self._tests + 1
        level = self._wealth * _weight(now)
        for number, then in enumerate(self._found_at):
            share = self._alpha - self._wealth if number == 0 else self._alpha
            level += share * _weight(now - then)
        return level

    def test(self, p: float) -> bool:
        """Return whether `p` is a discovery."""
        found = p <= self.level()
        self._tests += 1
        if found:
            self._found_at.append(self._tests)
        return found


def _weight(test: int) -> float:
    """Return the share of wealth for the `test`-th test since it was gained."""
    return _GAMMA_SCALE * math.log(max(test, 2)) / (test * math.exp(math.sqrt(math.log(test))))
