"""Traction battery: will it reach a charger? Range from charge and measured consumption, against the distance.

P(reach) = Phi((range - distance) / sigma); warn below 0.95, urgent below 0.8, send help below 0.5 with less than 8 %
and not charging. Uncalibrated.
"""

import math
from typing import Final

from cloud.scoring.finding import Car, Finding, abstain, bounded, phi
from cloud.scoring.layout import KNOWS_CHARGER, KNOWS_PACK
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason

MODEL: Final = "traction-charge-2"
TYPICAL_KWH_KM: Final = 0.18
LEAST_CV: Final = 0.09
ASSUMED_CV: Final = 0.25
DISTANCE_CV: Final = 0.3
LEAST_SIGMA_KM: Final = 0.1  # an empty car may stand at the charger
STRANDED_SHARE: Final = (0.90, 0.95, 0.98)  # of those who would not reach a charger, by horizon
CHARGING_SHARE: Final = 0.02
MOVED_S: Final = 3600.0
TREND_PCT_H: Final = 0.5
JUMPED_S: Final = 7.0 * 86_400.0
JUMPED_CV: Final = 1.5
DRIFT_PCT_D: Final = 1.0


def assess(car: Car) -> Finding:
    """Return the finding for one event row."""
    soc = float(car["soc_pct"])
    if not math.isfinite(soc):
        return abstain("no_state_of_charge")
    measured, pct_km, cv, range_km, reach = _outlook(car, soc)
    charger_km = charger_km_of(car)
    charging = bool(car["charging"] > 0.0)
    strand = (1.0 - reach) * (CHARGING_SHARE if charging else 1.0)
    hours = _hours_left(car, soc, charging)
    doubt = 2.0 * max(cv, 0.15)
    return Finding(
        p=bounded(tuple(share * strand for share in STRANDED_SHARE)),
        reasons=_reasons(car, soc, range_km, charger_km, reach, pct_km, measured, hours),
        quality=_quality(car, measured),
        severity=_severity(reach, soc, charging),
        service="mobile_charge",
        ttt_h=hours,
        ttt_low_h=None if hours is None else round(hours * (1.0 - doubt), 2),
        ttt_high_h=None if hours is None else round(hours * (1.0 + doubt), 2),
    )


def charger_km_of(car: Car) -> float:
    """Return how far a charger is: by a released position while that is fresh, else as the fleet's file has it."""
    return float(car["near_charger_km"] if car["soc_s"] <= car["near_until_s"] else car["charger_km"])


def reach_of(car: Car) -> float:
    """Return the probability that a charger is reached, NaN where no state of charge is known."""
    soc = float(car["soc_pct"])
    return _outlook(car, soc)[4] if math.isfinite(soc) else math.nan


def _jumped(car: Car) -> bool:
    return bool(math.isfinite(car["soc_jump_s"]) and car["soc_s"] - car["soc_jump_s"] < JUMPED_S)


def _soh(car: Car) -> float:
    """Return the pack's health as a share: what the car says, else what its charges have shown, else a new pack's."""
    if math.isfinite(car["soh_pct"]) and car["soh_pct"] > 0.0:
        return float(car["soh_pct"]) / 100.0
    known = int(car["known"]) & KNOWS_PACK and math.isfinite(car["soh_seen_pct"])
    return min(1.0, float(car["soh_seen_pct"]) / 100.0) if known else 1.0


def _outlook(car: Car, soc: float) -> tuple[bool, float, float, float, float]:
    """Return whether consumption was measured, it (percent per km) and its variation, range (km) and P(reach)."""
    measured = bool(car["learned_km"] > 0.0)
    soh = _soh(car)
    pct_km = float(car["pct_km"]) if measured else 100.0 * TYPICAL_KWH_KM / (float(car["pack_kwh"]) * soh)
    pct_km = max(pct_km, 1e-3)
    cv = max(math.sqrt(max(float(car["pct_km_var"]), 0.0)) / pct_km, LEAST_CV) if measured else ASSUMED_CV
    cv *= JUMPED_CV if _jumped(car) else 1.0
    range_km, charger_km = soc / pct_km, charger_km_of(car)
    sigma_km = max(math.hypot(range_km * cv, charger_km * DISTANCE_CV), LEAST_SIGMA_KM)
    reach = phi((range_km - charger_km) / sigma_km)
    return measured, pct_km, cv, range_km, reach


def _hours_left(car: Car, soc: float, charging: bool) -> float | None:
    """Return hours until empty at the present trend, None when the car stands, charges or has shown no trend."""
    if charging or car["pct_h_n"] == 0.0 or car["pct_h"] < TREND_PCT_H:
        return None
    if math.isfinite(car["moved_s"]) and car["soc_s"] - car["moved_s"] > MOVED_S:
        return None
    return round(soc / float(car["pct_h"]), 2)


def _severity(reach: float, soc: float, charging: bool) -> int:
    if charging:
        return 0
    if reach < 0.5 and soc < 8.0:
        return 4
    return 3 if reach < 0.8 else 2 if reach < 0.95 else 0


def _quality(car: Car, measured: bool) -> float:
    known = int(car["known"])
    quality = 0.9 if measured else (0.5 if known & KNOWS_PACK else 0.3)
    quality -= 0.2 if _jumped(car) else 0.0
    return round(quality + (0.1 if known & KNOWS_CHARGER else 0.0), 2)


def _reasons(
    car: Car,
    soc: float,
    range_km: float,
    charger_km: float,
    reach: float,
    pct_km: float,
    measured: bool,
    hours: float | None,
) -> tuple[Reason, ...]:
    first = reason("charge_left", soc_pct=soc, range_km=range_km)
    second = reason("charger_distance", charger_km=charger_km, reach_pct=100.0 * reach)
    if _jumped(car):
        third = reason("soc_jumped", pct=car["soc_jump_pct"])
    elif car["charging"] > 0.0:
        third = reason("is_charging")
    elif hours is not None:
        third = reason("empty_in", pct_h=car["pct_h"], hours=hours)
    elif car["drift_pct_d"] > DRIFT_PCT_D and car["soc_s"] - car["moved_s"] > MOVED_S:
        third = reason("parked_drift", pct_d=car["drift_pct_d"])
    elif measured:
        third = reason("consumption", pct_100km=100.0 * pct_km, learned_km=car["learned_km"])
    else:
        third = reason("consumption_assumed", pct_100km=100.0 * pct_km)
    return first, second, third
