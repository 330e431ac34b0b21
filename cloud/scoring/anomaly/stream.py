"""One number over time: how surprising each reading is, by four looks at the past, none of them tuned to a series.

A jump (against jumps lately), a level (a short mean against a long one), the time of day (against what that hour
usually has) and a shape (the last readings against the most alike of the past). Each look's tail turns it into a
probability, and the least of the four counts. What is less surprising than something just said is not said again.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel
from cloud.scoring.thresholds import spot

Floats = NDArray[np.float64]

LONG: Final = 500.0  # readings of the long memory
SHORT: Final = 10.0
PARTS_OF_DAY: Final = 48
LEARNING: Final = 0.2  # how fast a part of the day forgets
SHAPE: Final = 20  # readings that make a shape
PAST: Final = 1500  # shapes that are remembered
ALIKE: Final = 10  # nearest of them that count
TAIL: Final = 0.05
MOST: Final = 8.0  # -log10 p beyond which surprises are alike
QUIET: Final = 400.0  # readings in which what was said fades
TINY: Final = 1e-9
DAY_S: Final = 86_400.0
SETTLE: Final = 5  # readings before which no spread is known
LEAST_FIRST: Final = 165


def surprise(times_s: Floats, values: Floats, first: int) -> Floats:
    """Return the surprise (n,) of each reading as -log10 p, 0 where there is none and for the `first` ones.

    `times_s` (n,) rise; `values` (n,) have no NaN; `first` readings, at least 165, set up the tails and are not judged.
    Nothing that comes after a reading has a part in its number.
    """
    if first < LEAST_FIRST:
        raise ValueError(f"the first {first} readings are too few to set up tails; {LEAST_FIRST} are needed")
    looks = [*looked(times_s, values).T, novelty(values)]
    rare = np.zeros((len(looks), len(values)))
    for number, look in enumerate(looks):
        settled = look[SETTLE:first]
        if settled.max() > np.quantile(settled, 1.0 - TAIL):
            state = spot.started(settled + _order(settled.size), 1e-3, TAIL)
            rare[number, first:] = np.minimum(spot.rarity(look[first:], state), MOST)
    said: Floats = hushed(rare.max(axis=0))
    return said


def _order(count: int) -> Floats:
    """Return steps so small that they only keep equal values apart, where a tail is cut."""
    return np.linspace(0.0, count * 1e-12, count)


@kernel
def looked(times_s: Floats, values: Floats) -> Any:
    """Return (n, 3): jump, level and time of day, each in sd of what it usually is, >= 0."""
    n = values.shape[0]
    out = np.zeros((n, 3))
    usual, counts = np.zeros(PARTS_OF_DAY), np.zeros(PARTS_OF_DAY)
    long = short = last = values[0]
    spread = jumps = misses = 0.0
    for i in range(n):
        x = values[i]
        slow, quick = max(1.0 / (i + 1.0), 1.0 / LONG), max(1.0 / (i + 1.0), 1.0 / SHORT)
        jump, off = x - last, x - long
        out[i, 0] = abs(jump) / (math.sqrt(jumps) + TINY)
        short += quick * (x - short)
        out[i, 1] = abs(short - long) / (math.sqrt(spread) + TINY)
        part = int((times_s[i] % DAY_S) / DAY_S * PARTS_OF_DAY)
        miss = x - usual[part] if counts[part] > 0.0 else off
        out[i, 2] = abs(miss) / (math.sqrt(misses) + TINY)
        long += slow * off
        spread = (1.0 - slow) * (spread + slow * off * off)
        jumps = (1.0 - slow) * (jumps + slow * jump * jump)
        misses = (1.0 - slow) * (misses + slow * miss * miss)
        counts[part] += 1.0
        usual[part] = x if counts[part] == 1.0 else usual[part] + max(1.0 / counts[part], LEARNING) * miss
        last = x
    return out


@kernel
def novelty(values: Floats) -> Any:
    """Return (n,) the mean distance of the last `SHAPE` readings to the `ALIKE` most alike of the last `PAST` shapes.

    Shapes that overlap the present one do not count; 0 while there is none to compare with.
    """
    n = values.shape[0]
    out = np.zeros(n)
    near = np.empty(ALIKE)
    for i in range(2 * SHAPE - 1, n):
        near[:] = np.inf
        for j in range(max(SHAPE - 1, i - PAST), i - SHAPE + 1):
            distance = 0.0
            for q in range(SHAPE):
                step = values[i - q] - values[j - q]
                distance += step * step
                if distance >= near[ALIKE - 1]:
                    break
            if distance < near[ALIKE - 1]:
                place = ALIKE - 1
                while place > 0 and near[place - 1] > distance:
                    near[place] = near[place - 1]
                    place -= 1
                near[place] = distance
        total, found = 0.0, 0
        for place in range(ALIKE):
            if near[place] < np.inf:
                total += math.sqrt(near[place])
                found += 1
        out[i] = total / found if found else 0.0
    return out


@kernel
def hushed(surprises: Floats) -> Any:
    """Return (n,) the surprises that are above what is left of those before; the others are 0."""
    out = np.zeros(surprises.shape[0])
    held = 0.0
    for i in range(surprises.shape[0]):
        held *= 1.0 - 1.0 / QUIET
        if surprises[i] > held:
            held = surprises[i]
            out[i] = held
    return out
