"""What really happened: one row for each excursion of one cause on one vehicle."""

import math
from dataclasses import dataclass
from typing import Final

from firmware_sim.fleet.arrays import DAY_S

SERVICES: Final = {
    "low_voltage_battery": "battery_exchange",
    "tyre": "tyre_change",
    "traction_battery": "mobile_charge",
    "traction_cells": "flatbed_tow",
    "dtc": "tow",
    "charging_system": "tow",
    "coolant": "tow",
    "oil": "tow",
    "fuel": "fuel_delivery",
    "charging": "mobile_charge",
}


@dataclass
class Event:
    """One excursion, in seconds since the first midnight; NaN where it did not happen."""

    cause: str
    onset_s: float
    numbers: dict[str, float | str]
    service: str = ""
    breakdown_s: float = math.nan
    treated_s: float = math.nan

    def __post_init__(self) -> None:
        """Take the cause's usual service where none is told."""
        self.service = self.service or SERVICES[self.cause]

    @property
    def is_open(self) -> bool:
        """Whether it has neither broken down nor been treated."""
        return math.isnan(self.breakdown_s) and math.isnan(self.treated_s)


def within(events: list[Event], days: int) -> list[Event]:
    """Return `events` as the window of `days` shows them: what lies beyond its end has not happened."""
    end_s = days * DAY_S
    kept = sorted((event for event in events if event.onset_s < end_s), key=lambda event: (event.onset_s, event.cause))
    for event in kept:
        event.breakdown_s = event.breakdown_s if event.breakdown_s < end_s else math.nan
        event.treated_s = event.treated_s if event.treated_s < end_s else math.nan
    return kept
