"""How fast a car goes: a mean with slow waves and noise, within what an engine can pull."""

import math
from typing import Final, NamedTuple

_SETTLING_S: Final = 45.0
_MOST_KMH_PER_S: Final = 4.0


class Traffic(NamedTuple):
    """What the road allows: the mean speed and how far it strays."""

    mean_kmh: float
    spread_kmh: float


STANDING: Final = Traffic(0.0, 0.0)


def next_speed_kmh(speed_kmh: float, traffic: Traffic, draw: float, dt_s: float) -> float:
    """Return the speed after `dt_s`; `draw` is one standard normal number (an Ornstein-Uhlenbeck step)."""
    keep = math.exp(-dt_s / _SETTLING_S)
    spread = traffic.spread_kmh * math.sqrt(1.0 - keep * keep)
    wanted = traffic.mean_kmh + (speed_kmh - traffic.mean_kmh) * keep + spread * draw
    most = _MOST_KMH_PER_S * dt_s
    reached = min(speed_kmh + most, max(speed_kmh - most, wanted))
    return max(0.0, reached)
