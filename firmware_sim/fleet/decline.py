"""A part that gets worse from its onset to its end, day by day: coolant, oil, cells. Most are repaired or fail."""

import math
from typing import NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, Floats, arrivals
from firmware_sim.fleet.trips import Legs
from firmware_sim.fleet.truth import Event

REPAIR_S = 8 * 3_600.0


class Decline(NamedTuple):
    """One decline: `at` rises from 0 at its onset to 1 where the car stops; what is over is 0 again."""

    onset_s: float
    length_s: float
    over_s: float

    def at(self, t_s: Floats) -> Floats:
        """Return how far it is at `t_s`."""
        inside = (t_s >= self.onset_s) & (t_s < self.over_s)
        return np.asarray(np.where(inside, np.clip((t_s - self.onset_s) / self.length_s, 0.0, 1.1), 0.0))


class Course(NamedTuple):
    """How declines of one cause go: how often a year, how long (days, spread), and who notices in time."""

    cause: str
    per_year: float
    days: float
    spread: float
    noticed: float
    kinds: tuple[str, ...]


def declines(
    rng: np.random.Generator, course: Course, legs: Legs, rate: float, days: int, **numbers: float | str
) -> tuple[list[Decline], list[Event]]:
    """Return the declines of one car and their truth; a car stops in the first leg after one's end."""
    found: list[Decline] = []
    events: list[Event] = []
    for onset_s in arrivals(rng, course.per_year * rate, days):
        length_s = course.days * DAY_S * float(rng.lognormal(0.0, course.spread))
        kind = course.kinds[int(rng.integers(len(course.kinds)))]
        noticed, when = rng.random() < course.noticed, onset_s + length_s * float(rng.uniform(0.45, 1.3))
        if found and onset_s < found[-1].over_s:
            continue
        event = Event(course.cause, onset_s, {"kind": kind, "days": round(length_s / DAY_S, 2), **numbers})
        stop_s = _stop(rng, legs, onset_s + length_s)
        if noticed and when < stop_s:
            event.treated_s = over_s = when
            event.numbers["treatment"] = "repaired"
        else:
            event.breakdown_s = over_s = stop_s
            if math.isfinite(stop_s):
                legs.interrupt(stop_s, REPAIR_S)
        found.append(Decline(onset_s, length_s, over_s))
        events.append(event)
    return found, events


def _stop(rng: np.random.Generator, legs: Legs, end_s: float) -> float:
    """Return when the car stops: some minutes into the first leg from `end_s` on, or in the leg under way."""
    after = np.flatnonzero((legs.end_s > end_s) & ~legs.gone)
    if not len(after):
        return math.inf
    start_s, stop_s = float(legs.start_s[after[0]]), float(legs.end_s[after[0]])
    begun_s = max(start_s, end_s)
    return begun_s + min(float(rng.uniform(120.0, 900.0)), 0.9 * (stop_s - begun_s))


def worst(found: list[Decline], t_s: Floats) -> Floats:
    """Return how far the decline under way is at `t_s`, 0 where there is none."""
    total = np.zeros(len(t_s))
    for one in found:
        total = np.maximum(total, one.at(t_s))
    return total
