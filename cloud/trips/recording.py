"""Motion as it was recorded, brought to an even clock: sorted, spread, resampled, with what is missing left missing."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EVEN_HZ: Final = 50.0
SLOWEST_HZ: Final = 4.0
GAP_S: Final = 0.5  # between two samples; what lies in between was not measured
STUCK_S: Final = 1.0  # a live accelerometer never says the same three numbers for so long
G: Final = 9.80665


class Series(NamedTuple):
    """Samples in any order: (n,) seconds and (n, k) values, NaN where nothing was measured."""

    times_s: Floats
    values: Floats


class Recording(NamedTuple):
    """Motion on an even clock of `hz` that starts at `start_s`; (n, ...) each, NaN where nothing was measured.

    `acceleration` (n, 3) m/s^2; `rotation` (n, 3) degrees/s, None without a gyroscope; `speed_kmh` (n,), None without a
    speed; `stuck` (n,) says that the sensor repeated itself. `raw` is the acceleration as it came, in time order.
    """

    start_s: float
    hz: float
    acceleration: Floats
    rotation: Floats | None
    speed_kmh: Floats | None
    stuck: Flags
    raw: Series

    def time_s(self, index: float) -> float:
        """Return when sample `index` was measured."""
        return self.start_s + index / self.hz


def in_order(series: Series) -> Series:
    """Return the samples in time order; those that share a coarse time stamp are spread up to the next one."""
    kept = np.isfinite(series.times_s)
    times, values = series.times_s[kept], series.values[kept]
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    if len(times) < 2:
        return Series(times, values)
    _, first, counts = np.unique(times, return_index=True, return_counts=True)
    if float(np.mean(counts)) < 1.5:
        return Series(times[first], values[first])  # a duplicate repeats its sample
    unique = times[first]
    steps = np.diff(unique, append=unique[-1] + (np.median(np.diff(unique)) if len(unique) > 1 else 1.0))
    share = np.arange(len(times)) - np.repeat(first, counts)
    spread = np.repeat(np.minimum(steps, 2.0) / counts, counts)
    return Series(times + share * spread, values)


def recording(acceleration: Series, rotation: Series | None, speed: Series | None) -> Recording | None:
    """Return what was recorded on an even clock, None where it is too short or too slow to show a manoeuvre."""
    raw = in_order(acceleration)
    raw = Series(*(part[np.isfinite(raw.values).all(axis=1)] for part in raw))
    if len(raw.times_s) < 8:
        return None
    step_s = float(np.median(np.diff(raw.times_s)))
    if not 0.0 < step_s <= 1.0 / SLOWEST_HZ:
        return None
    hz = min(EVEN_HZ, 1.0 / step_s)
    count = int((raw.times_s[-1] - raw.times_s[0]) * hz) + 1
    clock = raw.times_s[0] + np.arange(count) / hz
    stuck = _stuck(raw)
    return Recording(
        start_s=float(raw.times_s[0]),
        hz=hz,
        acceleration=sampled(clock, raw, GAP_S),
        rotation=None if rotation is None else _or_none(sampled(clock, in_order(rotation), GAP_S)),
        speed_kmh=None if speed is None else _or_none(sampled(clock, in_order(speed), 5.0)[:, 0]),
        stuck=stuck[np.clip(np.searchsorted(raw.times_s, clock, side="right") - 1, 0, len(stuck) - 1)],
        raw=raw,
    )


def sampled(clock: Floats, series: Series, gap_s: float) -> Floats:
    """Return (n, k) values at `clock`, on a line between neighbours no further apart than `gap_s`, else NaN."""
    found = np.full((len(clock), series.values.shape[1]), np.nan)
    for k in range(series.values.shape[1]):
        there = np.isfinite(series.values[:, k])
        times, values = series.times_s[there], series.values[there, k]
        if len(times) < 2:
            continue
        after = np.clip(np.searchsorted(times, clock), 1, len(times) - 1)
        near = (times[after] - times[after - 1] <= gap_s) & (clock >= times[0]) & (clock <= times[-1])
        found[near, k] = np.interp(clock[near], times, values)
    return found


def smoothed(values: Floats, width: int) -> Floats:
    """Return the centred mean over `width` samples (made odd) of each column, of those that are there; no lag."""
    reach = max(width, 1) // 2
    there = np.isfinite(values)
    sums, counts = (_running(part) for part in (np.where(there, values, 0.0), there.astype(np.float64)))
    low = np.maximum(np.arange(len(values)) - reach, 0)
    high = np.minimum(np.arange(len(values)) + reach + 1, len(values))
    number = counts[high] - counts[low]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(there, (sums[high] - sums[low]) / number, np.nan)


def low_passed(values: Floats, hz: float, seconds: float) -> Floats:
    """Return `values` with everything faster than about 1/(2 `seconds`) Hz taken out: a centred mean, twice."""
    width = round(seconds * hz)
    return smoothed(smoothed(values, width), width)


def _running(values: Floats) -> Floats:
    return np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)))


def _stuck(raw: Series) -> Flags:
    """Say of each sample whether it belongs to a run of equal ones that lasts `STUCK_S`."""
    same = np.concatenate(([False], (raw.values[1:] == raw.values[:-1]).all(axis=1)))
    starts = np.flatnonzero(~same)
    ends = np.concatenate((starts[1:], [len(same)])) - 1
    long = raw.times_s[ends] - raw.times_s[starts] >= STUCK_S
    return np.repeat(long, ends - starts + 1)


def _or_none(values: Any) -> Any:
    return values if np.isfinite(values).any() else None
