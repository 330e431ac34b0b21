"""Coolant, sample by sample: which readings to believe, where this engine is held, how fast it heats, and for how long.

Every kernel here takes one event row (`layout.EVENT`), a time in seconds and a value, and changes the row in place.
A reading that nothing real could show is counted and never taken for heat: water does not warm by kelvins a second, and
a sentinel stands still.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel

STEP_K: Final = 5.0  # a reading may be this far from the last one, and ...
STEP_KPS: Final = 1.5  # ... this much further for every second between them
GAP_S: Final = 300.0  # after so long the engine may be at any temperature up to ...
FIRST_DEGC: Final = 125.0  # ... this: hotter comes only by way of something less hot
DOUBTED_N: Final = 3.0
DOUBTED_S: Final = 10.0
RUNNING_S: Final = 60.0
IDLE_RPM: Final = 400.0
MOVING_KMH: Final = 3.0
LOADED_RPM: Final = 1200.0
WARM_DEGC: Final = 70.0
LOST_K: Final = 25.0
AMBIENT_K: Final = 15.0
SLOPE_S: Final = 30.0
THERMOSTAT_S: Final = 3600.0
STEADY_KPS: Final = 0.02
LONGEST_STEP_S: Final = 60.0
HIGH_K: Final = 8.0
STOP_DEGC: Final = 121.0
RISING_DEGC: Final = 118.0
CLEAR_DEGC: Final = 115.0
RISING_KPS: Final = 0.005


@kernel
def runs(car: Any, t: float) -> bool:
    """Say whether the engine turns, or may: a car that never told its engine speed is taken at its road speed."""
    if math.isfinite(car.rpm_s):
        return bool(t - car.rpm_s < RUNNING_S and car.rpm > IDLE_RPM)
    return bool(t - car.speed_s < RUNNING_S and car.speed_kmh > MOVING_KMH)


@kernel
def believed(car: Any, t: float, degc: float) -> bool:
    """Say whether a reading follows from those before it; others must repeat themselves, and move."""
    gap_s = t - car.coolant_s
    near = abs(degc - car.coolant_degc) <= STEP_K + STEP_KPS * gap_s
    fine = near if gap_s < GAP_S else degc <= FIRST_DEGC
    if fine:
        car.coolant_bad_n = 0.0
        car.coolant_doubt_n = 0.0
        return True
    car.coolant_bad_n += 1.0
    if car.coolant_doubt_n == 0.0 or abs(degc - car.coolant_doubt_degc) > STEP_K:
        car.coolant_doubt_n = 0.0
        car.coolant_doubt_s = t
        car.coolant_moved = 0.0
    elif degc != car.coolant_doubt_degc:
        car.coolant_moved = 1.0
    car.coolant_doubt_n += 1.0
    car.coolant_doubt_degc = degc
    repeated = car.coolant_doubt_n >= DOUBTED_N and t - car.coolant_doubt_s >= DOUBTED_S
    if not repeated or (degc > FIRST_DEGC and not degc <= car.coolant_degc) or car.coolant_moved == 0.0:
        return False
    fell = car.coolant_degc - degc
    near_air = abs(degc - car.ambient_degc) < AMBIENT_K
    if gap_s < GAP_S and car.coolant_degc > WARM_DEGC and fell > LOST_K and near_air and car.rpm > LOADED_RPM:
        car.coolant_lost_s = t
    car.coolant_doubt_n = 0.0
    car.coolant_level = math.nan
    return True


@kernel
def follow(car: Any, t: float, degc: float) -> float:
    """Move level and slope (K/s) towards a believed reading; return the seconds since the one before."""
    step_s = float(t - car.coolant_ok_s)
    if not math.isfinite(car.coolant_level) or step_s >= GAP_S:
        car.coolant_level = degc
        car.coolant_slope = 0.0
        car.coolant_slope_sd = math.inf
        return 0.0
    if step_s <= 0.0:
        return 0.0  # a second control unit's answer at the same instant
    gain = 1.0 - math.exp(-step_s / max(SLOPE_S, 2.0 * step_s))
    off = degc - (car.coolant_level + car.coolant_slope * step_s)
    car.coolant_level += car.coolant_slope * step_s + gain * off
    change = gain * gain * off / step_s
    car.coolant_slope += change
    sd = car.coolant_slope_sd
    fresh = abs(change) if math.isfinite(sd) else abs(off) / step_s + STEADY_KPS
    car.coolant_slope_sd = fresh if not math.isfinite(sd) else math.sqrt((1.0 - gain) * sd * sd + gain * fresh * fresh)
    return step_s


@kernel
def learn_thermostat(car: Any, degc: float, step_s: float) -> None:
    """Move the point where this engine is held towards a steady, warm reading."""
    steady = abs(car.coolant_slope) < STEADY_KPS and degc > WARM_DEGC and degc < STOP_DEGC
    known = car.thermostat_h > 0.0
    if not steady or (known and degc > car.thermostat_degc + HIGH_K):
        return
    if not known:
        car.thermostat_degc = degc
        car.thermostat_var = 4.0
    gain = max(1.0 - math.exp(-step_s / THERMOSTAT_S), step_s / (3600.0 * car.thermostat_h + step_s) if known else 1.0)
    off = degc - car.thermostat_degc
    car.thermostat_degc += gain * off
    car.thermostat_var = (1.0 - gain) * (car.thermostat_var + gain * off * off) if known else 4.0
    car.thermostat_h += step_s / 3600.0


@kernel
def take_coolant(car: Any, t: float, degc: float) -> bool:
    """Take a coolant temperature in degC; return whether it was believed."""
    fine = believed(car, t, degc)
    car.coolant_s = t
    if not fine:
        return False
    step_s = min(follow(car, t, degc), LONGEST_STEP_S)
    car.coolant_degc = degc
    car.coolant_ok_s = t
    car.coolant_n += 1.0
    if degc < CLEAR_DEGC:
        car.overheated = 0.0
    if not runs(car, t):
        car.boil_s = 0.0
        car.coolant_high_s = 0.0
        return True
    boils = degc >= STOP_DEGC or (degc >= RISING_DEGC and car.coolant_slope > RISING_KPS)
    car.boil_s = car.boil_s + step_s if boils else 0.0
    if car.boil_s >= 5.0:
        car.overheated = 1.0
    high = car.thermostat_h > 0.0 and degc > car.thermostat_degc + HIGH_K
    car.coolant_high_s = car.coolant_high_s + step_s if high else 0.0
    if step_s > 0.0:
        learn_thermostat(car, degc, step_s)
    return True


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of an engine nobody has seen."""
    for name in ("coolant_degc", "coolant_level", "coolant_doubt_degc", "thermostat_degc", "thermostat_var"):
        row[name] = math.nan
    for name in ("coolant_s", "coolant_ok_s", "coolant_lost_s"):
        row[name] = -math.inf
    row["coolant_slope_sd"] = math.inf
