"""One 12 V battery after another in one car: electromotive force, resistance, capacity, and the wear of all three."""

import math
from typing import Final

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, YEAR_D, Floats, randomness
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.truth import Event

WORN_OUT_A_YEAR: Final = 0.030  # batteries that come to their end
WORN: Final = 0.86  # where wear begins to show
AGM_V: Final = 0.14


def emf_v(soc: Floats | float, degc: Floats | float, is_agm: bool) -> Floats | float:
    """Return the voltage after a long rest; it bends down where the acid runs out."""
    bend = 0.24 * np.exp(-9.0 * soc)
    return 11.84 + 0.84 * soc - bend + 0.0012 * (degc - 25.0) + (AGM_V if is_agm else 0.0)


class Battery:
    """One battery after another in one car."""

    def __init__(self, seed: int, car: Car, days: int, rate: float, warm: float) -> None:
        self.rng = randomness(seed, car.number, "low_voltage")
        self.car, self.days = car, days
        self.is_agm = car.kind.battery_type == "agm"
        self.life_s = float(self.rng.lognormal(math.log(6.0 - 1.5 * warm), 0.22)) * YEAR_D * DAY_S
        self.worn_s = math.inf
        self.decline_s = 1.0
        self.wear_0 = min(0.72, car.age_years * YEAR_D * DAY_S / self.life_s * float(self.rng.uniform(0.3, 1.0)))
        self.treat_s = math.inf
        self.spread = float(self.rng.lognormal(0.0, 0.08))
        self.since_s = 0.0
        self.event: Event | None = None
        # Half as long again: some wear out beyond the window, and are only weak in it.
        if self.rng.random() < 1.0 - math.exp(-WORN_OUT_A_YEAR * rate * 1.5 * days / YEAR_D):
            self.worn_s = float(self.rng.uniform(0.0, 1.5 * days)) * DAY_S
            self.decline_s = float(self.rng.lognormal(math.log(75.0), 0.5)) * DAY_S
        standby_a = 0.017 if car.cranks else 0.023
        self.standby_a = standby_a * float(self.rng.lognormal(0.0, 0.35))

    def wear(self, t_s: float) -> float:
        """Return the wear: 0 new, about 1 where a cold start fails."""
        if math.isfinite(self.worn_s):
            return min(1.45, max(0.6, 1.0 + (1.0 - WORN) * (t_s - self.worn_s) / self.decline_s))
        return min(0.74, self.wear_0 + (t_s - self.since_s) / self.life_s)

    def ah(self, wear: float) -> float:
        """Return the capacity that is left."""
        return self.car.kind.battery_ah * max(0.2, 1.0 - 0.42 * wear**2)

    def ohm(self, wear: float, soc: float, degc: float) -> float:
        """Return the inner resistance."""
        new = 0.0051 * self.spread * 60.0 / self.car.kind.battery_ah
        scarce = max(0.0, 0.55 - soc) / 0.55
        return new * (1.0 + 1.5 * wear**4) * math.exp(0.0095 * (25.0 - degc)) * (1.0 + 1.6 * scarce)

    def most_soc(self, wear: float) -> float:
        """Return where charging ends: a managed alternator keeps room, a worn battery takes no more."""
        return (0.86 if self.car.has_smart_alternator else 0.97) - 0.10 * max(0.0, wear - 0.5)

    def replace(self, t_s: float) -> None:
        """Put a new battery in."""
        self.worn_s, self.wear_0, self.since_s, self.event = math.inf, 0.02, t_s, None
        self.spread = float(self.rng.lognormal(0.0, 0.08))
