"""The 12 V charging system: does the alternator, or a high-voltage car's DC-DC converter, carry the load?

Undercharge on three trips running (managed alternators coast low for minutes, so once says nothing), a failure within
minutes, and overcharge. Uncalibrated.
"""

import math
from typing import Final

from cloud.scoring.finding import Car, Finding, abstain, bounded
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason
from cloud.scoring.voltage import HIGH_V, WEAK_V, high_limit_v

MODEL: Final = "charging-system-1"

DEAD_S: Final = 60.0
HIGH_S: Final = 60.0
SAG_V: Final = 12.4
SAG_VPM: Final = -0.005
STALL_V: Final = 10.5  # engine control needs about this much to go on
WEAK_TRIPS: Final = 3
NOT_CHARGING_P: Final = (0.50, 0.80, 0.90)
UNDERCHARGED_P: Final = (0.04, 0.12, 0.30)
OVERCHARGED_P: Final = (0.05, 0.15, 0.30)
WEAK_P: Final = (0.002, 0.005, 0.01)
SOUND_P: Final = (0.0005, 0.001, 0.002)


def assess(car: Car) -> Finding:
    """Return the finding for one event row."""
    if not math.isfinite(car["last_v"]):
        return abstain("no_voltage_measured")
    fault = _fault(car)
    if fault is None and car["minutes_n"] < 5.0 and car["trips_n"] == 0.0:
        return abstain("no_voltage_while_running")
    mean_v, slope_vpm = five_minutes(car)
    limits = reason("charging_limits", low_v=WEAK_V, high_v=HIGH_V)
    last = reason("last_voltage", volts=car["last_v"])
    if fault is not None:
        why, p, severity = fault
        ttt = _hours_left(mean_v, slope_vpm) if severity == 4 else (None, None, None)
        service = "mobile_mechanic"
        return Finding(bounded(p), (why, last, limits), 0.8, severity, service, *ttt)
    trips = float(car["weak_trips"]) + float(car["trip_weak"])
    first = reason("charges_weakly", trips=trips, limit_v=WEAK_V) if trips else reason("charges")
    p = WEAK_P if trips else SOUND_P
    return Finding(bounded(p), (first, last, limits), 0.8 if car["rpm_s"] > 0.0 else 0.6, 0, "mobile_mechanic")


def _fault(car: Car) -> tuple[Reason, tuple[float, ...], int] | None:
    """Return why the battery is not being charged, or overcharged, with probability and severity."""
    mean_v, slope_vpm = five_minutes(car)
    trips = float(car["weak_trips"]) + float(car["trip_weak"])
    if car["dead_s"] >= DEAD_S:
        dead = reason("not_charging", volts=car["last_v"], minutes=car["dead_s"] / 60.0)
        return dead, NOT_CHARGING_P, 4
    if mean_v < SAG_V and slope_vpm < SAG_VPM:
        return reason("voltage_sagging", volts=mean_v, mv_min=-1000.0 * slope_vpm), NOT_CHARGING_P, 4
    if car["high_s"] >= HIGH_S:
        limit = high_limit_v(float(car["ambient_degc"]))
        return reason("overcharged", limit_v=limit, minutes=car["high_s"] / 60.0), OVERCHARGED_P, 3
    if trips >= WEAK_TRIPS:
        return reason("undercharged", trips=trips, limit_v=WEAK_V), UNDERCHARGED_P, 2
    return None


def five_minutes(car: Car) -> tuple[float, float]:
    """Return the median of the last five minute means (V) and their slope (V/min); infinite before there are five."""
    count = int(car["minutes_n"])
    if count < 5:
        return math.inf, math.inf
    minutes = [float(car["minutes_v"][(count + k) % 5]) for k in range(5)]
    return sorted(minutes)[2], (minutes[-1] - minutes[0]) / 4.0


def _hours_left(mean_v: float, slope_vpm: float) -> tuple[float | None, float | None, float | None]:
    """Return the hours until the engine control gives up, half and twice as long; None without a fall."""
    if not math.isfinite(mean_v) or slope_vpm >= SAG_VPM:
        return None, None, None
    hours = max(0.0, mean_v - STALL_V) / -slope_vpm / 60.0
    return round(hours, 2), round(0.5 * hours, 2), round(2.0 * hours, 2)
