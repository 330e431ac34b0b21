"""What a cause's model says of one row, before it becomes an `Assessment`; and the arithmetic the models share."""

import math
from typing import Any, Final, NamedTuple

from cloud.scoring.layout import REST, RUN, UNKNOWN
from cloud.scoring.types import HORIZONS_H, Reason, VehicleState

Car = Any  # one EVENT row: an np.void, read by field name

MOVING_S: Final = 900.0
LEAST_P: Final = 0.0005
MOST_P: Final = 0.999


class Finding(NamedTuple):
    """One cause's risk over the three horizons, or None and why; times in hours from the newest sample used."""

    p: tuple[float, ...] | None
    reasons: tuple[Reason, ...] = ()
    quality: float = 0.0
    severity: int = 0
    service: str = ""
    ttt_h: float | None = None
    ttt_low_h: float | None = None
    ttt_high_h: float | None = None
    abstained: str = ""


def abstain(why: str) -> Finding:
    """Return the finding of a cause of which nothing was measured."""
    return Finding(p=None, abstained=why)


def phi(z: float) -> float:
    """Return the standard normal distribution function at `z`."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0


def spread(p_week: float) -> tuple[float, ...]:
    """Return a week's probability over the three horizons, at a constant hazard."""
    return tuple(1.0 - (1.0 - p_week) ** (h / 168.0) for h in HORIZONS_H)


def either(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
    """Return the probability, by horizon, that one or the other happens."""
    return tuple(1.0 - (1.0 - a) * (1.0 - b) for a, b in zip(first, second, strict=True))


def bounded(p: tuple[float, ...]) -> tuple[float, ...]:
    """Return `p` within what a model may claim, never falling with the horizon."""
    rising, least = [], LEAST_P
    for value in p:
        least = max(least, min(value, MOST_P))
        rising.append(round(least, 6))
    return tuple(rising)


def state_of(car: Car) -> VehicleState:
    """Return what the car was doing at its newest sample."""
    if car["phase"] == UNKNOWN and not math.isfinite(car["moved_s"]):
        return "unknown"
    newest_s = max(float(car[name]) for name in ("volts_s", "tyres_s", "traction_s", "engine_s"))
    if car["charging"] > 0.0 and newest_s - car["moved_s"] > MOVING_S:
        return "charging"
    if newest_s - car["moved_s"] <= MOVING_S and car["phase"] != REST:
        return "driving"
    if car["phase"] == RUN and newest_s - car["rpm_s"] <= MOVING_S and car["rpm"] > 0.0:
        return "driving"
    return "parked"
