"""SPOT: a threshold that is exceeded once in 1/q, from the tail of what was seen (Siffer et al. 2017), in six numbers.

The tail above t is a generalised Pareto distribution whose parameters come from two moments. Peaks above the alarm
threshold count into the tail as well: leaving them out, as published, fits a tail that was cut by its own threshold
and alarms two to four times too often.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import inlined, kernel

Floats = NDArray[np.float64]

COUNT: Final = 0  # readings seen
PEAKS: Final = 1  # of them above t
SUM: Final = 2  # of their excesses
SQUARES: Final = 3
TAIL_FROM: Final = 4  # t
ALARM_FROM: Final = 5  # z
STATE_WORDS: Final = 6
TAIL_SHARE: Final = 0.01
LEAST_PEAKS: Final = 8
LEAST_P: Final = 1e-12


@inlined
def tail_threshold(state: Floats, q: float) -> Any:
    """Return the level that is exceeded with probability `q` under the tail that `state` describes."""
    mean = state[SUM] / state[PEAKS]
    variance = max(state[SQUARES] / state[PEAKS] - mean * mean, 1e-12)
    ratio = mean * mean / variance
    gamma = 0.5 * (1.0 - ratio)
    sigma = 0.5 * mean * (ratio + 1.0)
    rarer = q * state[COUNT] / state[PEAKS]
    beyond: float = sigma / gamma * (rarer ** (-gamma) - 1.0) if abs(gamma) > 1e-6 else -sigma * math.log(rarer)
    return beyond + state[TAIL_FROM]


def started(values: Floats, q: float, share: float = TAIL_SHARE) -> Floats:
    """Return the state after `values` (n,), whose upper `share` becomes the tail; NaN are left out.

    Raises `ValueError` when fewer than `LEAST_PEAKS` lie in it: 800 values are enough for a hundredth.
    """
    seen = values[~np.isnan(values)]
    t = np.quantile(seen, 1.0 - share) if seen.size else math.nan
    excess = seen[seen > t] - t
    if excess.size < LEAST_PEAKS:
        raise ValueError(f"{seen.size} values have {excess.size} peaks in their tail; {LEAST_PEAKS} are needed")
    state = np.array([seen.size, excess.size, excess.sum(), (excess**2).sum(), t, 0.0])
    state[ALARM_FROM] = tail_threshold(state, q)
    return state


@kernel
def watch(values: Floats, q: float, state: Floats) -> Any:
    """Take `values` and return which of them lie above the threshold of their moment.

    Args:
        values: (n,), any unit; NaN where a reading is missing, which counts for nothing.
        q: the share of sound readings that may alarm.
        state: (STATE_WORDS,), as `started` made it; changed in place.

    Returns:
        (n,) bool.
    """
    said = np.zeros(values.shape[0], np.bool_)
    for i in range(values.shape[0]):
        x = values[i]
        if math.isnan(x):
            continue
        state[COUNT] += 1.0
        said[i] = x > state[ALARM_FROM]
        if x > state[TAIL_FROM]:
            excess = x - state[TAIL_FROM]
            state[PEAKS] += 1.0
            state[SUM] += excess
            state[SQUARES] += excess * excess
            state[ALARM_FROM] = tail_threshold(state, q)
    return said


@inlined
def tail_p(x: float, state: Floats) -> Any:
    """Return the probability of a value of `x` or more, for an `x` at or above the tail's beginning.

    An end of the tail, which few peaks often seem to have, is not believed: it is taken as exponential then.
    """
    mean = state[SUM] / state[PEAKS]
    variance = max(state[SQUARES] / state[PEAKS] - mean * mean, 1e-12)
    gamma, sigma = 0.5 * (1.0 - mean * mean / variance), 0.5 * mean * (mean * mean / variance + 1.0)
    out = x - state[TAIL_FROM]
    beyond = (1.0 + gamma * out / sigma) ** (-1.0 / gamma) if gamma > 1e-6 else math.exp(-out / mean)
    return beyond * state[PEAKS] / state[COUNT]


@kernel
def rarity(values: Floats, state: Floats) -> Any:
    """Return how rare each value (n,) is by the tail of those before it, as -log10 p; take each into the tail.

    NaN where a value is missing, and 0 for those that are not in the tail.
    """
    said = np.zeros(values.shape[0])
    for i in range(values.shape[0]):
        x = values[i]
        said[i] = x - x
        if math.isnan(x):
            continue
        if x > state[TAIL_FROM]:
            said[i] = -math.log10(max(tail_p(x, state), LEAST_P))
            excess = x - state[TAIL_FROM]
            state[PEAKS] += 1.0
            state[SUM] += excess
            state[SQUARES] += excess * excess
        state[COUNT] += 1.0
    return said
