"""Starts of the engine: how hard each was for the battery, and whether another battery does them now.

Every kernel here takes one event row (`layout.EVENT`) and changes it in place.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel

REFERENCE_DEGC: Final = 25.0
ASSUMED_DEGC: Final = 20.0
RHO_PER_K: Final = 0.0075
RHO_GAIN: Final = 0.3
BASE_GAIN: Final = 0.03
KNOWN_STARTS: Final = 5.0
SLOW_V: Final = 9.0  # captured, not polled: control units begin to drop out here
SLOW_SHARE: Final = 1.5
SLOW_S: Final = 14.0 * 86_400.0
AGAIN_S: Final = 120.0  # what is told of a start within this is the same start
NEW_V: Final = 0.25
NEW_SHARE: Final = 0.75


@kernel
def note_start(car: Any, lowest_v: float, polled: float) -> None:
    """Take the lowest voltage of a start: crank ratio, hard starts, and the signs of another battery."""
    t = car.active_s
    if not math.isfinite(car.rest_v) or lowest_v <= 1.0 or lowest_v >= car.rest_v:
        return
    degc = car.ambient_degc if math.isfinite(car.ambient_degc) else ASSUMED_DEGC
    rho = (car.rest_v - lowest_v) / lowest_v * math.exp(-RHO_PER_K * (REFERENCE_DEGC - degc))
    if t - car.start_s < AGAIN_S and car.rho_n > 0.0:
        car.rho = car.rho_before
        car.rho_n -= 1.0
    if polled != car.rho_polled:
        car.rho_n = 0.0
        car.rho_polled = polled
    known = car.rho_n >= KNOWN_STARTS
    if known and car.rest_v - car.park_v > NEW_V and rho < NEW_SHARE * car.rho:
        car.replaced_v = car.rest_v - car.park_v
        car.replaced_s = t
        car.rho_n = 0.0
        car.slow_n = 0.0
        car.weak_trips = 0.0
        car.crank_n = 0.0
        known = False
    if (polled == 0.0 and lowest_v < SLOW_V) or (known and rho > SLOW_SHARE * car.rho_base):
        car.slow_n = car.slow_n * math.exp(-(t - car.slow_s) / SLOW_S) + 1.0
        car.slow_s = t
    car.rho_before = car.rho
    car.rho = rho if car.rho_n == 0.0 else car.rho + RHO_GAIN * (rho - car.rho)
    car.rho_base = (
        rho if car.rho_n == 0.0 else car.rho_base + max(BASE_GAIN, 1.0 / (car.rho_n + 1.0)) * (rho - car.rho_base)
    )
    car.rho_n += 1.0
    car.park_v = car.rest_v


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of a car nobody has seen start."""
    for name in ("rho", "rho_base", "rho_before", "park_v", "forecast_degc", "crank_before_v"):
        row[name] = math.nan
    for name in ("slow_s", "start_s", "replaced_s", "forecast_until_s"):
        row[name] = -math.inf
