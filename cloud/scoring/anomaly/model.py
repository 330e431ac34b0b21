"""What is usual in a class of vehicles, and which of a day's vehicles to look at: a pure judgement, and only advice.

A day is scaled by the class's medians and spreads; an isolation forest and half-space trees say how strange it is,
each by a conformal p-value against days of vehicles that neither was grown from. The smaller of both counts, doubled.
Over the fleet's day Benjamini and Hochberg's rule keeps the share of false discoveries at `alpha`.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from cloud.scoring.anomaly import drift
from cloud.scoring.anomaly.days import CODES, Floats
from cloud.scoring.anomaly.forest import Forest
from cloud.scoring.anomaly.half_space import HalfSpace
from cloud.scoring.thresholds.conformal import Conformal
from cloud.scoring.thresholds.fdr import benjamini_hochberg

ALPHA: Final = 0.1
REACH: Final = 8.0  # spreads at which a number's strangeness ends
TOP: Final = 3
MOVED_SHARE: Final = 1.0 / 3.0  # of the features; beyond it the fleet has changed, not the cars


class ClassModel(NamedTuple):
    """One class: which columns of a day it has, (k,) each in their units, and what judges a day.

    `edges` (k, BINS - 1) and `usual` (k, BINS): where drift is measured and what share of days lay in each part.
    """

    columns: tuple[int, ...]
    median: Floats
    spread: Floats
    forest: Forest
    stream: HalfSpace
    of_forest: Conformal
    of_stream: Conformal
    edges: Floats
    usual: Floats

    def scaled(self, rows: Floats) -> Floats:
        """Return (n, k) of days (n, len(FEATURES)) in spreads from the median, within `REACH`; NaN stays."""
        z = (rows[:, self.columns] - self.median) / self.spread
        return np.clip(z, -REACH, REACH)


class Day(NamedTuple):
    """One vehicle's day."""

    vehicle: str
    kind: str
    numbers: Floats


class Oddity(NamedTuple):
    """One number of a day: its column, its value, and the class's median, in its unit; how many spreads apart."""

    column: int
    value: float
    median: float
    spreads: float


class Odd(NamedTuple):
    """A vehicle to look at: how rare its day is in its class, and what is most unusual of it."""

    vehicle: str
    kind: str
    p: float
    oddities: tuple[Oddity, ...]


class Review(NamedTuple):
    """A day of the fleet: whom to look at, how many were judged, and which classes have moved away, by feature."""

    odd: tuple[Odd, ...]
    judged: int
    moved: dict[str, tuple[str, ...]]


def review(models: Mapping[str, ClassModel], days: Sequence[Day], alpha: float = ALPHA) -> Review:
    """Judge a day of the whole fleet.

    A class without a model, a day with a number missing that its class has, and a class that has moved are not judged:
    none of them is called healthy by that.
    """
    p = np.full(len(days), np.nan)
    moved: dict[str, tuple[str, ...]] = {}
    for kind, model in models.items():
        mine = [i for i, day in enumerate(days) if day.kind == kind]
        rows = np.array([days[i].numbers for i in mine]).reshape(len(mine), len(CODES))
        gone = moved_features(model, rows)
        if gone:
            moved[kind] = gone
        if len(gone) <= MOVED_SHARE * len(model.columns):
            p[mine] = p_values(model, rows)
    found = benjamini_hochberg(p, alpha)
    odd = [_odd(models[days[i].kind], days[i], float(p[i])) for i in np.flatnonzero(found).tolist()]
    return Review(tuple(sorted(odd, key=lambda one: one.p)), int(np.count_nonzero(~np.isnan(p))), moved)


def p_values(model: ClassModel, rows: Floats) -> Floats:
    """Return how rare each of `rows` is in its class, (n,); NaN where a number is missing."""
    if not len(rows):
        return np.empty(0)
    z = model.scaled(rows)
    by_forest = model.of_forest.p_with_tail(model.forest.score(z.astype(np.float32)))
    by_stream = model.of_stream.p_with_tail(strangeness(model.stream, z))
    return np.minimum(2.0 * np.fmin(by_forest, by_stream), 1.0)


def strangeness(stream: HalfSpace, z: Floats) -> Floats:
    """Return what half-space trees that are full say of `z` (n, k), each as if it came first: nothing is learnt."""
    # Counted up from below zero, no reading ends the window; what is learnt beside it is thrown away.
    return stream._replace(now=stream.now.copy(), clock=np.array([-len(z), 1])).watch(z)


def moved_features(model: ClassModel, rows: Floats) -> tuple[str, ...]:
    """Return the codes of the features whose stability index says that the class has moved.

    A few vehicles differ from many by chance: the limit grows by twice what chance gives.
    """
    gone = []
    for k, column in enumerate(model.columns):
        values = rows[:, column]
        seen = int(np.count_nonzero(~np.isnan(values)))
        if seen < drift.BINS:
            continue
        index = drift.stability_index(model.usual[k], drift.shares(values, model.edges[k]))
        if index > drift.MOVED + 2.0 * (drift.BINS - 1) / seen:
            gone.append(CODES[column])
    return tuple(gone)


def _odd(model: ClassModel, day: Day, p: float) -> Odd:
    z = (day.numbers[list(model.columns)] - model.median) / model.spread
    order = np.argsort(-np.abs(z), kind="stable")[:TOP]
    oddities = (
        Oddity(model.columns[k], float(day.numbers[model.columns[k]]), float(model.median[k]), float(z[k]))
        for k in order
    )
    return Odd(day.vehicle, day.kind, p, tuple(oddities))
