"""Fuel, sample by sample: a level without its slosh, refuelling, and consumption over distance.

Every kernel here takes one event row (`layout.EVENT`), a time in seconds and a value, and changes the row in place.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel

SLOSH_S: Final = 120.0
STEP_PCT: Final = 8.0  # a rise of more is refuelling
STEP_N: Final = 2.0  # when so many readings running show it
GAP_S: Final = 600.0  # unseen for so long, the level may have gone either way
DROP_PCT_S: Final = 0.02  # no engine empties a tank faster than this, whatever a float shows
LEARN_PCT: Final = 3.0
LEARN_KM: Final = 10.0
DISTANCE_TAU_KM: Final = 150.0
TREND_GAIN: Final = 0.4
SETTLE_S: Final = 240.0  # after a step the filter needs two time constants before its drop is consumption
TANK_L: Final = 50.0
STATION_KM: Final = 15.0


@kernel
def settle(car: Any, t: float, pct: float) -> None:
    """Begin anew from a level: the first, or one after refuelling."""
    car.fuel_pct = pct
    car.fuel_anchor_pct = math.nan
    car.fuel_settled_s = t
    car.fuel_step_n = 0.0
    car.fuel_bad_n = 0.0


@kernel
def learn(car: Any, pct_km: float, km: float) -> None:
    """Move the consumption (percent of the tank per km) towards what the last `km` showed."""
    gain = max(1.0 - math.exp(-km / DISTANCE_TAU_KM), km / (car.fuel_learned_km + km))
    if car.fuel_learned_km == 0.0:
        car.fuel_pct_km = pct_km
        car.fuel_var = 0.0
    else:
        off = pct_km - car.fuel_pct_km
        car.fuel_pct_km += gain * off
        car.fuel_var = (1.0 - gain) * (car.fuel_var + gain * off * off)
    car.fuel_learned_km += km


@kernel
def consumed(car: Any, t: float) -> None:
    """Take consumption where enough was used since the anchor."""
    if t - car.fuel_settled_s < SETTLE_S:
        return
    if not math.isfinite(car.fuel_anchor_pct):
        car.fuel_anchor_pct = car.fuel_pct
        car.fuel_anchor_km = car.total_km
        car.fuel_anchor_s = t
        return
    drop, km = car.fuel_anchor_pct - car.fuel_pct, car.total_km - car.fuel_anchor_km
    hours = (t - car.fuel_anchor_s) / 3600.0
    if drop < LEARN_PCT or hours <= 0.0:
        return
    if km >= LEARN_KM:
        rate = drop / hours
        car.fuel_pct_h = rate if car.fuel_learned_km == 0.0 else car.fuel_pct_h + TREND_GAIN * (rate - car.fuel_pct_h)
        learn(car, drop / km, km)
    car.fuel_anchor_pct = car.fuel_pct
    car.fuel_anchor_km = car.total_km
    car.fuel_anchor_s = t


@kernel
def take_fuel(car: Any, t: float, pct: float) -> None:
    """Take a fuel level in percent of the tank."""
    gap_s = t - car.fuel_s
    car.fuel_s = t
    if not math.isfinite(car.fuel_pct):
        settle(car, t, pct)
        car.fuel_seen_s = t
        car.fuel_n += 1.0
        return
    seen_s = t - car.fuel_seen_s
    if pct - car.fuel_pct > STEP_PCT or (seen_s >= GAP_S and car.fuel_pct - pct > STEP_PCT):
        car.fuel_step_n += 1.0
        car.fuel_bad_n += 1.0
        if car.fuel_step_n >= STEP_N:
            settle(car, t, pct)
            car.fuel_seen_s = t
        return
    if car.fuel_pct - pct > STEP_PCT + DROP_PCT_S * gap_s:
        car.fuel_bad_n += 1.0
        car.fuel_step_n = 0.0
        if gap_s < GAP_S:  # it was watched falling: a float does that, a tank does not
            car.fuel_seen_s = t
        return
    car.fuel_step_n = 0.0
    car.fuel_bad_n = 0.0
    car.fuel_seen_s = t
    car.fuel_n += 1.0
    car.fuel_pct += (1.0 - math.exp(-gap_s / SLOSH_S)) * (pct - car.fuel_pct)
    consumed(car, t)


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of a tank nobody has seen."""
    for name in ("fuel_pct", "fuel_anchor_pct", "fuel_pct_km", "fuel_pct_h"):
        row[name] = math.nan
    for name in ("fuel_s", "fuel_seen_s", "fuel_settled_s", "fuel_anchor_s"):
        row[name] = -math.inf
    row["tank_l"] = TANK_L
    row["station_km"] = STATION_KM
