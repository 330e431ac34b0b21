"""Fast leaks: a straight line through one drive's half-hour means, each wheel against the others.

Between drives a temperature sensor's error moves by a kelvin or two, which hides tens of kPa per day for hours; within
one drive it stays. So the slope is taken within a drive, on what sets a wheel apart from the median of all, and a leak
needs a drop too large for the sensors, a slope too steep for the scatter, and both in two windows running.
"""

import math
from typing import Any, Final

import numpy as np

from cloud.scoring.kernels import kernel
from cloud.scoring.layout import PRESSURES, TEMPERATURES, WHEELS

PAUSE_S: Final = 2700.0  # a window without readings ends the drive
LEAST_WINDOWS: Final = 5
LEAST_DROP_KPA: Final = 4.0
LEAST_KPA_D: Final = 12.0
LEAST_SCATTER: Final = 0.5  # kPa^2
SURE_Z: Final = 5.0
REFILL_KPA: Final = 8.0
KELVIN: Final = 273.15
REFERENCE_K: Final = 293.15


@kernel
def take_window(car: Any, t: float, record: Any) -> None:
    """Take a closed window's means (see `layout`) into the drive's lines; the first window of a drive only warms up."""
    wheels, warm = 0, 0
    low, high, total = math.inf, -math.inf, 0.0
    for w in range(WHEELS):
        p, degc = record[PRESSURES + w], record[TEMPERATURES + w]
        if p == p:
            wheels += 1
            warm += 1 if degc == degc else 0
            cold = cold_kpa(car, p, degc)
            low, high, total = min(low, cold), max(high, cold), total + cold
    if wheels == 0 or (wheels < 3 and warm < wheels):
        return
    median = (total - low - high) / (wheels - 2) if wheels >= 3 else 0.0
    if t - car.drive_s > PAUSE_S:
        begin(car, t)
        car.drive_s = t
        return
    car.drive_s = t
    x = (t - car.drive_from_s) / 86_400.0
    car.drive_n += 1.0
    car.drive_x += x
    car.drive_xx += x * x
    for w in range(WHEELS):
        p, degc = record[PRESSURES + w], record[TEMPERATURES + w]
        y = cold_kpa(car, p, degc) - median
        if car.drive_n > 1.0 and y - expected_kpa(car, w, x) > REFILL_KPA:
            car.fast_n[w] = 0.0
            begin(car, t)
            return
        car.drive_y[w] += y
        car.drive_xy[w] += x * y
        car.drive_yy[w] += y * y
    if car.drive_n >= LEAST_WINDOWS:
        judge(car, x)


@kernel
def cold_kpa(car: Any, gauge_kpa: float, degc: float) -> float:
    """Return the gauge pressure at 20 degC, by way of absolute pressure; as it is where no temperature is known."""
    air_kpa: float = car.air_kpa
    return (gauge_kpa + air_kpa) * REFERENCE_K / (degc + KELVIN) - air_kpa if degc == degc else gauge_kpa


@kernel
def expected_kpa(car: Any, w: int, x: float) -> float:
    """Return what wheel `w` should read at `x` days by this drive's windows before it: their mean, or a leak's line."""
    before = car.drive_n - 1.0
    slope = car.fast_kpa_d[w] if car.fast_n[w] > 0.0 else 0.0
    expected: float = car.drive_y[w] / before + slope * (x - (car.drive_x - x) / before)
    return expected


@kernel
def begin(car: Any, t: float) -> None:
    """Begin new lines at `t`; what the last drive found stands until this one is long enough, or a wheel was filled."""
    car.drive_from_s = t
    car.drive_n = 0.0
    car.drive_x = 0.0
    car.drive_xx = 0.0
    for w in range(WHEELS):
        car.drive_y[w] = 0.0
        car.drive_xy[w] = 0.0
        car.drive_yy[w] = 0.0


@kernel
def judge(car: Any, x: float) -> None:
    """Judge each wheel's line; `x` is the time of the newest window in days since the drive began."""
    n = car.drive_n
    sxx = car.drive_xx - car.drive_x * car.drive_x / n
    for w in range(WHEELS):
        sxy = car.drive_xy[w] - car.drive_x * car.drive_y[w] / n
        syy = car.drive_yy[w] - car.drive_y[w] * car.drive_y[w] / n
        slope = sxy / sxx
        scatter = max((syy - slope * sxy) / (n - 2.0), LEAST_SCATTER)
        sd = math.sqrt(scatter / sxx)
        leaks = slope < -LEAST_KPA_D and slope < -SURE_Z * sd and -slope * x > LEAST_DROP_KPA
        car.fast_n[w] = car.fast_n[w] + 1.0 if leaks else 0.0
        car.fast_kpa_d[w] = slope
        car.fast_sd[w] = sd


def blank(row: np.void) -> None:
    """Make `row` (one EVENT) that of tyres nobody has seen."""
    row["drive_s"] = -math.inf
    for name in ("fast_kpa_d", "fast_sd"):
        row[name] = math.nan
