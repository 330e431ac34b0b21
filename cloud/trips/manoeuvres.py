"""Harsh manoeuvres in motion along the car's axes: hysteresis, a least duration, a refractory time. Pure."""

from typing import Final, Literal, NamedTuple

import numpy as np

from cloud.trips.orientation import Motion
from cloud.trips.recording import Flags, Floats, G, Recording, low_passed

Kind = Literal[
    "harsh_acceleration", "harsh_braking", "harsh_turn", "harsh_lane_change", "harsh_swerve", "collision_candidate"
]
Grade = Literal["harsh", "marked"]
Direction = Literal["", "left", "right"]

LOW_PASS_S: Final = 0.4
HYSTERESIS: Final = 0.17
HOLD_S: Final = 0.2
REFRACTORY_S: Final = 3.0
LEAST_KMH: Final = 10.0
TURN_DEG: Final = 15.0  # less of a change of heading is no turn
LOBE_G: Final = 0.17  # of a change of lanes: to one side, then to the other
PAUSE_S: Final = 2.0
SHADOW: Final = 1.6
LANE_CHANGE_S: Final = 8.0


class Thresholds(NamedTuple):
    """From how many g on a manoeuvre is harsh, and from how many it is marked: printed, not counted per 100 km."""

    acceleration_g: float
    braking_g: float
    cornering_g: float
    marked: float


CAR: Final = Thresholds(0.35, 0.40, 0.40, 0.25 / 0.35)
HEAVY: Final = Thresholds(0.25, 0.30, 0.30, 0.8)


class Event(NamedTuple):
    """One manoeuvre: seconds since the epoch, the strongest of it in g, how sure it is (0..1)."""

    kind: Kind
    start_s: float
    end_s: float
    strength_g: float
    direction: Direction
    grade: Grade
    confidence: float
    source: str = "imu"


class _Lobe(NamedTuple):
    first: int
    last: int
    peak_g: float  # with its sign


def manoeuvres(recording: Recording, motion: Motion, limits: Thresholds = CAR) -> list[Event]:
    """Return the manoeuvres of a recording, in time order."""
    forward, left = (low_passed(part, recording.hz, LOW_PASS_S) / G for part in (motion.forward, motion.left))
    ways: tuple[tuple[Kind, Floats, float], ...] = (
        ("harsh_acceleration", forward, limits.acceleration_g),
        ("harsh_braking", -forward, limits.braking_g),
    )
    found = _sideways(recording, motion, left, limits)
    for kind, values, limit in ways:
        at = limit * limits.marked
        lobes = _merged(_lobes(values, at, recording.hz), recording.hz)
        found += [_event(kind, recording, motion, lobe, limit, at) for lobe in lobes]
    believed = [event for event in found if _believable(recording, event)]
    kept = [event for event in believed if not any(_is_shadow(event, other) for other in believed)]
    return sorted(kept, key=lambda event: (event.start_s, event.kind))


def _is_shadow(event: Event, other: Event) -> bool:
    """Say whether `event` is what a much stronger one at the same time leaves on an axis that is a little off."""
    overlaps = event.start_s <= other.end_s and other.start_s <= event.end_s
    return overlaps and other.strength_g > SHADOW * event.strength_g


def _lobes(values: Floats, at: float, hz: float) -> list[_Lobe]:
    """Return the stretches at or above `at` for `HOLD_S`, each from where it rose to where it fell below hysteresis."""
    loose, firm = values >= at * (1.0 - HYSTERESIS), values >= at
    found = []
    for first, last in _runs(loose):
        if np.count_nonzero(firm[first : last + 1]) >= max(1.0, HOLD_S * hz):
            found.append(_Lobe(first, last, float(np.nanmax(values[first : last + 1]))))
    return found


def _runs(flags: Flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _merged(lobes: list[_Lobe], hz: float) -> list[_Lobe]:
    """Return lobes with those within the refractory time of the one before joined to it."""
    found: list[_Lobe] = []
    for lobe in lobes:
        if found and lobe.first - found[-1].last < REFRACTORY_S * hz:
            found[-1] = _Lobe(found[-1].first, lobe.last, max(found[-1].peak_g, lobe.peak_g, key=abs))
        else:
            found.append(lobe)
    return found


def _sideways(recording: Recording, motion: Motion, left: Floats, limits: Thresholds) -> list[Event]:
    """Return turns, changes of lanes and swerves: what pushed to a side."""
    hz, at = recording.hz, limits.cornering_g * limits.marked
    lobes = [lobe._replace(peak_g=-lobe.peak_g) for lobe in _lobes(-left, LOBE_G, hz)]
    lobes = sorted(lobes + _lobes(left, LOBE_G, hz), key=lambda lobe: lobe.first)
    found: list[Event] = []
    turns: dict[float, list[_Lobe]] = {1.0: [], -1.0: []}
    number = 0
    while number < len(lobes):
        one = lobes[number]
        two = lobes[number + 1] if number + 1 < len(lobes) else None
        if two is not None and _is_lane_change(motion, one, two, at, hz):
            whole = _Lobe(one.first, two.last, max(one.peak_g, two.peak_g, key=abs))
            side = np.sign(one.peak_g)
            event = _event("harsh_lane_change", recording, motion, whole, limits.cornering_g, at)
            found.append(event._replace(direction="left" if side > 0.0 else "right"))
            number += 2
            continue
        if abs(one.peak_g) >= at:
            turns[float(np.sign(one.peak_g))].append(one)
        number += 1
    for side in (1.0, -1.0):
        for lobe in _merged(turns[side], hz):
            turned = _heading_deg(motion, lobe.first, lobe.last, hz)
            kind: Kind = "harsh_turn" if turned is None or abs(turned) >= TURN_DEG else "harsh_swerve"
            event = _event(kind, recording, motion, lobe, limits.cornering_g, at)
            found.append(event._replace(direction="left" if side > 0.0 else "right"))
    return found


def _is_lane_change(motion: Motion, one: _Lobe, two: _Lobe, at: float, hz: float) -> bool:
    """Say whether two pushes are one change of lanes: to one side, soon to the other, and then straight on."""
    if one.peak_g * two.peak_g >= 0.0 or max(abs(one.peak_g), abs(two.peak_g)) < 0.85 * at:
        return False
    if two.first - one.last > PAUSE_S * hz or two.last - one.first > LANE_CHANGE_S * hz:
        return False
    turned = _heading_deg(motion, one.first, two.last, hz)
    return turned is None or abs(turned) < TURN_DEG


def _heading_deg(motion: Motion, first: int, last: int, hz: float) -> float | None:
    if motion.yaw_dps is None:
        return None
    reach = round(0.3 * hz)
    part = motion.yaw_dps[max(first - reach, 0) : last + reach + 1]
    return float(np.nansum(part)) / hz


def _event(kind: Kind, recording: Recording, motion: Motion, lobe: _Lobe, limit: float, at: float) -> Event:
    size = abs(lobe.peak_g)
    margin = 0.5 + 0.5 * min(1.0, (size - at) / max(1.5 * limit - at, 1e-9))
    return Event(
        kind=kind,
        start_s=recording.time_s(lobe.first),
        end_s=recording.time_s(lobe.last),
        strength_g=size,
        direction="",
        grade="harsh" if size >= limit else "marked",
        confidence=round(max(0.0, motion.confidence * margin), 3),
    )


def _believable(recording: Recording, event: Event) -> bool:
    """Say whether the sensor lived and the car moved."""
    first = round((event.start_s - recording.start_s) * recording.hz)
    last = round((event.end_s - recording.start_s) * recording.hz)
    if np.mean(recording.stuck[first : last + 1]) > 0.5:
        return False
    if recording.speed_kmh is None:
        return True
    reach = round(2.0 * recording.hz)
    around = recording.speed_kmh[max(first - reach, 0) : last + reach + 1]
    return not np.isfinite(around).any() or float(np.nanmax(around)) > LEAST_KMH
