"""Cooling system: will the engine overheat? From the temperature it is held at, its rise, and coolant that is missing.

Limits are those that makers warn and stop at: 121 degC, or 118 and rising. The probabilities are an uncalibrated table.
"""

import math
from typing import Final

from cloud.scoring.coolant import HIGH_K, RISING_DEGC, STOP_DEGC
from cloud.scoring.finding import Car, Finding, abstain, bounded
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason

MODEL: Final = "coolant-1"

SOON_DEGC: Final = 108.0
SOON_S: Final = 240.0
LOST_S: Final = 1800.0
HIGH_S: Final = 120.0
LEARNED_H: Final = 0.5
BAD_N: Final = 3.0
SIGMAS: Final = 2.0

SOUND_P: Final = (0.0005, 0.001, 0.002)
UNLEARNED_P: Final = (0.001, 0.002, 0.004)
HIGH_P: Final = (0.03, 0.06, 0.12)
LOST_P: Final = (0.40, 0.45, 0.50)
SOON_P: Final = (0.50, 0.55, 0.60)
HOT_P: Final = (0.90, 0.92, 0.95)


def assess(car: Car) -> Finding:
    """Return the finding for one event row."""
    if not math.isfinite(car["coolant_s"]):
        return abstain("no_coolant_temperature")
    doubted = car["coolant_bad_n"] >= BAD_N
    if not math.isfinite(car["coolant_degc"]) or (doubted and car["coolant_s"] - car["coolant_ok_s"] > SOON_S):
        return abstain("coolant_temperature_implausible")
    ttt = _minutes_left(car)
    learned = car["thermostat_h"] >= LEARNED_H
    if car["overheated"] > 0.0:
        p, severity = HOT_P, 5
    elif car["coolant_s"] - car["coolant_lost_s"] < LOST_S:
        p, severity = LOST_P, 4
    elif ttt is not None and car["coolant_degc"] > SOON_DEGC and ttt[0] * 60.0 < SOON_S:
        p, severity = SOON_P, 4
    elif car["coolant_high_s"] >= HIGH_S and learned:
        p, severity = HIGH_P, 2
    else:
        p, severity = (SOUND_P if learned else UNLEARNED_P), 0
    hours = (None, None, None) if ttt is None else tuple(round(minutes / 60.0, 3) for minutes in ttt)
    return Finding(
        p=bounded(p),
        reasons=_reasons(car, ttt, learned),
        quality=(0.9 if learned else 0.6) - (0.3 if doubted else 0.0),
        severity=severity,
        service="tow" if severity >= 4 else "mobile_mechanic",
        ttt_h=hours[0],
        ttt_low_h=hours[1],
        ttt_high_h=hours[2],
    )


def _minutes_left(car: Car) -> tuple[float, float, float] | None:
    """Return the minutes until 121 degC and their interval, None while it does not surely rise above its usual."""
    slope, sd, degc = float(car["coolant_slope"]), float(car["coolant_slope_sd"]), float(car["coolant_degc"])
    held = float(car["thermostat_degc"]) if car["thermostat_h"] > 0.0 else SOON_DEGC - HIGH_K
    room = STOP_DEGC - degc
    if room <= 0.0 or degc <= held + HIGH_K or not slope > SIGMAS * sd:
        return None
    return room / slope / 60.0, room / (slope + SIGMAS * sd) / 60.0, room / (slope - SIGMAS * sd) / 60.0


def _reasons(car: Car, ttt: tuple[float, float, float] | None, learned: bool) -> tuple[Reason, ...]:
    degc = float(car["coolant_degc"])
    if car["overheated"] > 0.0:
        first = reason("coolant_stop", degc=degc, limit_degc=STOP_DEGC, rising_degc=RISING_DEGC)
    elif car["coolant_s"] - car["coolant_lost_s"] < LOST_S:
        minutes = (float(car["coolant_s"]) - float(car["coolant_lost_s"])) / 60.0
        first = reason("coolant_lost", minutes=minutes, degc=degc)
    else:
        first = reason("coolant_now", degc=degc)
    if ttt is not None:
        second = reason("coolant_rises", minutes=ttt[0], low_min=ttt[1], high_min=ttt[2], limit_degc=STOP_DEGC)
    else:
        second = reason("coolant_trend", k_min=60.0 * float(car["coolant_slope"]))
    if car["coolant_bad_n"] > 0.0:
        third = reason("coolant_doubted", readings=car["coolant_bad_n"])
    elif learned:
        third = reason("thermostat", degc=car["thermostat_degc"], hours=car["thermostat_h"])
    else:
        third = reason("thermostat_unknown", hours=car["thermostat_h"])
    return first, second, third
