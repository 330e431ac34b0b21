"""A traction battery: energy by distance and time, voltage by charge, slow warming."""

import math
from dataclasses import dataclass, replace
from typing import Final

_CELLS: Final = 192
_WARMING_S: Final = 5_400.0
_SHOWN_FLOOR: Final = 0.02
_SHOWN_SPAN: Final = 0.955


@dataclass(frozen=True)
class Pack:
    """One pack; `soc` is the usable share 0..1, `power_kw` is positive while it discharges."""

    capacity_kwh: float
    soc: float
    soh: float = 0.97
    temperature_degc: float = 18.0
    power_kw: float = 0.0

    @property
    def bms_soc(self) -> float:
        """The charge as the battery's own unit counts it: a little is kept back at both ends."""
        return _SHOWN_FLOOR + _SHOWN_SPAN * self.soc

    @property
    def cell_v(self) -> float:
        """One cell's voltage."""
        return 3.25 + 0.85 * self.soc - 0.0004 * self.power_kw

    @property
    def voltage_v(self) -> float:
        """The pack's voltage."""
        return _CELLS * self.cell_v

    @property
    def current_a(self) -> float:
        """The pack's current, positive while it discharges."""
        return self.power_kw * 1_000.0 / self.voltage_v

    def after(self, dt_s: float, *, power_kw: float, ambient_degc: float) -> "Pack":
        """Return the pack after `dt_s` at `power_kw`; it stops giving at empty and taking at full."""
        soc = self.soc - power_kw * dt_s / 3_600.0 / (self.capacity_kwh * self.soh)
        target = ambient_degc + 0.12 * abs(power_kw)
        warmth = target + (self.temperature_degc - target) * math.exp(-dt_s / _WARMING_S)
        return replace(self, soc=min(1.0, max(0.0, soc)), power_kw=power_kw, temperature_degc=warmth)
