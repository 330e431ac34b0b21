"""The traction battery, sample by sample: consumption over distance, and the trend of charge over time.

Every kernel here takes one event row (`layout.EVENT`), a time in seconds and a value, and changes the row in place.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel

DISTANCE_TAU_KM: Final = 30.0
LEARN_PCT: Final = 2.0  # a consumption is taken over at least this much charge ...
LEARN_KM: Final = 2.0  # ... and distance
LONGEST_STEP_S: Final = 600.0
LONGEST_JUMP_KM: Final = 500.0
MOVING_KMH: Final = 3.0
MOVED_S: Final = 300.0
RISE_PCT: Final = 0.3
TREND_GAIN: Final = 0.5
SOURCE_S: Final = 3600.0
JUMP_PCT: Final = 5.0  # no load takes this ...
JUMP_S: Final = 120.0  # ... within this
PARKED_S: Final = 3600.0
DRIFT_S: Final = 6.0 * 3600.0
CAPACITY_PCT: Final = 20.0  # a charge that says something of the capacity
INTO_CELLS: Final = 0.97
SOH_GAIN: Final = 0.3


@kernel
def take_speed(car: Any, t: float, kmh: float) -> None:
    """Take a speed: it integrates to distance between odometer readings."""
    step_s = t - car.speed_s
    if 0.0 < step_s <= LONGEST_STEP_S:
        km = 0.5 * (kmh + car.speed_kmh) * step_s / 3600.0
        car.anchor_km += km
        car.speed_km += km
        car.total_km += km
    car.speed_kmh = kmh
    car.speed_s = t
    if kmh > MOVING_KMH:
        car.moved_s = t
        car.charging = 0.0


@kernel
def take_odometer(car: Any, t: float, km: float) -> None:
    """Take an odometer reading: it corrects what speed has integrated to."""
    driven = km - car.odometer_km
    if 0.0 <= driven <= LONGEST_JUMP_KM:
        car.anchor_km = max(0.0, car.anchor_km + driven - car.speed_km)
        car.total_km = max(0.0, car.total_km + driven - car.speed_km)
    if driven > 0.0:
        car.moved_s = t
    car.odometer_km = km
    car.speed_km = 0.0


@kernel
def anchor(car: Any, t: float, pct: float) -> None:
    """Begin a new stretch over which consumption is taken."""
    car.anchor_pct = pct
    car.anchor_s = t
    car.anchor_km = 0.0


@kernel
def watch_parked(car: Any, t: float, pct: float) -> None:
    """Follow the charge of a parked car that does not charge; half a day says how fast it drifts away."""
    if t - car.moved_s < PARKED_S or car.charging > 0.0 or not math.isfinite(car.park_pct) or pct > car.park_pct:
        car.park_pct = pct
        car.park_s = t
    elif t - car.park_s >= DRIFT_S:
        car.drift_pct_d = (car.park_pct - pct) / (t - car.park_s) * 86_400.0


@kernel
def take_energy(car: Any, t: float, watt: float) -> None:
    """Take the power into the pack (W): a charge over a fifth of it says how much it still holds."""
    step_s = t - car.power_s
    car.power_s = t
    if watt <= 0.0 or step_s > LONGEST_STEP_S or not math.isfinite(car.in_pct) or car.soc_pct < car.in_pct:
        car.in_kwh = 0.0
        car.in_pct = car.soc_pct
        return
    car.in_kwh += watt * step_s / 3.6e6
    taken = car.soc_pct - car.in_pct
    if taken < CAPACITY_PCT:
        return
    seen = 100.0 * (100.0 * car.in_kwh * INTO_CELLS / taken) / car.pack_kwh
    if 40.0 < seen < 120.0:
        car.soh_seen_pct = seen if car.soh_seen_n == 0.0 else car.soh_seen_pct + SOH_GAIN * (seen - car.soh_seen_pct)
        car.soh_seen_n += 1.0
    car.in_kwh = 0.0
    car.in_pct = car.soc_pct


@kernel
def take_soc(car: Any, t: float, pct: float, code: int) -> bool:
    """Take a state of charge in percent; return whether it was used (a better source silences the others)."""
    if code > car.soc_source and t - car.soc_s < SOURCE_S:
        return False
    if code != car.soc_source:
        car.soc_source = code
        anchor(car, t, pct)
    elif not math.isfinite(car.anchor_pct):
        anchor(car, t, pct)
    elif pct > car.soc_pct + RISE_PCT and t - car.moved_s > MOVED_S:
        car.charging = 1.0
        anchor(car, t, pct)
    elif pct < car.soc_pct - RISE_PCT:
        car.charging = 0.0
    if pct < car.soc_pct - JUMP_PCT and t - car.soc_s < JUMP_S:
        car.soc_jump_s = t
        car.soc_jump_pct = car.soc_pct - pct
        anchor(car, t, pct)
    watch_parked(car, t, pct)
    drop = car.anchor_pct - pct
    hours = (t - car.anchor_s) / 3600.0
    if drop >= LEARN_PCT and hours > 0.0:
        rate = drop / hours
        car.pct_h = rate if car.pct_h_n == 0.0 else car.pct_h + TREND_GAIN * (rate - car.pct_h)
        car.pct_h_n += 1.0
        if car.anchor_km >= LEARN_KM:
            learn(car, drop / car.anchor_km, car.anchor_km)
        anchor(car, t, pct)
    car.soc_pct = pct
    car.soc_s = t
    return True


@kernel
def learn(car: Any, pct_km: float, km: float) -> None:
    """Move the consumption (percent of charge per km) towards what the last `km` showed."""
    gain = max(1.0 - math.exp(-km / DISTANCE_TAU_KM), km / (car.learned_km + km))
    if car.learned_km == 0.0:
        car.pct_km = pct_km
        car.pct_km_var = 0.0
    else:
        off = pct_km - car.pct_km
        car.pct_km += gain * off
        car.pct_km_var = (1.0 - gain) * (car.pct_km_var + gain * off * off)
    car.learned_km += km


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of a traction battery nobody has seen."""
    for name in (
        "park_pct",
        "drift_pct_d",
        "in_pct",
        "soh_seen_pct",
        "soc_pct",
        "soh_pct",
        "anchor_pct",
        "odometer_km",
        "pct_km",
        "pct_h",
    ):
        row[name] = math.nan
    for name in ("soc_jump_s", "park_s", "power_s", "soc_s", "speed_s", "moved_s", "anchor_s"):
        row[name] = -math.inf
    row["soc_source"] = math.inf
