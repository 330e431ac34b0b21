"""Collision candidates: a blow or a sudden loss of speed, and then a car that stands. Never more than a candidate.

A blow is 2.5 g for 20 ms, or 8 km/h lost within 150 ms (49 CFR 563). By OBD speed alone: 25 km/h lost within a second,
and 30 s of standing. No claim is made to be an eCall (EN 15722).
"""

from typing import Final, NamedTuple

import numpy as np

from cloud.trips.orientation import Motion
from cloud.trips.recording import Floats, G, Recording, Series, low_passed

BLOW_G: Final = 2.5
BLOW_S: Final = 0.02
LOSS_MPS: Final = 8.0 / 3.6
LOSS_S: Final = 0.150
STANDS_WITHIN_S: Final = 10.0
STANDS_KMH: Final = 2.0
STILL_MPS2: Final = 0.35  # what is left of the acceleration of a car that stands, its engine running
STILL_S: Final = 2.0
BUFFER_S: Final = 10.0
QUIET_S: Final = 30.0

DROP_KMH: Final = 25.0
DROP_S: Final = 1.5
DROP_KMH_PER_S: Final = 36.0
DROP_STANDS_S: Final = 30.0


class Impact(NamedTuple):
    """One collision candidate: when, the strongest of it in g, the loss of speed in km/h, and why it is believed."""

    start_s: float
    end_s: float
    peak_g: float
    loss_kmh: float
    confirmed_by: str  # speed, stillness or codes
    source: str
    confidence: float


def impacts(recording: Recording, motion: Motion, codes_s: tuple[float, ...] = ()) -> list[Impact]:
    """Return the collision candidates of a recording; `codes_s` are when airbag codes or a burst of codes came."""
    raw = recording.raw
    level = raw.values - np.median(raw.values, axis=0)
    size_g = np.linalg.norm(level, axis=1) / G
    loss_mps = _loss(raw.times_s, level)
    found: list[Impact] = []
    for at in np.flatnonzero((size_g >= BLOW_G) | (loss_mps >= LOSS_MPS)).tolist():
        start_s = float(raw.times_s[at])
        if found and start_s - found[-1].end_s < QUIET_S:
            continue
        if not (_lasts(raw.times_s, size_g, at) or loss_mps[at] >= LOSS_MPS):
            continue
        confirmed = _confirmed(recording, motion, start_s, codes_s)
        if confirmed:
            near = (raw.times_s >= start_s - 0.5) & (raw.times_s <= start_s + 0.5)
            sure = 0.7 if confirmed == "stillness" else 0.9
            loss_kmh = 3.6 * float(np.max(loss_mps[near]))
            found.append(Impact(start_s, start_s + 0.5, float(np.max(size_g[near])), loss_kmh, confirmed, "imu", sure))
    return found


def drops(speed: Series) -> list[Impact]:
    """Return the collision candidates of a speed alone; (n,) times in order and (n, 1) km/h."""
    times_s, kmh = speed.times_s, speed.values[:, 0]
    there = np.isfinite(kmh)
    times_s, kmh = times_s[there], kmh[there]
    if len(kmh) < 2:
        return []
    took_s, lost = np.diff(times_s), -np.diff(kmh)
    least = np.maximum(DROP_KMH, DROP_KMH_PER_S * took_s)
    found = []
    for at in np.flatnonzero((took_s > 0.0) & (took_s <= DROP_S) & (lost >= least)).tolist():
        end_s = float(times_s[at + 1])
        after = (times_s >= end_s + DROP_S) & (times_s <= end_s + DROP_STANDS_S)
        watched = bool(after.any()) and float(times_s[-1]) >= end_s + DROP_STANDS_S
        if watched and float(np.max(kmh[after])) <= STANDS_KMH:
            strength = float(lost[at] / took_s[at]) / 3.6 / G
            source = "fast_speed" if took_s[at] <= 0.35 else "slow_speed"
            found.append(Impact(float(times_s[at]), end_s, strength, float(lost[at]), "speed", source, 0.5))
    return found


def around(recording: Recording, impact: Impact) -> dict[str, list[float | None]]:
    """Return what was measured `BUFFER_S` before and after, as lists for an evidence pack; None where nothing was."""
    raw = recording.raw
    near = np.abs(raw.times_s - impact.start_s) <= BUFFER_S
    kept: dict[str, list[float | None]] = {"t_s": _listed(raw.times_s[near] - impact.start_s, 3)}
    for k, name in enumerate(("x_mps2", "y_mps2", "z_mps2")):
        kept[name] = _listed(raw.values[near, k], 3)
    if recording.speed_kmh is not None:
        clock = recording.start_s + np.arange(len(recording.speed_kmh)) / recording.hz
        inside = np.abs(clock - impact.start_s) <= BUFFER_S
        kept["speed_t_s"] = _listed(clock[inside] - impact.start_s, 3)
        kept["speed_kmh"] = _listed(recording.speed_kmh[inside], 2)
    return kept


def _listed(values: Floats, digits: int) -> list[float | None]:
    return [round(value, digits) if np.isfinite(value) else None for value in values.tolist()]


def _lasts(times_s: Floats, size_g: Floats, at: int) -> bool:
    """Say whether the blow that begins at `at` lasts `BLOW_S`, as far as the rate lets it be seen."""
    last = at
    while last + 1 < len(size_g) and size_g[last + 1] >= BLOW_G:
        last += 1
    return bool(times_s[last] - times_s[at] >= BLOW_S - 1e-6)


def _loss(times_s: Floats, level: Floats) -> Floats:
    """Return by how much the speed changes within `LOSS_S` from each sample on, m/s."""
    steps = np.diff(times_s, append=times_s[-1])
    steps = np.where(steps <= 0.1, steps, 0.0)
    sums = np.concatenate((np.zeros((1, 3)), np.cumsum(level * steps[:, None], axis=0)))
    end = np.searchsorted(times_s, times_s + LOSS_S)
    loss: Floats = np.linalg.norm(sums[end] - sums[np.arange(len(times_s))], axis=1)
    return loss


def _confirmed(recording: Recording, motion: Motion, at_s: float, codes_s: tuple[float, ...]) -> str:
    if any(0.0 <= code_s - at_s <= STANDS_WITHIN_S for code_s in codes_s):
        return "codes"
    first = round((at_s - recording.start_s) * recording.hz)
    after = slice(max(first, 0), first + round(STANDS_WITHIN_S * recording.hz) + 1)
    speed = recording.speed_kmh
    if speed is not None and np.isfinite(speed[after]).any():
        before = speed[max(first - round(2.0 * recording.hz), 0) : max(first, 1)]
        moved = not np.isfinite(before).any() or float(np.nanmax(before)) > STANDS_KMH
        return "speed" if moved and float(np.nanmin(speed[after])) <= STANDS_KMH else ""
    size = np.hypot(motion.forward, motion.left)[after]
    calm = low_passed(np.abs(size), recording.hz, 0.2) < STILL_MPS2
    width = round(STILL_S * recording.hz)
    runs = np.convolve(calm, np.ones(max(width, 1)), "valid") if len(calm) >= width else np.zeros(1)
    return "stillness" if float(np.max(runs)) >= width else ""
