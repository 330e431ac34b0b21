"""The slow twin of `cells` and `cell_windows`: one pack in plain Python, cell by cell, with the standard library."""

import math
from dataclasses import dataclass, field
from statistics import fmean, median

NAN = math.nan


@dataclass
class Cell:
    """One cell: what was believed last, the open window's readings, its baselines and resistances."""

    off: float = NAN
    doubted: list[float] = field(default_factory=list)
    volts: float = NAN
    rest: list[float] = field(default_factory=list)
    load: list[float] = field(default_factory=list)
    fast: float = NAN
    middle: float = NAN
    slow: float = NAN
    variance: float = 0.0
    loaded: float = NAN
    ohm_fast: float = NAN
    ohm_slow: float = NAN


@dataclass
class NaivePack:
    """One pack of cells whose chemistry is nickel; currents up to 15 A count as rest."""

    cells: list[Cell]
    implausible: int = 0
    jumps: int = 0
    windows: int = 0
    steps: int = 0
    window: float = -math.inf
    before: tuple[float, float] | None = None  # time and current of the frame before
    usual_ohm: float = NAN

    def frame(self, t: float, ampere: float, volts: list[float]) -> None:
        """Take one frame with its current."""
        if math.floor(t / 60.0) > self.window:
            self._close()
            self.window = math.floor(t / 60.0)
        believed = {i: v for i, v in enumerate(volts) if 1.5 <= v <= 5.0}
        self.implausible += sum(not math.isnan(v) for v in volts) - len(believed)
        if len(believed) < 4 or 2 * len(believed) < len(self.cells):
            return
        middle = median(believed.values())
        believed = {i: v for i, v in believed.items() if self._is_believed(self.cells[i], v - middle, ampere)}
        if self.before is not None and t - self.before[0] <= 15.0 and abs(ampere - self.before[1]) >= 20.0:
            self._step(believed, ampere - self.before[1])
        scale = 1.0 if middle >= 3.5 else (2.0 if middle >= 3.3 else 3.0)
        for i, v in believed.items():
            cell = self.cells[i]
            cell.volts = v
            cell.load.append((v - middle) / scale)
            if abs(ampere) <= 15.0:
                cell.rest.append((v - middle) / scale)
        self.before = t, ampere

    def _is_believed(self, cell: Cell, off: float, ampere: float) -> bool:
        if not math.isnan(self.usual_ohm) and not math.isnan(cell.ohm_fast):
            off -= (cell.ohm_fast - self.usual_ohm) * ampere
        usual = 0.0 if math.isnan(cell.off) else cell.off
        if abs(off - usual) > 0.1505:
            if not (cell.doubted and abs(off - cell.doubted[-1]) <= 0.0805):
                cell.doubted.clear()
            cell.doubted.append(off)
            if len(cell.doubted) < 3:
                self.jumps += 1
                return False
        cell.off = off
        cell.doubted.clear()
        return True

    def _step(self, believed: dict[int, float], ampere: float) -> None:
        self.steps += 1
        for i, v in believed.items():
            cell = self.cells[i]
            if not math.isnan(cell.volts):
                ohm = (v - cell.volts) / ampere
                cell.ohm_fast = moved(cell.ohm_fast, ohm, max(1.0 / 200.0, 1.0 / self.steps))
                cell.ohm_slow = moved(cell.ohm_slow, ohm, max(1.0 / 5000.0, 1.0 / self.steps))

    def _close(self) -> None:
        rested = any(cell.rest for cell in self.cells)
        self.windows += rested
        age = 1.0 / max(self.windows, 1)
        for cell in self.cells:
            if cell.load:
                cell.loaded = moved(cell.loaded, fmean(cell.load), 1.0 / 5.0)
            if cell.rest:
                mean = fmean(cell.rest)
                cell.fast = moved(cell.fast, mean, max(1.0 / 45.0, age))
                cell.middle = moved(cell.middle, mean, max(1.0 / 400.0, age))
                cell.slow = moved(cell.slow, mean, max(1.0 / 4000.0, age))
                cell.variance += max(1.0 / 1000.0, age) * ((mean - cell.middle) ** 2 - cell.variance)
            cell.rest.clear()
            cell.load.clear()
        ohms = [abs(cell.ohm_fast) for cell in self.cells if not math.isnan(cell.ohm_fast)]
        if self.steps >= 200 and len(ohms) >= 4:
            self.usual_ohm = median(ohms)


def moved(known: float, seen: float, gain: float) -> float:
    """Return a baseline moved by `gain` towards what was seen; what was never known is what was seen."""
    return seen if math.isnan(known) else known + gain * (seen - known)
