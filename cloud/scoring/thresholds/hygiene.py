"""How a threshold is kept from chattering: on-delay, off-delay, deadband (ISA-18.2, EEMUA 191)."""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel

Floats = NDArray[np.float64]


class Hygiene(NamedTuple):
    """Readings that must agree before it is raised and before it is cleared, and the deadband in sd of the noise."""

    on_delay: int
    off_delay: int
    deadband_sd: float


PLAIN: Final = Hygiene(1, 1, 0.0)
DEFAULT: Final = Hygiene(3, 5, 2.0)

_MINUTES_A_DAY: Final = 1440


@kernel
def raised(values: Floats, low: float, clear: float, on_delay: int, off_delay: int) -> Any:
    """Return where an alarm for values below `low` is raised.

    Args:
        values: (n,), any unit; NaN where a reading is missing: it neither raises nor clears.
        low: below it `on_delay` readings in a row raise the alarm.
        clear: at or above it `off_delay` readings in a row clear it; clear >= low.
        on_delay: readings.
        off_delay: readings.

    Returns:
        (n,) bool: true at each annunciation.
    """
    said = np.zeros(values.shape[0], np.bool_)
    standing = False
    below = 0
    above = 0
    for i in range(values.shape[0]):
        x = values[i]
        if math.isnan(x):
            continue
        below = below + 1 if x < low else 0
        above = above + 1 if x >= clear else 0
        if not standing and below >= on_delay:
            standing = True
            said[i] = True
        elif standing and above >= off_delay:
            standing = False
    return said


def chatter(hygiene: Hygiene, *, vehicles: int = 400, seed: int = 0) -> float:
    """Return the annunciations per true excursion of a 12 V supply that hovers about its limit of 11.8 V.

    A day of readings a minute apart, noise of 60 mV, two slow true excursions, each vehicle's level off by 50 mV.
    """
    draw = np.random.default_rng(seed)
    noise_v, low_v, excursions = 0.06, 11.8, 2
    wave = 0.15 * np.sin(np.linspace(0.0, 2.0 * np.pi * excursions, _MINUTES_A_DAY))
    clear_v = low_v + hygiene.deadband_sd * noise_v
    count = 0
    for _ in range(vehicles):
        volts = low_v + wave + draw.normal(0.0, 0.05) + draw.normal(0.0, noise_v, _MINUTES_A_DAY)
        count += int(raised(volts, low_v, clear_v, hygiene.on_delay, hygiene.off_delay).sum())
    return count / (vehicles * excursions)
