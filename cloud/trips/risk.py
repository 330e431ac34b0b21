"""How risky a recording was driven: low, medium or high by a rule that anybody can check by hand. Not learned."""

from typing import Final, Literal, NamedTuple

import numpy as np

from cloud.trips.manoeuvres import Event
from cloud.trips.orientation import Motion
from cloud.trips.recording import G, Recording, low_passed

Level = Literal["low", "medium", "high"]

WEIGHTS: Final = {"harsh": 2.0, "marked": 1.0}
MEDIUM_PER_10MIN: Final = 2.0
HIGH_PER_10MIN: Final = 8.0
MEDIUM_P95_G: Final = 0.16  # of the push along the road's plane, while anything is measured
HIGH_P95_G: Final = 0.26
LEAST_S: Final = 60.0  # a shorter recording counts as a minute: one event in ten seconds is no habit


class Verdict(NamedTuple):
    """The level, and the two numbers it stands on; `level` is None where too little was measured."""

    level: Level | None
    weighted_per_10min: float
    p95_g: float | None
    measured_s: float


def verdict(recording: Recording, motion: Motion, events: list[Event]) -> Verdict:
    """Return the risk level of a recording with its events.

    A collision candidate makes it high. Otherwise the higher of two levels counts: harsh events twice and marked ones
    once, per ten minutes; and the 95th percentile of the push (a car that is driven hard without a single event).
    """
    push_g = np.hypot(*(low_passed(part, recording.hz, 0.4) for part in (motion.forward, motion.left))) / G
    alive = push_g[np.isfinite(push_g) & ~recording.stuck]
    measured_s = len(alive) / recording.hz
    if measured_s < 1.0:
        return Verdict(None, 0.0, None, measured_s)
    points = sum(WEIGHTS[event.grade] for event in events)
    rate = points / max(measured_s, LEAST_S) * 600.0
    p95 = float(np.percentile(alive, 95.0))
    crashed = any(event.kind == "collision_candidate" for event in events)
    number = 2 if crashed else max(_step(rate, MEDIUM_PER_10MIN, HIGH_PER_10MIN), _step(p95, MEDIUM_P95_G, HIGH_P95_G))
    levels: tuple[Level, ...] = ("low", "medium", "high")
    return Verdict(levels[number], round(rate, 3), round(p95, 4), measured_s)


def _step(value: float, medium: float, high: float) -> int:
    return int(value >= medium) + int(value >= high)
