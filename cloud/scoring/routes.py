"""Which group a sample belongs to, and who takes the rarer ones."""

from typing import Any

from cloud.scoring import oil, pile, tank, traction, voltage
from cloud.scoring.kernels import kernel
from cloud.scoring.layout import (
    CABLE,
    CAPTURED,
    CHARGING,
    COOLANT_T,
    CRANK_V,
    FUEL_PCT,
    GROUP_COOLANT,
    GROUP_FUEL,
    GROUP_OIL,
    GROUP_PILE,
    GROUP_TRACTION,
    GROUP_TYRES,
    GROUP_VOLTS,
    ODOMETER,
    OIL_P,
    PILE_FAULT,
    POWER,
    SESSION,
    SOC_OBD,
    SOH,
    SPEED,
    TYRE_P,
    TYRE_T,
    WHEELS,
)

_take_crank = voltage.take_crank
_take_oil = oil.take_oil
_take_fuel = tank.take_fuel
_take_cable = pile.take_cable
_take_session = pile.take_session
_take_fault = pile.take_fault
_take_charging = pile.take_charging
_take_power = pile.take_power
_take_energy = traction.take_energy


@kernel
def group_of(code: int) -> int:
    """Return the watermark group of a sample code."""
    if code >= TYRE_T and code < TYRE_P + WHEELS:
        return GROUP_TYRES
    if (code >= SOH and code <= SOC_OBD) or code in (ODOMETER, SPEED, CHARGING) or (code >= CABLE and code <= POWER):
        return GROUP_TRACTION
    if code in (COOLANT_T, OIL_P, FUEL_PCT):
        return GROUP_COOLANT
    return GROUP_VOLTS


@kernel
def take_event(car: Any, t: float, code: int, value: float) -> int:
    """Take a sample of oil, fuel or charging; return the group whose cause it speaks of."""
    if code == OIL_P:
        _take_oil(car, t, value)
        return GROUP_OIL
    if code == FUEL_PCT:
        _take_fuel(car, t, value)
        return GROUP_FUEL
    if code == CAPTURED:
        car.captured = value
        return 0
    if code == CRANK_V:
        _take_crank(car, t, value)
        return GROUP_VOLTS
    if code == CHARGING:
        car.charging = value
        _take_charging(car, t, value)
    elif code == CABLE:
        _take_cable(car, t, value)
    elif code == SESSION:
        _take_session(car, t, value)
    elif code == PILE_FAULT:
        _take_fault(car, t, value)
    else:
        _take_power(car, t, value)
        _take_energy(car, t, value)
        return GROUP_PILE if car.try_s == car.try_s else 0
    return GROUP_PILE


@kernel
def note_time(car: Any, group: int, t: float) -> None:
    """Move the watermark of `group`."""
    if group == GROUP_VOLTS:
        car.volts_s = t
    elif group == GROUP_TYRES:
        car.tyres_s = t
    elif group == GROUP_TRACTION:
        car.traction_s = t
    else:
        car.engine_s = t
