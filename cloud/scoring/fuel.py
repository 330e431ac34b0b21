"""Fuel: will it reach the next station? Range from level and measured consumption, against the distance.

P(reach) = Phi((range - distance) / sigma), as for a traction battery; warn below 0.95. Uncalibrated.
"""

import math
from typing import Final

from cloud.scoring.finding import Car, Finding, abstain, bounded, phi
from cloud.scoring.layout import KNOWS_STATION, KNOWS_TANK
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason

MODEL: Final = "fuel-1"

TYPICAL_L_KM: Final = 0.075
LEAST_CV: Final = 0.1
ASSUMED_CV: Final = 0.3
DISTANCE_CV: Final = 0.4
LEVEL_PCT: Final = 2.0  # one sigma of a float
STRANDED_SHARE: Final = (0.45, 0.55, 0.60)  # of those who would not reach a station: most do refuel in time
BAD_N: Final = 3.0
MOVED_S: Final = 3600.0


def assess(car: Car) -> Finding:
    """Return the finding for one event row."""
    pct = float(car["fuel_pct"])
    if not math.isfinite(pct):
        return abstain("no_fuel_level")
    if car["fuel_bad_n"] >= BAD_N:
        return abstain("fuel_level_implausible")
    measured = car["fuel_learned_km"] > 0.0
    pct_km = float(car["fuel_pct_km"]) if measured else 100.0 * TYPICAL_L_KM / float(car["tank_l"])
    pct_km = max(pct_km, 1e-3)
    cv = max(math.sqrt(max(float(car["fuel_var"]), 0.0)) / pct_km, LEAST_CV) if measured else ASSUMED_CV
    range_km, station_km = pct / pct_km, float(car["station_km"])
    sigma = math.sqrt((range_km * cv) ** 2 + (station_km * DISTANCE_CV) ** 2 + (LEVEL_PCT / pct_km) ** 2)
    reach = phi((range_km - station_km) / sigma)
    hours = _hours_left(car, pct)
    doubt = min(0.9, 2.0 * math.hypot(cv, LEVEL_PCT / max(pct, LEVEL_PCT)))
    return Finding(
        p=bounded(tuple(share * (1.0 - reach) for share in STRANDED_SHARE)),
        reasons=_reasons(car, pct, range_km, reach, pct_km, measured, hours),
        quality=_quality(car, measured),
        severity=4 if reach < 0.5 else 3 if reach < 0.8 else 2 if reach < 0.95 else 0,
        service="fuel_delivery",
        ttt_h=hours,
        ttt_low_h=None if hours is None else round(hours * (1.0 - doubt), 2),
        ttt_high_h=None if hours is None else round(hours * (1.0 + doubt), 2),
    )


def _hours_left(car: Car, pct: float) -> float | None:
    """Return hours until empty at the present rate, None when the car stands or has shown none."""
    if not math.isfinite(car["fuel_pct_h"]) or car["fuel_s"] - car["moved_s"] > MOVED_S:
        return None
    return round(pct / float(car["fuel_pct_h"]), 2)


def _quality(car: Car, measured: bool) -> float:
    known = int(car["known"])
    quality = 0.8 if measured else 0.5 if known & KNOWS_TANK else 0.4
    return round(quality + (0.1 if known & KNOWS_STATION else 0.0), 2)


def _reasons(
    car: Car, pct: float, range_km: float, reach: float, pct_km: float, measured: bool, hours: float | None
) -> tuple[Reason, ...]:
    first = reason("fuel_left", pct=pct, range_km=range_km)
    second = reason("station_distance", station_km=car["station_km"], reach_pct=100.0 * reach)
    if hours is not None:
        third = reason("fuel_empty_in", pct_h=car["fuel_pct_h"], hours=hours)
    elif measured:
        third = reason("fuel_consumption", pct_100km=100.0 * pct_km, learned_km=car["fuel_learned_km"])
    else:
        third = reason("fuel_assumed", pct_100km=100.0 * pct_km)
    return first, second, third
