"""What the car's low-voltage system is doing: off, resting, awake, cranking, driving or charging. Pure.

Only at rest is a battery's voltage its own: hours after the last charge, with the ECUs asleep.
"""

from enum import Enum
from typing import Final

from edge.levels import Levels

REST_S: Final = 7_200.0  # domain: after so long without charge the surface charge is gone
LONGEST_CRANK_S: Final = 10.0  # domain; what stays low longer is a low battery


class Power(Enum):
    """The state of the low-voltage system."""

    OFF = "off"  # ignition off, the battery still settles
    RESTING = "resting"  # and has settled
    AWAKE = "awake"  # ECUs are up, nothing turns or charges
    CRANKING = "cranking"
    DRIVING = "driving"  # it runs or moves
    CHARGING = "charging"  # alternator, converter or charger lift the supply of a car that does not run


class PowerWatch:
    """Starts off; tell it every reading of the supply."""

    def __init__(self) -> None:
        self.state = Power.OFF
        self._quiet_since_s: float | None = None
        self._was_up = False
        self._cranking_since_s: float | None = None

    def read(
        self,
        voltage_v: float | None,
        domain_s: float,
        levels: Levels,
        *,
        is_asleep: bool,
        is_running: bool,
        is_charged: bool,
    ) -> Power:
        """Take one reading (None: not measured) and what the session knows, and return the state."""
        if not is_asleep or is_running or is_charged:
            self._quiet_since_s = None
        elif self._quiet_since_s is None:
            self._quiet_since_s = domain_s
        if self._cranks(voltage_v, domain_s, levels):
            self.state = Power.CRANKING
        elif is_running:
            self.state = Power.DRIVING
        elif is_charged:
            self.state = Power.CHARGING
        elif self._quiet_since_s is None:
            self.state = Power.AWAKE
        else:
            self.state = Power.RESTING if domain_s - self._quiet_since_s >= REST_S else Power.OFF
        return self.state

    def _cranks(self, voltage_v: float | None, domain_s: float, levels: Levels) -> bool:
        """Say whether a supply that was up is down for moments."""
        is_down = voltage_v is not None and voltage_v < levels.crank_v
        if not is_down:
            self._cranking_since_s = None
            self._was_up = voltage_v is not None
            return False
        if self._cranking_since_s is None and self._was_up:
            self._cranking_since_s = domain_s
        self._was_up = False
        return self._cranking_since_s is not None and domain_s - self._cranking_since_s < LONGEST_CRANK_S
