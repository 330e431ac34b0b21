"""Charging at the pile: a session that was started and does not deliver, was broken off twice, or a charger's code.

What it comes to depends on the charge that is left: who can reach another pile is annoyed, who cannot is stranded.
"""

import math
from typing import Final

from cloud.scoring import charge
from cloud.scoring.dtc import worst_charging
from cloud.scoring.finding import Car, Finding, abstain, bounded
from cloud.scoring.layout import Rows
from cloud.scoring.pile import BROKEN_S
from cloud.scoring.reasons import reason
from cloud.scoring.types import Reason

MODEL: Final = "charging-1"

IDLE_S: Final = 300.0
FULL_PCT: Final = 90.0
TWICE: Final = 2.0
CAR_SIDE: Final = frozenset({1, 2, 6})  # no pile and no van can charge what will not be charged
FAULT_ZH: Final = ("无", "车载充电机", "充电口或锁", "充电桩", "车桩通信", "过热", "绝缘")
FAULT_EN: Final = (
    "nothing",
    "the car's charger",
    "port or lock",
    "the pile",
    "car and pile talking",
    "heat",
    "insulation",
)

SOUND: Final = 0.0
IDLE: Final = 0.5  # how sure it is that this car will not be charged without help
BROKEN_ONCE: Final = 0.2
FAILS: Final = 0.8
LEAST_NEED: Final = 0.15  # a driver at a pile wants the charge, whatever the distance to the next one
SOUND_P: Final = (0.001, 0.002, 0.004)
SHARE: Final = (0.90, 0.95, 0.98)


def assess(car: Car, codes: Rows) -> Finding:
    """Return the finding for one event row and its vehicle's codes (DTC_SLOTS,)."""
    code = worst_charging(codes)
    seen = math.isfinite(car["pile_s"])
    if not seen and code is None:
        return abstain("no_charging_session")
    idle_s = _idle_s(car)
    broken = float(car["broken_n"]) if seen and car["pile_s"] - car["broken_s"] < BROKEN_S else 0.0
    fault = int(car["pile_fault"])
    sure = SOUND
    if broken >= TWICE or (code is not None and code.severity >= 3) or (fault > 0 and broken > 0.0):
        sure = FAILS
    elif idle_s >= IDLE_S:
        sure = IDLE
    elif broken > 0.0 or fault > 0:
        sure = BROKEN_ONCE
    reach = charge.reach_of(car)
    need = max(LEAST_NEED, 1.0 - reach) if math.isfinite(reach) else 0.5
    p = SOUND_P if sure == SOUND else tuple(share * sure * need for share in SHARE)
    car_side = code is not None or fault in CAR_SIDE
    return Finding(
        p=bounded(p),
        reasons=_reasons(car, idle_s, broken, fault, None if code is None else (code.ecu, code.code), reach),
        quality=0.8 if seen and math.isfinite(reach) else 0.5,
        severity=_severity(sure, need),
        service="flatbed_tow" if car_side and sure >= FAILS else "mobile_charge",
        ttt_h=None,
    )


def _idle_s(car: Car) -> float:
    """Return for how long a session has asked for current and got none, 0 when it did or its battery is full."""
    if not math.isfinite(car["try_s"]) or car["soc_pct"] >= FULL_PCT or car["flowed_s"] > 0.0:
        return 0.0
    return float(car["pile_s"]) - float(car["try_s"])


def _severity(sure: float, need: float) -> int:
    if sure == SOUND:
        return 0
    if sure < IDLE:
        return 1
    return 4 if sure >= FAILS and need >= 0.5 else 3 if sure >= FAILS else 2


def _reasons(
    car: Car, idle_s: float, broken: float, fault: int, code: tuple[str, str] | None, reach: float
) -> tuple[Reason, ...]:
    if idle_s >= IDLE_S:
        first = reason("pile_idle", minutes=idle_s / 60.0)
    elif broken > 0.0:
        first = reason("pile_broken", times=broken)
    elif code is not None:
        first = reason("pile_code", ecu=code[0], code=code[1])
    else:
        first = reason("pile_flows", minutes=float(car["flowed_s"]) / 60.0)
    if fault > 0:
        second = reason("pile_fault", what_zh=FAULT_ZH[fault], what_en=FAULT_EN[fault])
    elif code is not None and first.code != "pile_code":
        second = reason("pile_code", ecu=code[0], code=code[1])
    else:
        second = reason("pile_no_fault")
    if math.isfinite(reach):
        third = reason(
            "other_pile", soc_pct=car["soc_pct"], charger_km=charge.charger_km_of(car), reach_pct=100.0 * reach
        )
    else:
        third = reason("charge_unknown")
    return first, second, third
