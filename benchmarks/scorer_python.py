"""The work of `cloud.scoring.track` in pure Python: one list of numbers a vehicle, no arrays."""

import math
from collections.abc import Sequence
from typing import Final

from cloud.scoring import lanes
from cloud.scoring.track import FIRST_VARIANCE, INV_DAY_S, INV_TAU_S

NAN: Final = math.nan
K: Final = float(lanes.CUSUM_K)
H: Final = float(lanes.CUSUM_H)
CLEAR: Final = float(lanes.CUSUM_CLEAR)
CLIP: Final = float(lanes.CLIP_Z)
TINY: Final = float(lanes.TINY)
READING: Final = float(lanes.READING_VAR)
LEVEL_D: Final = float(lanes.LEVEL_VAR_D)
SLOPE_D: Final = float(lanes.SLOPE_VAR_D)
AIR: Final = float(lanes.AIR_KPA)
WARM_K: Final = float(lanes.REFERENCE_K)
KELVIN: Final = float(lanes.KELVIN)
HUBER: Final = float(lanes.HUBER)
CHANGE: Final = float(lanes.CHANGE_Z)
REFILL: Final = float(lanes.REFILL_KPA)
STEP_D: Final = float(lanes.SHORTEST_STEP_D)
LEAK_K: Final = float(lanes.LEAK_K)
LEAK_H: Final = float(lanes.LEAK_H)
ALLOW: Final = float(lanes.ALLOW_KPA_D)
ALLOW_RELATIVE: Final = float(lanes.ALLOW_RELATIVE_KPA_D)
SURE_Z: Final = float(lanes.SURE_Z)
SURE_SLOPE: Final = float(lanes.SURE_SLOPE)
SOON: Final = float(lanes.SOON_D)
MANY: Final = int(lanes.SLOPE_WINDOWS)
SOME: Final = int(lanes.FIRST_WINDOWS)
FIRST_LEVEL: Final = float(lanes.FIRST_LEVEL_VAR)
FIRST_SLOPE: Final = float(lanes.FIRST_SLOPE_VAR)
TAU: Final = float(INV_TAU_S)
DAY: Final = float(INV_DAY_S)


class Car:
    """What is remembered of one vehicle."""

    __slots__ = ("alarms", "count", "down", "leaks", "mean", "relative", "t", "up", "variance", "wheels", "windows")

    def __init__(self) -> None:
        """Know nothing."""
        self.t, self.count, self.windows, self.relative = 0.0, 0, 0, False
        self.mean = [NAN] * 8
        self.variance = list(FIRST_VARIANCE)
        self.up, self.down, self.alarms = [0.0] * 8, [0.0] * 8, [False] * 8
        # level, slope, their covariance (3), last z, CUSUM
        first = [NAN, 0.0, FIRST_LEVEL, 0.0, FIRST_SLOPE, 0.0, 0.0]
        self.wheels = [list(first) for _ in range(4)]
        self.leaks = [[False, False] for _ in range(4)]

    def take(self, t: float, x: Sequence[float]) -> float:
        """Take one record; return its score, -1 when it is late."""
        dt = t - self.t if self.count else 1.0
        if not dt > 0.0:
            return -1.0
        score = self._baselines(x, 1.0 - math.exp(-dt * TAU))
        y, level, fresh = self._cold(x)
        days = dt * DAY
        started = False
        for w in range(4):
            started |= self._filter(self.wheels[w], y[w], days, fresh)
        if started:
            self.windows = 1
        for w in range(4):
            if y[w] == y[w]:
                self._judge(w, level, x[12])
        self.t, self.count = t, self.count + 1
        return score

    def _baselines(self, x: Sequence[float], gain: float) -> float:
        score = 0.0
        mean, variance, up, down = self.mean, self.variance, self.up, self.down
        for j in range(8):
            value = x[j]
            if value != value:
                continue
            m = mean[j]
            if m != m:
                z, mean[j] = 0.0, value
                variance[j] *= 1.0 - gain
            else:
                off = value - m
                z = min(max(off / math.sqrt(variance[j] + TINY), -CLIP), CLIP)
                mean[j] = m + gain * off
                variance[j] = (1.0 - gain) * (variance[j] + gain * off * off)
            up[j] = max(0.0, up[j] + z - K)
            down[j] = max(0.0, down[j] - z - K)
            score += z * z
        self.alarms = [max(up[j], down[j]) > (CLEAR if self.alarms[j] else H) for j in range(8)]
        return score

    def _cold(self, x: Sequence[float]) -> tuple[list[float], float, bool]:
        read = [p for p in x[4:8] if p == p]
        if not read:
            return [NAN] * 4, 0.0, False
        relative = any(x[4 + w] == x[4 + w] and x[8 + w] != x[8 + w] for w in range(4))
        fresh, self.relative = relative != self.relative, relative
        self.windows = min((0 if fresh else self.windows) + 1, 255)
        if not relative:
            return [(x[4 + w] + AIR) * WARM_K / (x[8 + w] + KELVIN) - AIR for w in range(4)], 0.0, fresh
        n = len(read)
        median = (sum(read) - min(read) - max(read)) / (n - 2) if n >= 3 else NAN
        return [x[4 + w] - median for w in range(4)], median, fresh

    def _filter(self, wheel: list[float], value: float, dt: float, fresh: bool) -> bool:
        level, slope, p00, p01, p11, before, total = wheel
        ahead = level + slope * dt
        p00 += dt * (2.0 * p01 + dt * p11) + LEVEL_D * dt
        p01 += dt * p11
        p11 += SLOPE_D * dt
        if value != value:
            wheel[:5] = ahead, slope, p00, p01, max(p11, TINY)
            return False
        if ahead != ahead or fresh or value - ahead > REFILL:
            wheel[:] = value, 0.0, FIRST_LEVEL, 0.0, FIRST_SLOPE, 0.0, 0.0
            return True
        off = value - ahead
        z = off / math.sqrt(p00 + READING)
        if before < CHANGE and z < CHANGE:
            jump = off / max(dt, STEP_D)
            p00 += 4.0 * off * off
            p11 += 0.25 * jump * jump
            p01 = 0.5 * math.sqrt(p00 * p11)
        q = 1.0 / (p00 + READING)
        weighed = q * off * min(1.0, HUBER / max(abs(off) * math.sqrt(q), TINY))
        left = 1.0 - p00 * q
        wheel[:] = (
            ahead + p00 * weighed, slope + p01 * weighed, p00 * left, p01 * left, max(p11 - p01 * q * p01, TINY), z,
            max(0.0, total - z - LEAK_K),
        )  # fmt: skip
        return False

    def _judge(self, w: int, level: float, flat: float) -> None:
        wheel = self.wheels[w]
        slope, sd, windows = wheel[1], math.sqrt(wheel[4]), self.windows
        allow = ALLOW_RELATIVE if self.relative else ALLOW
        sure = windows >= MANY and (slope + allow) / sd < SURE_Z
        drop = windows >= SOME and wheel[6] > LEAK_H
        falls = windows >= SOME and slope + 2.0 * sd < SURE_SLOPE
        soon = falls and wheel[0] + level - flat < -SOON * slope
        was, held = self.leaks[w]
        suspect = bool(sure or drop or soon)
        self.leaks[w] = [suspect, (suspect and was) or (held and (suspect or was))]
