"""Oil pressure: the engine's own floor for its speed, three seconds of grace, and how far above it this engine runs.

The floor is the workshop's rule of 10 psi (69 kPa) for every 1000 rpm, and never under 50 kPa.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.finding import Car, Finding, abstain, bounded
from cloud.scoring.kernels import kernel
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason

MODEL: Final = "oil-1"

KPA_PER_RPM: Final = 0.069
LEAST_KPA: Final = 50.0
TURNING_RPM: Final = 600.0
SPEED_S: Final = 15.0  # how long an engine speed speaks for the pressures after it
BUILDS_S: Final = 8.0  # a started engine has this long to build pressure
LOW_S: Final = 3.0
LOW_N: Final = 2.0
FINE_SHARE: Final = 1.15
FINE_S: Final = 10.0
LONGEST_STEP_S: Final = 30.0
RESTARTED_S: Final = 180.0
SHARE_S: Final = 3600.0
FITTED_KPA: Final = 50.0
THIN_SHARE: Final = 1.3
THIN_H: Final = 0.5

LOST_P: Final = (0.90, 0.93, 0.95)
THIN_P: Final = (0.01, 0.03, 0.06)
SOUND_P: Final = (0.0005, 0.001, 0.002)
UNLEARNED_P: Final = (0.001, 0.002, 0.004)


@kernel
def floor_kpa(rpm: float) -> float:
    """Return the least pressure that an engine may have at `rpm`."""
    return max(LEAST_KPA, KPA_PER_RPM * rpm)


@kernel
def take_oil(car: Any, t: float, kpa: float) -> None:
    """Take an oil pressure in kPa into one event row."""
    step_s = min(max(t - car.oil_s, 0.0), LONGEST_STEP_S)
    if t - car.oil_s > RESTARTED_S:
        # A control unit that slept did not say that the engine stood: its pressure builds up anew.
        car.oil_turning_s = math.inf
        car.oil_low_s = 0.0
        car.oil_low_n = 0.0
        car.oil_fine_s = 0.0
        step_s = 0.0
    car.oil_s = t
    car.oil_kpa = kpa
    car.oil_n += 1.0
    car.oil_top_kpa = max(car.oil_top_kpa, kpa)
    car.oil_least_kpa = min(car.oil_least_kpa, kpa)
    if not (t - car.rpm_s < SPEED_S and car.rpm > TURNING_RPM):
        car.oil_turning_s = math.inf
        car.oil_low_s = 0.0
        car.oil_low_n = 0.0
        car.oil_fine_s = 0.0
        return
    if not math.isfinite(car.oil_turning_s):
        car.oil_turning_s = t
    if t - car.oil_turning_s < BUILDS_S:
        return
    share = kpa / floor_kpa(car.rpm)
    if share < 1.0:
        car.oil_low_s = car.oil_low_s + step_s if car.oil_low_n > 0.0 else 0.0
        car.oil_low_n += 1.0
        car.oil_fine_s = 0.0
    else:
        car.oil_low_s = 0.0
        car.oil_low_n = 0.0
        car.oil_fine_s = car.oil_fine_s + step_s if share > FINE_SHARE else 0.0
    if car.oil_low_s >= LOW_S and car.oil_low_n >= LOW_N:
        car.oil_lost = 1.0
    elif car.oil_fine_s >= FINE_S:
        car.oil_lost = 0.0
    hours = step_s / 3600.0
    gain = 1.0 if car.oil_share_h == 0.0 else max(1.0 - math.exp(-step_s / SHARE_S), hours / (car.oil_share_h + hours))
    car.oil_share += gain * (share - car.oil_share)
    car.oil_share_h += hours


def assess(car: Car) -> Finding:
    """Return the finding for one event row."""
    if car["oil_n"] == 0.0:
        return abstain("no_oil_pressure")
    if car["oil_top_kpa"] < FITTED_KPA or (car["oil_n"] >= 10.0 and car["oil_top_kpa"] == car["oil_least_kpa"]):
        return abstain("oil_pressure_implausible")  # no sensor is fitted, or it stands still
    if not math.isfinite(car["oil_turning_s"]) and car["oil_share_h"] == 0.0 and car["oil_lost"] == 0.0:
        return abstain("engine_not_turning")
    learned = car["oil_share_h"] >= THIN_H
    if car["oil_lost"] > 0.0:
        p, severity = LOST_P, 5
    elif learned and car["oil_share"] < THIN_SHARE:
        p, severity = THIN_P, 3
    else:
        p, severity = (SOUND_P if learned else UNLEARNED_P), 0
    return Finding(
        p=bounded(p),
        reasons=_reasons(car),
        quality=0.9 if learned else 0.6,
        severity=severity,
        service="tow" if severity >= 4 else "mobile_mechanic",
        ttt_h=0.0 if severity >= 5 else None,
        ttt_low_h=0.0 if severity >= 5 else None,
        ttt_high_h=0.0 if severity >= 5 else None,
    )


def _reasons(car: Car) -> tuple[Reason, ...]:
    rpm = float(car["rpm"])
    floor = max(LEAST_KPA, KPA_PER_RPM * rpm)
    turning = math.isfinite(car["oil_turning_s"])
    if car["oil_lost"] > 0.0:
        first = reason("oil_lost", kpa=car["oil_kpa"], seconds=max(float(car["oil_low_s"]), 0.0))
    else:
        first = reason("oil_now", kpa=car["oil_kpa"])
    second = reason("oil_floor", floor_kpa=floor, rpm=rpm) if turning else reason("engine_stands")
    share, hours = 100.0 * float(car["oil_share"]), float(car["oil_share_h"])
    return first, second, reason("oil_share", share_pct=share, hours=hours)


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of an engine whose oil nobody has measured."""
    row["oil_kpa"] = math.nan
    row["oil_s"] = row["oil_top_kpa"] = -math.inf
    row["oil_turning_s"] = row["oil_least_kpa"] = math.inf
