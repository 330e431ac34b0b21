"""What a car does through its day: phases of driving, idling, parking and charging, as offsets from its start."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from firmware_sim.physics.motion import STANDING, Traffic

HOUR_S: Final = 3_600.0


class Activity(StrEnum):
    """What a car does during one phase."""

    DRIVE = "drive"
    IDLE = "idle"
    PARK = "park"
    CHARGE = "charge"


@dataclass(frozen=True)
class Phase:
    """One stretch of the day; `power_kw` is the charger's, `refuel` fills the tank at the beginning."""

    activity: Activity
    hours: float
    traffic: Traffic = STANDING
    power_kw: float = 0.0
    refuel: bool = False


def drive(hours: float, mean_kmh: float, spread_kmh: float = 8.0) -> Phase:
    """Return a stretch of driving."""
    return Phase(Activity.DRIVE, hours, Traffic(mean_kmh, spread_kmh))


def idle(hours: float) -> Phase:
    """Return a stretch of standing with the ignition on."""
    return Phase(Activity.IDLE, hours)


def park(hours: float, *, refuel: bool = False) -> Phase:
    """Return a stretch of standing with the ignition off."""
    return Phase(Activity.PARK, hours, refuel=refuel)


def charge(hours: float, power_kw: float) -> Phase:
    """Return a stretch at a charger."""
    return Phase(Activity.CHARGE, hours, power_kw=power_kw)


@dataclass
class Day:
    """A plan that repeats, and what a rescue puts in front of it."""

    phases: tuple[Phase, ...]
    _detour: tuple[Phase, ...] = ()
    _detour_from_s: float = 0.0

    def phase_at(self, elapsed_s: float) -> Phase:
        """Return what the car does `elapsed_s` after its start."""
        since_s = elapsed_s - self._detour_from_s
        for phase in self._detour:
            if since_s < phase.hours * HOUR_S:
                return phase
            since_s -= phase.hours * HOUR_S
        rest_s = elapsed_s % sum(phase.hours * HOUR_S for phase in self.phases)
        for phase in self.phases:
            if rest_s < phase.hours * HOUR_S:
                return phase
            rest_s -= phase.hours * HOUR_S
        return self.phases[-1]

    def detour(self, phases: tuple[Phase, ...], elapsed_s: float) -> None:
        """Do `phases` first, from `elapsed_s` on, and then go on as planned."""
        self._detour, self._detour_from_s = phases, elapsed_s
