"""What a replay found, as the one line of JSON that its command prints. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from scipy import special

from cloud.replay.desk import Alert
from cloud.replay.rejected import Rejected
from cloud.trips.features import features
from cloud.trips.trip import Happened, Trip, days_of

LISTED: Final = 200
RESCUE: Final = ("rescue", "emergency")
HOUR_MS: Final = 3_600_000.0
DAY_H: Final = 24.0
CONFIDENCE: Final = 0.95
_ELEMENT: Final = re.compile(r"\.\d+$")


@dataclass
class Findings:
    """What is counted while a data set goes by; alerts are kept up to `LISTED`, all are counted."""

    rows: int = 0
    files: int = 0
    assessments: int = 0
    measured: Counter[str] = field(default_factory=Counter)
    highest_p: dict[str, float] = field(default_factory=dict)
    rejected: Rejected = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    by_grade: Counter[str] = field(default_factory=Counter)
    by_cause: Counter[str] = field(default_factory=Counter)
    hours: dict[str, float] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    first_ms: int | None = None
    last_ms: int | None = None

    def saw(self, vehicle: str, observed_ms: int, first_ms: int | None, last_ms: int | None) -> None:
        """Add one vehicle's time."""
        self.hours[vehicle] = round(observed_ms / HOUR_MS, 4)
        if first_ms is not None and last_ms is not None:
            self.first_ms = first_ms if self.first_ms is None else min(self.first_ms, first_ms)
            self.last_ms = last_ms if self.last_ms is None else max(self.last_ms, last_ms)

    def moved(self, events: Sequence[Mapping[str, Any]], recordings: Sequence[Mapping[str, Any]]) -> None:
        """Add what one vehicle's motion showed."""
        self.events += [dict(event) for event in events]
        self.recordings += [dict(one) for one in recordings]

    def drove(self, names: Mapping[str, str], trips: Sequence[Trip], events: Sequence[Happened]) -> None:
        """Add trips that ended and what was seen by speed; what acceleration shows is told by the recordings."""
        self.trips += [msgspec.structs.replace(trip, vehicle=names[trip.vehicle]) for trip in trips]
        self.events += [event_of(event, names[event.vehicle]) for event in events if event.source != "imu"]

    def told(self, told: Mapping[str, Any]) -> None:
        """Add one alert."""
        self.by_grade[told["grade"]] += 1
        self.by_cause[f"{told['cause']}/{told['action']}"] += 1
        if len(self.alerts) < LISTED:
            self.alerts.append(dict(told))


def alert_of(alert: Alert, vehicle: str, cells: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an alert as JSON; `cells` are the pack's most suspicious ones, worst first."""
    a = alert.assessment
    found: dict[str, Any] = {
        "vehicle": vehicle,
        "time": iso(alert.at_ms),
        "newest_sample": iso(a.as_of_ms),
        "cause": a.cause,
        "action": alert.action,
        "grade": alert.grade,
        "code": alert.code,
        "severity": a.severity,
        "probability": {str(risk.horizon_h): risk.p for risk in a.risks or ()},
        "calibrated": a.calibrated,
        "quality": a.quality,
        "time_to_threshold_h": a.time_to_threshold_h,
        "reasons": {"zh": [why.zh for why in a.reasons], "en": [why.en for why in a.reasons]},
    }
    return found | ({"cell": {"ranked": [dict(cell) for cell in cells]}} if cells else {})


def event_of(event: Happened, name: str) -> dict[str, Any]:
    """Return what speed alone showed, as JSON; seen every second it is less sure than seen faster."""
    return {
        "vehicle": name,
        "kind": event.kind,
        "direction": None,
        "start": iso(event.start_ms),
        "end": iso(event.end_ms),
        "strength_g": round(event.peak_g, 3),
        "grade": "harsh",
        "source": event.source,
        "confidence": 0.7 if event.source == "fast_speed" else 0.5,
    }


def summary(findings: Findings) -> dict[str, Any]:
    """Return everything as JSON."""
    hours = sum(findings.hours.values())
    rescue = sum(findings.by_grade[grade] for grade in RESCUE)
    total = sum(findings.by_grade.values())
    first, last = findings.first_ms, findings.last_ms
    return {
        "vehicles": len(findings.hours),
        "files": findings.files,
        "rows": findings.rows,
        "first": None if first is None else iso(first),
        "last": None if last is None else iso(last),
        "span_hours": 0.0 if first is None or last is None else round((last - first) / HOUR_MS, 3),
        "hours": round(hours, 3),
        "hours_by_vehicle": findings.hours,
        "assessments": findings.assessments,
        "measured_assessments_by_cause": dict(sorted(findings.measured.items())),
        "highest_probability_72h": {cause: findings.highest_p[cause] for cause in sorted(findings.highest_p)},
        "alerts": findings.alerts,
        "alerts_total": total,
        "alerts_left_off": total - len(findings.alerts),
        "alerts_by_grade": {grade: findings.by_grade[grade] for grade in ("advice", *RESCUE)},
        "alerts_by_cause": dict(sorted(findings.by_cause.items())),
        "alerts_per_vehicle_day": round(total / (hours / DAY_H), 6) if hours else None,
        "events": findings.events,
        "recordings": findings.recordings,
        "trips": [_trip(trip) for trip in findings.trips[:LISTED]],
        "trips_left_off": max(0, len(findings.trips) - LISTED),
        "driving": _driving(findings.trips),
        "rejected": _rejected(findings),
        "rejected_by_signal": _by_signal(findings.rejected),
        "rescue_grade_per_hour": rate(rescue, hours),
    }


def rate(count: int, hours: float) -> dict[str, Any]:
    """Return events an hour with the exact one-sided 95 % upper bound of a Poisson rate (3/n where there were none)."""
    if not hours > 0.0:
        return {"count": count, "hours": 0.0, "rate": None, "upper_95": None}
    upper = float(special.gammaincinv(count + 1, CONFIDENCE)) / hours
    return {"count": count, "hours": round(hours, 3), "rate": round(count / hours, 6), "upper_95": round(upper, 6)}


def iso(ms: int) -> str:
    """Return a time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(ms / 1000.0, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trip(trip: Trip) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(trip))
    return told | {"start": iso(trip.start_ms), "end": iso(trip.end_ms), "scored": trip.scored}


def _driving(trips: Sequence[Trip]) -> list[dict[str, Any]]:
    """Return the features of each vehicle over all of its days."""
    days = days_of(trips)
    found = []
    for vehicle in sorted({day.vehicle for day in days}):
        own = [day for day in days if day.vehicle == vehicle]
        found.append(msgspec.json.decode(msgspec.json.encode(features(vehicle, own[0].day, own[-1].day, own))))
    return found


def _rejected(findings: Findings) -> dict[str, int]:
    counts = Counter[str](findings.refused)
    for (reason, _), count in findings.rejected.items():
        counts[reason] += count
    return {reason: count for reason, count in sorted(counts.items()) if count}


def _by_signal(rejected: Rejected) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (reason, signal), count in sorted(rejected.items()):
        array = _ELEMENT.sub("", signal)  # a battery has a hundred cells, and they are told as one
        found.setdefault(reason, {})[array] = found.get(reason, {}).get(array, 0) + count
    return found
