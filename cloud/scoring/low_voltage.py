"""12 V battery: will the car start? From rest voltage, drain while parked, cranking and charge since.

The tables are uncalibrated starting points (see docs/adr/0042): a logit in rest voltage set by the precision of fixed
rules in simulation (12.2 V: 18 %, 12.0 V: 53 % within 7 days), and the filter's own forecast for a drain.
"""

import math
from itertools import pairwise
from typing import Final

from cloud.scoring.cranking import KNOWN_STARTS, SLOW_S
from cloud.scoring.finding import Car, Finding, abstain, bounded, either, logistic, phi, spread
from cloud.scoring.layout import REST
from cloud.scoring.reasons import reason
from cloud.scoring.types import HORIZONS_H, Reason
from cloud.scoring.voltage import FULL_REST_H, SURFACE_H, SURFACE_V

MODEL: Final = "low-voltage-3"

# BCI open-circuit voltage at 26.7 degC against percent of charge.
OCV: Final = ((11.89, 0.0), (12.06, 25.0), (12.24, 50.0), (12.45, 75.0), (12.65, 100.0))
# Charge below which a start fails, by temperature.
LEAST_SOC: Final = ((-15.0, 60.0), (0.0, 45.0), (20.0, 30.0))
ASSUMED_DEGC: Final = 20.0

LOGIT_AT_12V: Final = -0.2
LOGIT_PER_V: Final = -9.6
LOGIT_PER_CHARGED_H: Final = -1.0
CHARGED_H: Final = 2.0
WAKE_LOAD_V: Final = 0.10  # ignition loads pull a first reading below rest
CRANK_STARTS: Final = 3
CRANK_V: Final = 9.0
LOGIT_PER_CRANK_V: Final = 1.5
POLLED_SHARE: Final = 0.4
LOGIT_PER_SLOW: Final = 0.4
MOST_SLOW: Final = 4.0
RHO_SHARE: Final = 1.25  # of its own past: from there a growing resistance counts
LOGIT_PER_RHO: Final = 3.0
# How far the air may be off at the start that counts: a forecast knows, today's air is a guess, none is a wide one.
FORECAST_K: Final = 2.0
AMBIENT_K: Final = 6.0
UNKNOWN_K: Final = 10.0
REPLACED_S: Final = 14.0 * 86_400.0

DRAIN_READINGS: Final = 6
DRAIN_SIGMAS: Final = 3.0
DRAIN_VPH: Final = -0.005
SURFACE_DOUBT: Final = 0.6  # how wrong the rest correction's own slope may be, as a share of it


def piecewise(x: float, table: tuple[tuple[float, float], ...]) -> float:
    """Return the table's value at `x`, straight between its rows and flat beyond its ends."""
    if x <= table[0][0]:
        return table[0][1]
    for (x0, y0), (x1, y1) in pairwise(table):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return table[-1][1]


_VOLTS: Final = tuple((pct, volts) for volts, pct in OCV)


def limit_v(degc: float) -> float:
    """Return the rest voltage below which a start fails at `degc`."""
    return piecewise(piecewise(degc, LEAST_SOC), _VOLTS)


def assess(car: Car) -> Finding:
    """Return the finding for one event row."""
    if not math.isfinite(car["last_v"]):
        return abstain("no_voltage_measured")
    if not math.isfinite(car["rest_v"]):
        return abstain("no_rest_reading")
    degc, doubt_k = _air(car)
    limit = limit_v(degc)
    # Cold harms more than warmth helps, so not knowing the air raises the risk.
    colder, warmer = _hazard(car, limit_v(degc - doubt_k)), _hazard(car, limit_v(degc + doubt_k))
    p = spread(0.25 * colder + 0.5 * _hazard(car, limit) + 0.25 * warmer)
    watched = car["wake_only"] == 0.0 and car["phase"] == REST and car["filter_n"] > 0.0
    slope_sd = _slope_sd(car) if watched else math.inf
    drains = watched and _drains(car, slope_sd)
    if drains:
        p = either(p, _drain_forecast(car, limit, slope_sd))
    p = bounded(p)
    ttt = _time_to_limit(car, limit, slope_sd) if drains else (None, None, None)
    return Finding(
        p=p,
        reasons=_reasons(car, degc, limit, watched, drains, ttt),
        quality=_quality(car),
        severity=_severity(p),
        service="battery_exchange" if _cranks_badly(car) else "jump_start",
        ttt_h=ttt[0],
        ttt_low_h=ttt[1],
        ttt_high_h=ttt[2],
    )


def _air(car: Car) -> tuple[float, float]:
    """Return the air temperature of the coldest start to come and its doubt, from the best that is known."""
    if car["volts_s"] <= car["forecast_until_s"] and math.isfinite(car["forecast_degc"]):
        return float(car["forecast_degc"]), FORECAST_K
    if math.isfinite(car["ambient_degc"]):
        return float(car["ambient_degc"]), AMBIENT_K
    return ASSUMED_DEGC, UNKNOWN_K


def _slow(car: Car) -> float:
    """Return how many of the last fortnight's starts were hard work, faded to the newest sample."""
    if car["slow_n"] == 0.0:
        return 0.0
    return float(car["slow_n"]) * math.exp(-(float(car["volts_s"]) - float(car["slow_s"])) / SLOW_S)


def _hazard(car: Car, limit: float) -> float:
    """Return the probability of a failed start within a week from rest voltage, cranking and charge since."""
    volts = float(car["rest_v"]) + (WAKE_LOAD_V if car["wake_only"] > 0.0 else 0.0)
    volts -= limit - limit_v(ASSUMED_DEGC)
    logit = LOGIT_AT_12V + LOGIT_PER_V * (volts - 12.0)
    logit += LOGIT_PER_CHARGED_H * min(float(car["charged_h"]), CHARGED_H)
    if car["crank_n"] >= CRANK_STARTS:
        share = POLLED_SHARE if car["crank_polled"] > 0.0 else 1.0
        logit += share * LOGIT_PER_CRANK_V * max(0.0, CRANK_V - float(car["crank_ewma_v"]))
    logit += LOGIT_PER_SLOW * min(_slow(car), MOST_SLOW)
    if car["rho_n"] > KNOWN_STARTS:
        share = POLLED_SHARE if car["rho_polled"] > 0.0 else 1.0
        logit += share * LOGIT_PER_RHO * max(0.0, float(car["rho"]) / float(car["rho_base"]) - RHO_SHARE)
    return logistic(logit)


def _slope_sd(car: Car) -> float:
    """Return one sigma of the drain, V/h: the filter's, and what the rest correction may have got wrong."""
    surface = SURFACE_DOUBT * SURFACE_V * math.exp(-float(car["rest_h"]) / SURFACE_H) / SURFACE_H
    return math.hypot(math.sqrt(max(float(car["p_slope"]), 0.0)), surface)


def _drains(car: Car, slope_sd: float) -> bool:
    slope = float(car["slope_vph"])
    return bool(car["filter_n"] >= DRAIN_READINGS and slope < DRAIN_VPH and slope + DRAIN_SIGMAS * slope_sd < 0.0)


def _drain_forecast(car: Car, limit: float, slope_sd: float) -> tuple[float, ...]:
    level, slope = float(car["level_v"]), float(car["slope_vph"])
    p_level, p_both = float(car["p_level"]), float(car["p_both"])
    return tuple(
        phi((limit - level - slope * h) / math.sqrt(max(p_level + 2.0 * h * p_both + (h * slope_sd) ** 2, 1e-9)))
        for h in HORIZONS_H
    )


def _time_to_limit(car: Car, limit: float, slope_sd: float) -> tuple[float, float, float]:
    """Return the hours until `limit` and a two-sigma interval; the caller has seen that the slope is surely falling."""
    room, slope = max(0.0, float(car["level_v"]) - limit), float(car["slope_vph"])
    slack = 2.0 * math.sqrt(max(float(car["p_level"]), 0.0))
    soonest = max(0.0, room - slack) / (2.0 * slope_sd - slope)
    latest = (room + slack) / (-slope - 2.0 * slope_sd)
    return round(room / -slope, 2), round(soonest, 2), round(latest, 2)


def _cranks_badly(car: Car) -> bool:
    return bool(car["crank_n"] >= CRANK_STARTS and car["crank_ewma_v"] < CRANK_V - 1.0)


def _quality(car: Car) -> float:
    if car["wake_only"] > 0.0:
        return 0.4
    return 1.0 if car["rest_h"] >= FULL_REST_H else 0.6


def _severity(p: tuple[float, ...]) -> int:
    day, three, week = p
    return 4 if day >= 0.5 else 3 if three >= 0.3 else 2 if week >= 0.1 else 1 if week >= 0.03 else 0


def _reasons(
    car: Car,
    degc: float,
    limit: float,
    watched: bool,
    drains: bool,
    ttt: tuple[float | None, float | None, float | None],
) -> tuple[Reason, ...]:
    volts, rest_h = float(car["rest_v"]), float(car["rest_h"])
    if car["wake_only"] > 0.0:
        first = reason("wake_voltage", volts=volts, rest_h=rest_h)
        return first, reason("drain_not_watched"), _crank_reason(car)
    soc = piecewise(volts, OCV)
    first = reason("resting_voltage", volts=volts, rest_h=rest_h, soc_pct=soc)
    slope = float(car["slope_vph"])
    if drains and ttt[0] is not None and ttt[1] is not None and ttt[2] is not None:
        pct_h = soc - piecewise(volts + slope, OCV)
        drain = reason("parking_drain", mv_h=-1000.0 * slope, pct_h=pct_h)
        when = reason("time_to_no_start", hours=ttt[0], low_h=ttt[1], high_h=ttt[2], limit_v=limit)
        return first, drain, when
    if watched and rest_h >= FULL_REST_H:
        second = reason("no_drain", rest_h=rest_h, mv_h=-1000.0 * slope)
    else:
        second = reason("drain_too_early", rest_h=rest_h)
    if car["volts_s"] <= car["forecast_until_s"]:
        third = reason("start_limit_forecast", degc=degc, limit_v=limit)
    elif car["crank_n"] > 0.0:
        third = _crank_reason(car)
    else:
        third = reason("start_limit", degc=degc, limit_v=limit)
    return first, second, third


def _crank_reason(car: Car) -> Reason:
    if car["volts_s"] - car["replaced_s"] < REPLACED_S:
        days = (float(car["volts_s"]) - float(car["replaced_s"])) / 86_400.0
        return reason("battery_replaced", days=days, step_v=car["replaced_v"])
    if _slow(car) >= 1.0:
        return reason("slow_starts", starts=_slow(car), rho_pct=100.0 * float(car["rho"]))
    if car["crank_n"] == 0.0:
        return reason("crank_unknown")
    code = "crank_polled" if car["crank_polled"] > 0.0 else "crank_measured"
    return reason(code, starts=car["crank_n"], volts=car["crank_ewma_v"])
