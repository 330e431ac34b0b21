"""Whether the fleet itself has moved away from what a model was trained on: then the model is old, not the cars ill."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel

Floats = NDArray[np.float64]

BINS: Final = 10
LEAST_SHARE: Final = 1e-4
MOVED: Final = 0.25  # PSI from which a feature counts as moved (the usual reading: 0.1 a little, 0.25 a lot)
COUNT, MEAN, UP, DOWN = 0, 1, 2, 3
STATE_WORDS: Final = 4


def bins_of(reference: Floats) -> Floats:
    """Return (BINS - 1,) inner edges that cut `reference` (n,), NaN left out, into parts of equal size."""
    return np.nanquantile(reference, np.arange(1, BINS) / BINS)


def shares(values: Floats, edges: Floats) -> Floats:
    """Return (BINS,) the share of `values` in each part; NaN are left out."""
    seen = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, seen, side="right"), minlength=len(edges) + 1)
    return counts / max(seen.size, 1)


def stability_index(expected: Floats, found: Floats) -> float:
    """Return the population stability index of two sets of shares: 0 where they are the same."""
    a, b = np.maximum(expected, LEAST_SHARE), np.maximum(found, LEAST_SHARE)
    return float(np.sum((b - a) * np.log(b / a)))


@kernel
def page_hinkley(values: Floats, slack: float, limit: float, state: Floats) -> Any:
    """Run Page and Hinkley's test on the fleet's daily means; return where it found a lasting change.

    Args:
        values: (n,), in sd of a day's mean; NaN where a day has none.
        slack: sd that the mean may wander.
        limit: summed sd from which it is a change.
        state: (STATE_WORDS,), zeros at first; changed in place, and begun again after a change.

    Returns:
        (n,) bool.
    """
    found = np.zeros(values.shape[0], np.bool_)
    for i in range(values.shape[0]):
        if math.isnan(values[i]):
            continue
        state[COUNT] += 1.0
        state[MEAN] += (values[i] - state[MEAN]) / state[COUNT]
        off = values[i] - state[MEAN]
        state[UP] = max(0.0, state[UP] + off - slack)
        state[DOWN] = max(0.0, state[DOWN] - off - slack)
        if state[UP] > limit or state[DOWN] > limit:
            found[i] = True
            state[:] = 0.0
    return found
