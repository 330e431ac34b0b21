"""NAB's scoring (Lavin and Ahmad 2015), from its published definition.

A window around each labelled anomaly. The best detection in a window earns up to 1, the earlier the more; a detection
outside costs up to `false`, little just behind a window; a window without one costs `missed`. Scores are normalised so
that a detector that says nothing has 0 and a perfect one 100. One threshold serves the whole corpus: the best one.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PROBATION_SHARE: Final = 0.15
PROBATION_OF: Final = 5000  # readings beyond which a series has no longer a probation


class Profile(NamedTuple):
    """What a false detection and a missed window cost; a window found is worth 1."""

    false: float
    missed: float


PROFILES: Final = {
    "standard": Profile(0.11, 1.0),
    "reward_low_FP_rate": Profile(0.22, 1.0),
    "reward_low_FN_rate": Profile(0.11, 2.0),
}


class Series(NamedTuple):
    """Surprises (n,), and the first and last reading of each window, in order."""

    surprises: Floats
    windows: Sequence[tuple[int, int]]


class Best(NamedTuple):
    """The best score over all thresholds, that threshold, windows found and detections outside of them."""

    score: float
    threshold: float
    found: int
    false: int


def probation(readings: int) -> int:
    """Return how many readings at the beginning are not judged."""
    return math.floor(PROBATION_SHARE * min(readings, PROBATION_OF))


def sigmoid(position: Floats) -> Floats:
    """Return what a detection is worth at `position`: -1 is a window's beginning, 0 its end."""
    return np.where(position > 3.0, -1.0, 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, 3.0))) - 1.0)


def worth(readings: int, windows: Sequence[tuple[int, int]]) -> tuple[Floats, Ints]:
    """Return what a detection is worth at each reading, and its window's number, -1 outside."""
    value, window = np.full(readings, -1.0), np.full(readings, -1)
    at = np.arange(readings, dtype=np.float64)
    for number, (left, right) in enumerate(windows):
        width = right - left + 1
        value[right + 1 :] = sigmoid((at[right + 1 :] - right) / max(width - 1, 1))
        inside = slice(left, right + 1)
        value[inside] = sigmoid(-(right - at[inside] + 1) / width) / sigmoid(np.array(-1.0))
        window[inside] = number
    return value, window


def best(corpus: Mapping[str, Series], profile: Profile) -> Best:
    """Return the best normalised score of the corpus over all thresholds."""
    surprises, values, windows, total = _judged(corpus)
    order = np.argsort(-surprises, kind="stable")
    found: dict[int, float] = {}
    score, false = -profile.missed * total, 0
    reached = Best(score, math.inf, 0, 0)
    for place, i in enumerate(order.tolist()):
        window, value = int(windows[i]), float(values[i])
        if window < 0:
            score, false = score + value * profile.false, false + 1
        elif window not in found:
            score, found[window] = score + profile.missed + value, value
        elif value > found[window]:
            score, found[window] = score + value - found[window], value
        last_of_its_kind = place + 1 == len(order) or surprises[order[place + 1]] < surprises[i]
        if last_of_its_kind and score > reached.score:
            reached = Best(score, float(surprises[i]), len(found), false)
    silent, perfect = -profile.missed * total, float(total)
    return reached._replace(score=100.0 * (reached.score - silent) / (perfect - silent))


def _judged(corpus: Mapping[str, Series]) -> tuple[Floats, Floats, Ints, int]:
    """Return surprise, worth and window of every reading that could be a detection, and how many windows there are."""
    surprises, values, windows, total = [np.empty(0)], [np.empty(0)], [np.empty(0, np.int64)], 0
    for series in corpus.values():
        value, window = worth(len(series.surprises), series.windows)
        judged: Bools = series.surprises > 0.0
        judged[: probation(len(judged))] = False
        surprises.append(series.surprises[judged])
        values.append(value[judged])
        windows.append(np.where(window[judged] < 0, -1, window[judged] + total))
        total += len(series.windows)
    return np.concatenate(surprises), np.concatenate(values), np.concatenate(windows), total
