"""The slow twin of `voltage`: the 12 V system as a small machine of plain attributes and 2x2 matrices."""

import math
from dataclasses import dataclass, field

import numpy as np

INF = math.inf


@dataclass
class Battery:
    """What one car's 12 V system has shown; times in seconds, voltages in V."""

    phase: str = "unknown"
    active: float = -INF
    resting_since: float = -INF
    awake: bool | None = None
    rpm: tuple[float, float] = (-INF, 0.0)
    speed: tuple[float, float] = (-INF, 0.0)
    supply_at: float = -INF
    x: np.ndarray | None = None
    p: np.ndarray = field(default_factory=lambda: np.zeros((2, 2)))
    filtered_at: float = -INF
    outliers: int = 0
    rest_v: float = math.nan
    rest_h: float = 0.0
    wake_h: float = 0.0
    from_wake: bool = False
    crank: list[float] = field(default_factory=list)
    crank_ewma: float = math.nan
    last: tuple[float, float] = (-INF, math.nan)
    weak_s: float = 0.0
    weak_trips: int = 0
    weak_trip: bool = False
    dead_s: float = 0.0
    charged_h: float = 0.0
    crank_n: int = 0

    def rest(self, since: float) -> None:
        if self.phase in {"run", "still"}:
            if self.weak_trip:
                self.weak_trips += 1
            elif self.charged_h > 0.25:
                self.weak_trips = 0
        self.phase, self.resting_since, self.x, self.weak_trip, self.outliers = "rest", since, None, False, 0

    def wake(self, t: float) -> None:
        if self.phase != "rest" and math.isfinite(self.active) and t - self.active >= 900.0:
            self.rest(self.active)
        if self.phase in {"rest", "unknown"}:
            hours = (t - self.resting_since) / 3600.0
            self.wake_h = hours if self.phase == "rest" and hours >= 1.0 else 0.0
            self.phase, self.crank, self.last = "still", [], (-INF, self.last[1])
            self.weak_s = self.dead_s = 0.0
        self.active = t

    def run(self) -> None:
        if self.phase == "still" and len(self.crank) > 1:
            lowest = min(self.crank)
            self.crank_ewma = lowest if self.crank_n == 0 else self.crank_ewma + 0.3 * (lowest - self.crank_ewma)
            self.crank_n += 1
        if self.phase != "run":
            self.wake_h = 0.0
        self.phase = "run"

    def say_awake(self, t: float, awake: bool) -> None:
        if awake:
            self.wake(t)
        elif self.phase != "rest":
            self.rest(t)
        self.awake = awake

    def turn(self, t: float, rpm: float) -> None:
        self.wake(t)
        self.rpm = (t, rpm)
        if rpm > 500.0:
            self.run()

    def volts(self, t: float, v: float, *, supply: bool) -> None:
        if not supply:
            self.wake(t)
        else:
            self.supply_at = t
            if v >= 13.0:
                self.wake(t)
            elif self.phase != "rest" and (self.awake is False or t - self.active >= 900.0):
                self.rest(t if self.phase == "unknown" else self.active)
        step = max(0.0, min(t - self.last[0], 300.0))
        turning = t - self.rpm[0] < 600.0 and self.rpm[1] > 500.0
        moving = t - self.speed[0] < 600.0 and self.speed[1] > 3.0
        if self.phase == "rest":
            self._filter(t, v, (t - self.resting_since) / 3600.0)
        elif v >= 13.0 or turning or moving:
            self.run()
            self._running(t, v, step)
        else:
            if self.wake_h > 0.0:
                self._first(t, v)
            self.crank.append(v)
        self.last = (t, v)

    def _running(self, t: float, v: float, step: float) -> None:
        self.dead_s = self.dead_s + step if v < 11.8 else 0.0
        self.charged_h += step / 3600.0 if v >= 13.2 else 0.0
        if v >= 12.9:
            self.weak_s = 0.0
        elif t - self.rpm[0] < 600.0 and self.rpm[1] > 1000.0:
            self.weak_s += step
            self.weak_trip = self.weak_trip or self.weak_s >= 600.0

    def _first(self, t: float, v: float) -> None:
        hours, self.wake_h = self.wake_h, 0.0
        if t - self.supply_at < 86_400.0 or v >= 13.0:
            return
        v -= 0.25 * math.exp(-hours / 1.5) if hours < 4.0 else 0.0
        self.rest_v = self.rest_v + 0.3 * (v - self.rest_v) if self.from_wake else v
        self.rest_h, self.from_wake, self.charged_h = hours, True, 0.0

    def _filter(self, t: float, v: float, hours: float) -> None:
        if hours < 1.0:
            return
        noise = 0.025**2
        if hours < 4.0:
            v, noise = v - 0.25 * math.exp(-hours / 1.5), 4.0 * noise
        if self.x is not None:
            dt = (t - self.filtered_at) / 3600.0
            f = np.array([[1.0, dt], [0.0, 1.0]])
            self.x, self.p = f @ self.x, f @ self.p @ f.T + np.diag([4e-6 * dt, 2.5e-5 * dt])
            s = self.p[0, 0] + noise
            z = (v - self.x[0]) / math.sqrt(s)
            self.outliers = self.outliers + 1 if abs(z) > 4.0 else 0
            gain = self.p[:, 0] / s
            self.x = self.x + gain * (v - self.x[0]) * min(1.0, 2.5 / max(abs(z), 1e-9))
            self.p = self.p - np.outer(gain, self.p[0])
        if self.x is None or self.outliers >= 2:
            self.x, self.p, self.outliers = np.array([v, 0.0]), np.diag([noise, 0.01]), 0
        self.filtered_at = t
        self.rest_v, self.rest_h, self.from_wake, self.charged_h = float(self.x[0]), hours, False, 0.0
