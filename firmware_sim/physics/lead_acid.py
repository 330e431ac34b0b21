"""A 12 V lead-acid battery: electromotive force by charge, resistance by charge and age, surface charge.

Figures from the trade: about 12.65 V full and 11.9 V empty at rest, some milliohms when young, 14.2 V while charged.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

CHARGING_V: Final = 14.2
LEAST_CRANK_V: Final = 9.0
_EMPTY_V: Final = 11.87
_SPAN_V: Final = 0.79
_SURFACE_V: Final = 0.22
_SURFACE_GAIN_S: Final = 900.0
_SURFACE_LOSS_S: Final = 4_200.0
_MOST_CHARGE_A: Final = 30.0
_GASSING_V: Final = 1.4
_ACCEPTANCE_OHM: Final = 0.02


@dataclass(frozen=True)
class LeadAcid:
    """One battery; `health` is the share of the new capacity that is left, 0..1."""

    capacity_ah: float
    health: float
    soc: float
    surface_v: float = 0.0

    @property
    def emf_v(self) -> float:
        """The voltage after a long rest."""
        return _EMPTY_V + _SPAN_V * self.soc

    @property
    def resistance_ohm(self) -> float:
        """The inner resistance; it grows with age, and steeply below 40 % charge."""
        scarce = max(0.0, 0.4 - self.soc) / 0.4
        return 0.0058 / self.health * (1.0 + 2.0 * scarce)

    def terminal_v(self, load_a: float) -> float:
        """Return the voltage at the clamps under a load that discharges it."""
        return self.emf_v + self.surface_v - load_a * self.resistance_ohm

    def crank_v(self, starter_a: float = 180.0) -> float:
        """Return the voltage while the starter turns."""
        return self.terminal_v(starter_a)

    def can_start(self) -> bool:
        """Whether an engine's control unit would live through cranking."""
        return self.crank_v() >= LEAST_CRANK_V

    def charge_current_a(self, bus_v: float = CHARGING_V) -> float:
        """Return what it takes from a generator that holds `bus_v`; an aged one takes less."""
        return max(0.0, min(_MOST_CHARGE_A * self.health, (bus_v - self.emf_v - _GASSING_V) / _ACCEPTANCE_OHM))

    def charged(self, dt_s: float, bus_v: float = CHARGING_V) -> "LeadAcid":
        """Return the battery after `dt_s` on a generator."""
        gained_ah = self.charge_current_a(bus_v) * dt_s / 3_600.0
        surface_v = _SURFACE_V + (self.surface_v - _SURFACE_V) * math.exp(-dt_s / _SURFACE_GAIN_S)
        return replace(self, soc=min(1.0, self.soc + gained_ah / self._capacity_left_ah), surface_v=surface_v)

    def discharged(self, load_a: float, dt_s: float) -> "LeadAcid":
        """Return the battery after `dt_s` under `load_a`."""
        lost_ah = load_a * dt_s / 3_600.0
        surface_v = self.surface_v * math.exp(-dt_s / _SURFACE_LOSS_S)
        return replace(self, soc=max(0.0, self.soc - lost_ah / self._capacity_left_ah), surface_v=surface_v)

    @property
    def _capacity_left_ah(self) -> float:
        return self.capacity_ah * self.health
