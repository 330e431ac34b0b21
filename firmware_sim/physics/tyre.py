"""A tyre: an ideal gas at constant volume, warmed by driving; a leak lowers the absolute pressure."""

import math
from dataclasses import dataclass, replace
from typing import Final

ATMOSPHERE_KPA: Final = 101.325
REFERENCE_K: Final = 293.15
KPA_PER_PSI: Final = 6.894757
_ZERO_DEGC_K: Final = 273.15
_WARMING_S: Final = 900.0
_RISE_K_PER_KMH: Final = 0.2


@dataclass(frozen=True)
class Tyre:
    """One tyre; `cold_kpa` is its gauge pressure at 20 °C, `air_degc` the temperature of the air inside."""

    cold_kpa: float
    air_degc: float

    @property
    def gauge_kpa(self) -> float:
        """The gauge pressure now."""
        absolute = (self.cold_kpa + ATMOSPHERE_KPA) * (self.air_degc + _ZERO_DEGC_K) / REFERENCE_K
        return absolute - ATMOSPHERE_KPA

    def after(self, dt_s: float, *, ambient_degc: float, speed_kmh: float) -> "Tyre":
        """Return the tyre after `dt_s` of driving or standing."""
        target = ambient_degc + _RISE_K_PER_KMH * speed_kmh
        return replace(self, air_degc=target + (self.air_degc - target) * math.exp(-dt_s / _WARMING_S))

    def leaked(self, kpa_per_day: float, dt_s: float) -> "Tyre":
        """Return the tyre after losing `kpa_per_day` of absolute pressure for `dt_s`; never below flat."""
        return replace(self, cold_kpa=max(0.0, self.cold_kpa - kpa_per_day * dt_s / 86_400.0))
