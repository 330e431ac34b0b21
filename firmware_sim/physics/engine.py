"""A petrol engine as its sensors show it: coolant, revolutions, load, fuel."""

import math
from dataclasses import dataclass, replace
from typing import Final

IDLE_RPM: Final = 780.0
_WARM_DEGC: Final = 89.0
_WARMING_S: Final = 320.0
_COOLING_S: Final = 5_400.0
_IDLE_L_PER_H: Final = 0.8
_TOPS_KMH: Final = (18.0, 34.0, 52.0, 72.0, 95.0)
_RPM_PER_KMH: Final = (118.0, 66.0, 45.0, 34.0, 27.5, 22.0)


@dataclass(frozen=True)
class Engine:
    """One engine and its tank."""

    coolant_degc: float
    fuel_l: float
    tank_l: float = 52.0
    l_per_100km: float = 6.4
    running: bool = True
    run_s: float = 0.0

    @property
    def fuel_share(self) -> float:
        """How full the tank is, 0..1."""
        return self.fuel_l / self.tank_l

    def rpm(self, speed_kmh: float) -> float:
        """Return the crankshaft's speed in the gear that fits `speed_kmh`."""
        if not self.running:
            return 0.0
        gear = sum(speed_kmh > top for top in _TOPS_KMH)
        return max(IDLE_RPM, speed_kmh * _RPM_PER_KMH[gear])

    def load(self, speed_kmh: float) -> float:
        """Return the calculated load, 0..1."""
        return min(1.0, 0.18 + 0.0045 * speed_kmh) if self.running else 0.0

    def after(self, dt_s: float, *, speed_kmh: float, ambient_degc: float) -> "Engine":
        """Return the engine after `dt_s`; without fuel it stops."""
        target, tau_s = (_WARM_DEGC, _WARMING_S) if self.running else (ambient_degc, _COOLING_S)
        coolant = target + (self.coolant_degc - target) * math.exp(-dt_s / tau_s)
        if not self.running:
            return replace(self, coolant_degc=coolant)
        hours = dt_s / 3_600.0
        used_l = max(_IDLE_L_PER_H * hours, self.l_per_100km * speed_kmh * hours / 100.0)
        fuel_l = max(0.0, self.fuel_l - used_l)
        return replace(self, coolant_degc=coolant, fuel_l=fuel_l, running=fuel_l > 0.0, run_s=self.run_s + dt_s)

    def started(self) -> "Engine":
        """Return the engine just after a start: its run time begins anew."""
        return replace(self, running=True, run_s=0.0)

    def stopped(self) -> "Engine":
        """Return the engine switched off; its run time stays as it was."""
        return replace(self, running=False)
