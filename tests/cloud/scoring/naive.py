"""The slow twin of `track`: one record at a time, in plain Python, double precision and small matrices."""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

SIGNALS: Final = 8
NAN: Final = math.nan
FIRST_VARIANCE: Final = (0.04, 0.01, 25.0, 4e-3, 25.0, 25.0, 25.0, 25.0)


@dataclass
class Wheel:
    """One wheel's level/slope filter: state, covariance, last standardised innovation, CUSUM, verdicts."""

    x: np.ndarray | None = None
    p: np.ndarray = field(default_factory=lambda: np.diag([9.0, 0.25]))
    z: float = 0.0
    cusum: float = 0.0
    suspect: bool = False
    leak: bool = False


@dataclass
class Track:
    """One vehicle's hot row."""

    t: float | None = None
    mean: list[float] = field(default_factory=lambda: [NAN] * SIGNALS)
    variance: list[float] = field(default_factory=lambda: list(FIRST_VARIANCE))
    up: list[float] = field(default_factory=lambda: [0.0] * SIGNALS)
    down: list[float] = field(default_factory=lambda: [0.0] * SIGNALS)
    alarm: list[bool] = field(default_factory=lambda: [False] * SIGNALS)
    wheels: list[Wheel] = field(default_factory=lambda: [Wheel() for _ in range(4)])
    relative: bool = False
    windows: int = 0

    def take(self, t: float, record: list[float]) -> bool:
        """Take one record; False when it was late."""
        step_s = 1.0 if self.t is None else t - self.t
        if step_s <= 0.0:
            return False
        self.t = t
        for j in range(SIGNALS):
            if not math.isnan(record[j]):
                self._baseline(j, record[j], 1.0 - math.exp(-step_s / 172_800.0))
        self._tyres(step_s / 86_400.0, record)
        return True

    def _baseline(self, j: int, value: float, gain: float) -> None:
        off = 0.0 if math.isnan(self.mean[j]) else value - self.mean[j]
        z = max(-6.0, min(6.0, off / math.sqrt(self.variance[j] + 1e-6)))
        self.mean[j] = value if math.isnan(self.mean[j]) else self.mean[j] + gain * off
        self.variance[j] = (1.0 - gain) * (self.variance[j] + gain * off**2)
        self.up[j] = max(0.0, self.up[j] + z - 0.5)
        self.down[j] = max(0.0, self.down[j] - z - 0.5)
        self.alarm[j] = max(self.up[j], self.down[j]) > (6.65 if self.alarm[j] else 13.3)

    def _tyres(self, days: float, record: list[float]) -> None:
        pressures, warmth = record[4:8], record[8:12]
        read = [w for w in range(4) if not math.isnan(pressures[w])]
        median = NAN
        if read:
            relative = any(math.isnan(warmth[w]) for w in read)
            fresh = relative != self.relative
            self.relative = relative
            self.windows = min(255, (0 if fresh else self.windows) + 1)
            ordered = sorted(pressures[w] for w in read)
            if len(read) >= 3:
                median = sum(ordered[1:-1]) / (len(read) - 2)
            for w in read:
                p = pressures[w]
                cold = p - median if relative else (p + 101.325) * 293.15 / (warmth[w] + 273.15) - 101.325
                self._move(self.wheels[w], days, cold, fresh)
        for w in range(4):
            if w not in read:
                self._move(self.wheels[w], days, NAN, False)
            elif not (self.relative and math.isnan(median)):
                self._judge(self.wheels[w], (median if self.relative else 0.0) - record[12])

    def _move(self, wheel: Wheel, days: float, y: float, fresh: bool) -> None:
        f = np.array([[1.0, days], [0.0, 1.0]])
        if wheel.x is not None:
            wheel.x = f @ wheel.x
        wheel.p = f @ wheel.p @ f.T + np.diag([0.02 * days, 2e-4 * days])
        if math.isnan(y):
            return
        if wheel.x is None or fresh or y - wheel.x[0] > 8.0:
            wheel.x, wheel.p = np.array([y, 0.0]), np.diag([9.0, 0.25])
            wheel.z, wheel.cusum, self.windows = 0.0, 0.0, 1
            return
        e = y - wheel.x[0]
        z = e / math.sqrt(wheel.p[0, 0] + 5.0)
        if wheel.z < -2.0 and z < -2.0:
            level, slope = wheel.p[0, 0] + 4.0 * e**2, wheel.p[1, 1] + 0.25 * (e / max(days, 0.25)) ** 2
            both = 0.5 * math.sqrt(level * slope)
            wheel.p = np.array([[level, both], [both, slope]])
        wheel.z = z
        wheel.cusum = max(0.0, wheel.cusum - z - 0.75)
        s = wheel.p[0, 0] + 5.0
        gain = wheel.p[:, 0] / s
        wheel.x = wheel.x + gain * e * min(1.0, 2.5 / max(abs(e) / math.sqrt(s), 1e-6))
        wheel.p = wheel.p - np.outer(gain, wheel.p[0])
        wheel.p[1, 1] = max(wheel.p[1, 1], 1e-6)

    def _judge(self, wheel: Wheel, above: float) -> None:
        assert wheel.x is not None
        slope, sd = wheel.x[1], math.sqrt(wheel.p[1, 1])
        allow = 0.25 if self.relative else 0.35
        spoke = (
            (self.windows >= 6 and (slope + allow) / sd < -4.0)
            or (self.windows >= 3 and wheel.cusum > 6.0)
            or (self.windows >= 3 and slope + 2.0 * sd < -1.0 and wheel.x[0] + above < -2.0 * slope)
        )
        wheel.leak = (spoke and wheel.suspect) or (wheel.leak and (spoke or wheel.suspect))
        wheel.suspect = spoke
