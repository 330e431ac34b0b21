"""Motion in a data set: kept per vehicle while the rows go by, then turned into events and a risk level. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.replay.batches import Rows
from cloud.replay.mapping import MotionPart
from cloud.replay.names import DEVICE, MOTION
from cloud.replay.report import iso
from cloud.trips.impact import Impact, impacts
from cloud.trips.manoeuvres import CAR, HEAVY, Event, manoeuvres
from cloud.trips.orientation import Axes, Motion, oriented
from cloud.trips.recording import Recording, Series, recording
from cloud.trips.risk import verdict
from contract.signals import SPEED
from contract.validity import Validity

DEVICE_ACCELERATION: Final = tuple(DEVICE[f"acceleration_{axis}"].path for axis in "xyz")
DEVICE_ROTATION: Final = tuple(DEVICE[f"gyroscope_{axis}"].path for axis in "xyz")
CAR_ACCELERATION: Final = tuple(MOTION[f"acceleration_{way}"].path for way in ("longitudinal", "lateral", "vertical"))
CAR_ROTATION: Final = tuple(MOTION[f"angular_velocity_{way}"].path for way in ("roll", "pitch", "yaw"))
ALL: Final = frozenset((*DEVICE_ACCELERATION, *DEVICE_ROTATION, *CAR_ACCELERATION, *CAR_ROTATION))
OWN: Final = frozenset((*DEVICE_ACCELERATION, *DEVICE_ROTATION))
MOST_MISSING: Final = 0.1

_Kept = tuple[NDArray[np.int64], NDArray[np.float64]]


class MotionDesk:
    """What was measured of each vehicle's motion; a drive at 100 Hz takes some 50 MB an hour until it is finished."""

    def __init__(self, part: MotionPart, gap_s: float, has_motion: bool) -> None:
        """Begin; without any motion in the map nothing is kept."""
        self._axes: Axes | None = part.axes or None
        self._limits = HEAVY if part.vehicle_class == "heavy" else CAR
        self._gap_s, self._has_motion = gap_s, has_motion
        self._kept: dict[str, dict[str, list[_Kept]]] = defaultdict(lambda: defaultdict(list))

    def take(self, vehicle: str, rows: Rows) -> Rows:
        """Keep the motion in `rows`, and return them without what only the device's own axes say."""
        if not self._has_motion:
            return rows
        kept = self._kept[vehicle]
        for k, signal in enumerate(rows.signals):
            if signal.path in ALL or signal.path == SPEED.path:
                there = rows.kinds[:, k] == Validity.VALUE
                kept[signal.path].append((rows.times_ms[there], rows.values[there, k].copy()))
        rest = [k for k, signal in enumerate(rows.signals) if signal.path not in OWN]
        if len(rest) == len(rows.signals):
            return rows
        return Rows(tuple(rows.signals[k] for k in rest), rows.times_ms, rows.values[:, rest], rows.kinds[:, rest])

    def finish(self, vehicle: str, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the events and the recordings of a vehicle, as JSON, and forget it."""
        kept = self._kept.pop(vehicle, {})
        speed = _series(kept, (SPEED.path,))
        device = bool(kept.get(DEVICE_ACCELERATION[0]))
        acceleration = _series(kept, DEVICE_ACCELERATION if device else CAR_ACCELERATION)
        axes: Axes = self._axes or ("device" if device else "vehicle")
        events: list[Event] = []
        told: list[dict[str, Any]] = []
        if acceleration is None:
            return [], []
        rotation = _series(kept, CAR_ROTATION) or _series(kept, DEVICE_ROTATION)
        for part in _parts(acceleration, self._gap_s):
            whole = recording(part, _within(rotation, part), _within(speed, part))
            if whole is not None:
                motion = oriented(whole, axes)
                found = manoeuvres(whole, motion, self._limits)
                found += [_candidate(one) for one in impacts(whole, motion)]
                events += found
                told.append(_recording_json(whole, motion, axes, found, name))
        return [_event_json(event, name) for event in sorted(events, key=lambda e: (e.start_s, e.kind))], told


def _series(kept: dict[str, list[_Kept]], paths: tuple[str, ...]) -> Series | None:
    """Return the signals side by side on the times of the first that was measured; 0 for those that were not."""
    whole = [_joined(kept.get(path, [])) for path in paths]
    times_ms = next((times for times, _ in whole if len(times)), None)
    if times_ms is None:
        return None
    columns = []
    for own_ms, values in whole:
        if len(own_ms) == len(times_ms) and bool((own_ms == times_ms).all()):
            columns.append(values)
        elif len(own_ms) == 0:
            columns.append(np.zeros(len(times_ms)))
        else:
            order = np.argsort(own_ms, kind="stable")
            columns.append(np.interp(times_ms, own_ms[order], values[order]))
    return Series(times_ms / 1000.0, np.column_stack(columns))


def _joined(parts: list[_Kept]) -> _Kept:
    if not parts:
        return np.empty(0, np.int64), np.empty(0)
    return np.concatenate([times for times, _ in parts]), np.concatenate([values for _, values in parts])


def _parts(whole: Series, gap_s: float) -> Iterator[Series]:
    """Yield what lies between gaps, each a recording of its own."""
    order = np.argsort(whole.times_s, kind="stable")
    times, values = whole.times_s[order], whole.values[order]
    edges = [0, *(np.flatnonzero(np.diff(times) > gap_s) + 1).tolist(), len(times)]
    for first, end in pairwise(edges):
        yield Series(times[first:end], values[first:end])


def _within(series: Series | None, part: Series) -> Series | None:
    if series is None:
        return None
    near = (series.times_s >= part.times_s[0] - 5.0) & (series.times_s <= part.times_s[-1] + 15.0)
    return Series(series.times_s[near], series.values[near]) if near.any() else None


def _candidate(one: Impact) -> Event:
    return Event(
        kind="collision_candidate",
        start_s=one.start_s,
        end_s=one.end_s,
        strength_g=one.peak_g,
        direction="",
        grade="harsh",
        confidence=one.confidence,
        source=one.source,
    )


def _event_json(event: Event, name: str) -> dict[str, Any]:
    return {
        "vehicle": name,
        "kind": event.kind,
        "direction": event.direction or None,
        "start": _iso(event.start_s),
        "end": _iso(event.end_s),
        "strength_g": round(event.strength_g, 3),
        "grade": event.grade,
        "source": event.source,
        "confidence": event.confidence,
    }


def _recording_json(whole: Recording, motion: Motion, axes: Axes, events: list[Event], name: str) -> dict[str, Any]:
    judged = verdict(whole, motion, events)
    missing = float(np.mean(~np.isfinite(whole.acceleration).all(axis=1)))
    stuck = float(np.mean(whole.stuck))
    kinds = Counter(event.kind for event in events)
    return {
        "vehicle": name,
        "start": _iso(whole.start_s),
        "end": _iso(whole.time_s(len(whole.stuck) - 1)),
        "minutes": round(len(whole.stuck) / whole.hz / 60.0, 3),
        "minutes_measured": round(judged.measured_s / 60.0, 3),
        "hz": round((len(whole.raw.times_s) - 1) / max(float(np.ptp(whole.raw.times_s)), 1e-9), 2),
        "axes": axes,
        "axes_found_by": motion.found_by,
        "axes_confidence": round(motion.confidence, 3),
        "missing_share": round(missing, 4),
        "stuck_share": round(stuck, 4),
        "events": dict(sorted(kinds.items())),
        "harsh": sum(event.grade == "harsh" for event in events),
        "marked": sum(event.grade == "marked" for event in events),
        "weighted_events_per_10min": judged.weighted_per_10min,
        "push_p95_g": judged.p95_g,
        "risk_level": judged.level,
        "scored": judged.level is not None and missing + stuck <= MOST_MISSING,
    }


def _iso(seconds: float) -> str:
    return iso(round(seconds * 1000.0))
