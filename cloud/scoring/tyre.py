"""Tyres: is one leaking, and when will it be flat? From the wheel filters of `track` and the latest readings.

Flat is 75 % of the placard, cold (FMVSS 138). p is the filter's own forecast once a leak is confirmed in two windows
running; before that only how far the level lies from flat counts. Uncalibrated.
"""

import math
from typing import Any, Final, NamedTuple

from cloud.scoring.absorb import LOW_SHARE
from cloud.scoring.finding import Car, Finding, abstain, bounded, phi
from cloud.scoring.lanes import READING_VAR, SLOPE_WINDOWS
from cloud.scoring.layout import (
    BIT_LEAK,
    BIT_RELATIVE,
    BIT_WINDOWS,
    BITS_AS_U32,
    KNOWS_PLACARD,
    LEVEL,
    P_BOTH,
    P_LEVEL,
    P_SLOPE,
    SLOPE,
    WHEELS,
)
from cloud.scoring.reasons import reason
from cloud.scoring.types import HORIZONS_H, Reason

MODEL: Final = "tyre-1"
WHEEL_ZH: Final = ("左前", "右前", "左后", "右后")
WHEEL_EN: Final = ("front left", "front right", "rear left", "rear right")
FLAT_NOW_P: Final = (0.90, 0.97, 0.99)
FLAT_READINGS: Final = 2
FAST_WINDOWS: Final = 2
REFERENCE_DEGC: Final = 20.0


class Wheel(NamedTuple):
    """One wheel: cold pressure (kPa), its slope (kPa/day) with covariance, whether it leaks, its low readings."""

    number: int
    kpa: float
    slope: float
    p_level: float
    p_both: float
    p_slope: float
    leaks: bool
    low_n: int


def assess(car: Car, hot: Any, hot32: Any) -> Finding:
    """Return the finding for one event row and the float32 and uint32 views of its hot row."""
    if car["tyre_n"] == 0.0:
        return abstain("no_tyre_pressure")
    bits = int(hot32[BITS_AS_U32])
    windows = bits >> BIT_WINDOWS
    relative = bool(bits >> BIT_RELATIVE & 1)
    flat = LOW_SHARE * float(car["placard_kpa"])
    wheels = [wheel for number in range(WHEELS) if (wheel := _wheel(car, hot, bits, number)) is not None]
    judged = [(_probability(wheel, flat), wheel) for wheel in wheels]
    p, worst = max(judged, key=lambda one: (one[0][0] + one[0][-1], -one[1].number))
    ttt = _time_to_flat(worst, flat)
    return Finding(
        p=bounded(p),
        reasons=_reasons(car, worst, flat, ttt, windows, relative),
        quality=_quality(car, windows, relative),
        severity=_severity(worst, p, ttt[0]),
        service="tyre_change",
        ttt_h=ttt[0],
        ttt_low_h=ttt[1],
        ttt_high_h=ttt[2],
    )


def _wheel(car: Car, hot: Any, bits: int, number: int) -> Wheel | None:
    """Return what is known of a wheel, None when it was never read."""
    reading = float(car["tyre_kpa"][number])
    if not math.isfinite(reading):
        return None
    low_n = int(car["tyre_low_n"][number])
    level = float(hot[LEVEL + number])
    if not math.isfinite(level):
        level = reading
    elif bits >> BIT_RELATIVE & 1:
        level += float(car["median_kpa"])
    if car["fast_n"][number] >= FAST_WINDOWS:
        slope, sd = float(car["fast_kpa_d"][number]), float(car["fast_sd"][number])
        return Wheel(number, min(reading, level), slope, float(READING_VAR), 0.0, sd * sd, True, low_n)
    leaks = bool(bits >> (BIT_LEAK + number) & 1)
    slope, p_level, p_both, p_slope = (float(hot[word + number]) for word in (SLOPE, P_LEVEL, P_BOTH, P_SLOPE))
    return Wheel(number, level if leaks else reading, slope, p_level, p_both, p_slope, leaks, low_n)


def _probability(wheel: Wheel, flat: float) -> tuple[float, ...]:
    if wheel.low_n >= FLAT_READINGS:
        return FLAT_NOW_P
    forecast = []
    for hours in HORIZONS_H:
        days = hours / 24.0 if wheel.leaks else 0.0
        variance = wheel.p_level + days * (2.0 * wheel.p_both + days * wheel.p_slope) + float(READING_VAR)
        ahead = wheel.kpa + days * min(wheel.slope, 0.0)
        forecast.append(phi((flat - ahead) / math.sqrt(max(variance, 1.0))))
    return tuple(forecast)


def _time_to_flat(wheel: Wheel, flat: float) -> tuple[float | None, float | None, float | None]:
    """Return hours until flat with a two-sigma interval, once a leak is confirmed; 0 when it is flat already."""
    if wheel.low_n >= FLAT_READINGS:
        return 0.0, 0.0, 0.0
    if not wheel.leaks or wheel.slope >= 0.0:
        return None, None, None
    room, sd = max(0.0, wheel.kpa - flat), math.sqrt(max(wheel.p_slope, 0.0))
    slack = 2.0 * math.sqrt(max(wheel.p_level, 0.0))
    slowest = min(wheel.slope + 2.0 * sd, -1.0 / 7.0)
    low = max(0.0, room - slack) / (2.0 * sd - wheel.slope)
    return round(24.0 * room / -wheel.slope, 2), round(24.0 * low, 2), round(24.0 * (room + slack) / -slowest, 2)


def _severity(wheel: Wheel, p: tuple[float, ...], ttt_h: float | None) -> int:
    if wheel.low_n >= FLAT_READINGS or (ttt_h is not None and ttt_h < 12.0):
        return 4
    if ttt_h is not None and ttt_h < 72.0:
        return 3
    return 2 if wheel.leaks or p[-1] >= 0.1 else 0


def _quality(car: Car, windows: int, relative: bool) -> float:
    quality = 0.7 if relative else 1.0
    if windows < int(SLOPE_WINDOWS) and not (car["fast_n"] >= FAST_WINDOWS).any():
        quality -= 0.4
    return round(quality - (0.0 if int(car["known"]) & KNOWS_PLACARD else 0.2), 2)


def _reasons(
    car: Car,
    wheel: Wheel,
    flat: float,
    ttt: tuple[float | None, float | None, float | None],
    windows: int,
    relative: bool,
) -> tuple[Reason, ...]:
    name = {"wheel_zh": WHEEL_ZH[wheel.number], "wheel_en": WHEEL_EN[wheel.number]}
    placard = float(car["placard_kpa"])
    first = reason("pressure", kpa=wheel.kpa, placard_kpa=placard, share_pct=100.0 * wheel.kpa / placard, **name)
    if relative:
        basis = reason("tyre_relative", median_kpa=car["median_kpa"])
    else:
        basis = reason("tyre_compensated", degc=REFERENCE_DEGC)
    if wheel.low_n >= FLAT_READINGS:
        return first, reason("flat_now", readings=wheel.low_n, flat_kpa=flat), basis
    if ttt[0] is not None and ttt[1] is not None and ttt[2] is not None:
        when = reason("time_to_flat", hours=ttt[0], low_h=ttt[1], high_h=ttt[2], flat_kpa=flat)
        return first, reason("leak", kpa_d=-wheel.slope, sd_kpa_d=math.sqrt(max(wheel.p_slope, 0.0)), **name), when
    if windows < int(SLOPE_WINDOWS):
        return first, reason("leak_too_early", windows=windows), basis
    return first, reason("no_leak", kpa_d=wheel.slope, **name), basis
