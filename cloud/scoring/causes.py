"""The causes of a breakdown: what news each waits for, its model, and what the model says of a vehicle."""

from typing import Final

import numpy as np

from cloud.scoring import (
    charge,
    charging,
    charging_system,
    cooling,
    dtc,
    fuel,
    low_voltage,
    oil,
    packs,
    traction_cells,
    tyre,
)
from cloud.scoring.finding import Finding
from cloud.scoring.layout import (
    GROUP_CELLS,
    GROUP_CHARGE,
    GROUP_CODES,
    GROUP_COOLANT,
    GROUP_FUEL,
    GROUP_OIL,
    GROUP_PILE,
    GROUP_TRACTION,
    GROUP_TYRES,
    GROUP_VOLTS,
)
from cloud.scoring.state import State
from cloud.scoring.types import Cause

GROUP_OF: Final[dict[Cause, int]] = {
    "low_voltage_battery": GROUP_VOLTS,
    "tyre": GROUP_TYRES,
    "traction_battery": GROUP_TRACTION,
    "dtc": GROUP_CODES,
    "traction_cells": GROUP_CELLS,
    "charging_system": GROUP_CHARGE,
    "coolant": GROUP_COOLANT,
    "oil": GROUP_OIL,
    "fuel": GROUP_FUEL,
    "charging": GROUP_PILE,
}
WATERMARK: Final = {
    GROUP_VOLTS: "volts_s",
    GROUP_CHARGE: "volts_s",
    GROUP_TYRES: "tyres_s",
    GROUP_TRACTION: "traction_s",
    GROUP_COOLANT: "coolant_s",
    GROUP_OIL: "oil_s",
    GROUP_FUEL: "fuel_s",
    GROUP_PILE: "pile_s",
}
MODEL_OF: Final[dict[Cause, str]] = {
    "low_voltage_battery": low_voltage.MODEL,
    "tyre": tyre.MODEL,
    "traction_battery": charge.MODEL,
    "dtc": dtc.MODEL,
    "traction_cells": traction_cells.MODEL,
    "charging_system": charging_system.MODEL,
    "coolant": cooling.MODEL,
    "oil": oil.MODEL,
    "fuel": fuel.MODEL,
    "charging": charging.MODEL,
}


def newest_ms(state: State, slot: int, group: int) -> int:
    """Return the time of the newest sample that a cause's group has taken."""
    if group == GROUP_CODES:
        return int(state.about["codes_ms"][slot])
    if group == GROUP_CELLS:
        return packs.newest_ms(state, slot)
    if group == GROUP_PILE and dtc.worst_charging(state.codes[slot]) is not None:
        return max(int(state.about["codes_ms"][slot]), _ms(state.cars[slot]["pile_s"]))
    return _ms(state.cars[slot][WATERMARK[group]])


def _ms(seconds: float) -> int:
    return round(seconds * 1000.0) if np.isfinite(seconds) else 0


def find(state: State, slot: int, cause: Cause) -> Finding:
    """Return what the model of `cause` says of the vehicle in `slot`."""
    car = state.cars[slot]
    match cause:
        case "low_voltage_battery":
            return low_voltage.assess(car)
        case "tyre":
            return tyre.assess(car, state.hot[slot], state.hot32[slot])
        case "traction_battery":
            return charge.assess(car)
        case "dtc":
            about = state.about[slot]
            return dtc.assess(state.codes[slot], int(about["asked"]), int(about["lamp"]), float(car["last_v"]))
        case "traction_cells":
            return packs.assess(state, slot)
        case "charging_system":
            return charging_system.assess(car)
        case "coolant":
            return cooling.assess(car)
        case "oil":
            return oil.assess(car)
        case "fuel":
            return fuel.assess(car)
        case "charging":
            return charging.assess(car, state.codes[slot])
