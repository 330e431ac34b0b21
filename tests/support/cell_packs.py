"""Made-up traction batteries with made-up faults: physics of its own, sharing no formula with what is tested.

A cell is an open-circuit curve, a capacity, a resistance with one slow polarisation, and a leak; the current is shared.
Days are drives, charges and rests; only drives and charges are seen, as a T-box sees them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAY_S: Final = 86_400.0
START_S: Final = 1_768_464_000.0
_SOC: Final = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0])
# Open-circuit voltage by charge: a nickel cell's slope all along, an iron cell's plateau with steep ends.
CURVES: Final = {
    "nmc": np.array([3.0, 3.32, 3.44, 3.54, 3.59, 3.63, 3.68, 3.77, 3.87, 3.97, 4.07, 4.15, 4.19]),
    "lfp": np.array([2.6, 3.02, 3.17, 3.225, 3.255, 3.28, 3.287, 3.292, 3.315, 3.328, 3.332, 3.345, 3.48]),
}


class Frames(NamedTuple):
    """(n,) seconds since the epoch, A (positive while charging), V, degC; (n, n_cells) V."""

    times_s: Floats
    current_a: Floats
    pack_v: Floats
    hot_degc: Floats
    cold_degc: Floats
    volts: Floats


@dataclass
class Fault:
    """What goes wrong with one cell from day `from_day` on; each is its value `over_days` later."""

    cell: int
    from_day: float
    over_days: float = 20.0
    leak_pct_day: float = 0.0
    ohm_times: float = 1.0
    capacity_share: float = 1.0

    def grown(self, day: float) -> float:
        """Return 0 before, rising to 1 and beyond."""
        return max(0.0, (day - self.from_day) / self.over_days)


@dataclass
class Pack:
    """One battery; `spread` scales how unlike its cells are, `step_v` is the step in which they are reported."""

    seed: int
    cells: int = 96
    chemistry: str = "nmc"
    ah: float = 150.0
    every_s: float = 10.0
    step_v: float = 0.001
    spread: float = 1.0
    glitches: bool = True
    faults: tuple[Fault, ...] = ()
    soc: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.draw = np.random.default_rng(self.seed)
        n, draw = self.cells, self.draw
        self.soc = 0.7 + self.spread * draw.normal(0.0, 0.004, n)
        self.share = 1.0 + self.spread * draw.normal(0.0, 0.008, n)
        self.ohm = (0.9e-3 if self.chemistry == "nmc" else 0.6e-3) * (1.0 + self.spread * draw.normal(0.0, 0.06, n))
        self.ohm[:: max(n // 8, 1)] *= 1.3  # the bars between modules are measured with their cells
        self.warm = np.linspace(-1.0, 1.0, n) * draw.uniform(1.0, 3.0)
        self.leak = np.abs(draw.normal(0.0, 0.002, n)) * self.spread
        self.polar = np.zeros(n)

    def days(self, count: int, first: int = 0) -> Iterator[Frames]:
        """Yield what is seen of each of `count` days."""
        for day in range(first, first + count):
            yield self._day(day)

    def _day(self, day: int) -> Frames:
        draw = self.draw
        parts = [self._stretch(day, 8.0, self._driven(2400.0)), self._stretch(day, 17.5, self._driven(2700.0))]
        low = float(np.median(self.soc))
        if low < 0.45 or draw.random() < 0.25:
            ampere = float(draw.choice([20.0, 45.0, 100.0]))
            hours = (0.93 - low) * self.ah / ampere
            rows = int(hours * 3600.0 / self.every_s)
            parts.append(self._stretch(day, 19.5, np.full(rows, ampere) + draw.normal(0.0, 0.3, rows)))
        self._rest()
        return Frames(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _driven(self, seconds: float) -> Floats:
        """Return the current of a drive: pulls, regeneration, and standing at lights for a third of it."""
        rows = int(seconds / self.every_s)
        pull = np.convolve(self.draw.normal(-28.0, 75.0, rows), np.ones(2) / 2.0, "same")
        standing = np.repeat(self.draw.random(rows // 4 + 1) < 0.33, 4)[:rows]
        return np.where(standing, -2.0 + self.draw.normal(0.0, 0.5, rows), pull)

    def _rest(self) -> None:
        """Let a day's leaks drain and balancing bleed the highest cells by a little."""
        self.soc -= self.leak / 100.0
        high = self.soc - np.median(self.soc)
        self.soc -= np.clip(high, 0.0, 0.0005)
        self.polar[:] = 0.0

    def _stretch(self, day: int, hour: float, current: Floats) -> Frames:
        draw, n, rows = self.draw, self.cells, len(current)
        share, ohm, leak = self.share.copy(), self.ohm.copy(), np.zeros(n)
        for fault in self.faults:
            grown = fault.grown(day + hour / 24.0)
            share[fault.cell] *= 1.0 + grown * (fault.capacity_share - 1.0)
            ohm[fault.cell] *= 1.0 + grown * (fault.ohm_times - 1.0)
            leak[fault.cell] += grown * fault.leak_pct_day / 100.0
        ambient = 12.0 + 10.0 * np.sin(2.0 * np.pi * day / 365.0) + draw.normal(0.0, 2.0)
        degc = ambient + 8.0 * (1.0 - np.exp(-np.arange(rows) * self.every_s / 2400.0))
        ohm *= np.exp(-0.02 * (ambient + self.warm - 25.0))
        charge = np.cumsum(current) * self.every_s / 3600.0 / self.ah
        self.soc = self.soc - leak * 8.0 / 24.0
        socs = self.soc[None, :] + charge[:, None] / share[None, :]
        slow = self._polarised(current)
        volts = np.interp(np.clip(socs, -0.02, 1.02), _SOC, CURVES[self.chemistry])
        volts += (current + 0.6 * slow)[:, None] * ohm[None, :]
        self.soc = socs[-1].copy()
        whole = volts.sum(axis=1)
        shown = np.round((volts + draw.normal(0.0, 0.0006, volts.shape)) / self.step_v) * self.step_v
        if self.glitches:
            self._spoil(shown)
        times = np.floor(START_S + day * DAY_S + hour * 3600.0 + np.arange(rows) * self.every_s)
        span = np.abs(self.warm).max()
        hot, cold = np.round(degc + span), np.round(degc - span)
        return Frames(times, np.round(current, 1), np.round(whole, 1), hot, cold, shown)

    def _polarised(self, current: Floats) -> Floats:
        gain = 1.0 - np.exp(-self.every_s / 60.0)
        slow, level = np.empty_like(current), 0.0
        for k, ampere in enumerate(current):
            level += gain * (ampere - level)
            slow[k] = level
        return slow

    def _spoil(self, shown: Floats) -> None:
        """Put in what T-boxes put in: 65.535 V, 0 V, spikes of a volt for a frame or two, frames cut short."""
        draw, (rows, n) = self.draw, shown.shape
        for _ in range(draw.poisson(rows / 400.0)):
            shown[draw.integers(rows), draw.integers(n)] = draw.choice([65.535, 66.0, 0.0, 6.5534])
        for _ in range(draw.poisson(rows / 2000.0)):
            row, cell = draw.integers(rows), draw.integers(n)
            shown[row : row + 2, cell] += draw.choice([-1.0, 0.8])
        for _ in range(draw.poisson(rows / 1500.0)):
            shown[draw.integers(rows)] = draw.choice([65.535, np.nan])
        for _ in range(draw.poisson(rows / 800.0)):
            shown[draw.integers(rows), draw.integers(n) :] = np.nan
