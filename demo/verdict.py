"""What came of it: the summary and whether the loop closed. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from demo.cast import CALLER, EXPECTED, HEALTHY, REMINDED

_GRACE_H = 2.0
_LEDGER_FAULTS = ("lost", "duplicated", "corrupted", "misattributed", "out_of_order")


@dataclass
class Seen:
    """What the API showed at the end, and the truths the simulator wrote."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    reminders: list[dict[str, Any]] = field(default_factory=list)
    truths: dict[str, dict[str, Any]] = field(default_factory=dict)
    ledger: dict[str, Any] = field(default_factory=dict)
    now: datetime | None = None
    killed: list[str] = field(default_factory=list)


def instant(value: str | float | None) -> datetime | None:
    """Return an ISO 8601 text or Unix seconds as an aware datetime."""
    if value is None:
        return None
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(value).astimezone()


def lead_minutes(case: dict[str, Any], truth: dict[str, Any]) -> float | None:
    """Return how many domain minutes before the truth's breakdown the case was opened; None without such a truth."""
    opened, breakdown = instant(case["opened_at"]), instant(truth.get("breakdown"))
    if opened is None or breakdown is None or truth.get("cause") != case["cause"]:
        return None
    return (breakdown - opened).total_seconds() / 60.0


def summary(seen: Seen, factor: float, simulated_days: float) -> dict[str, Any]:
    """Return the JSON summary; `why_not` names each thing that kept the loop from closing."""
    leads: dict[str, list[float]] = {}
    for case in seen.cases:
        lead = lead_minutes(case, seen.truths.get(case["vehicle"]["id"], {}))
        if lead is not None:
            leads.setdefault(case["cause"], []).append(lead)
    why_not = _why_not(seen, leads)
    return {
        "closed": not why_not,
        "why_not": why_not,
        "cases": _count(seen.cases, "cause", tuple(EXPECTED)),
        "jobs": _count(seen.jobs, "state", ("completed",)),
        "reminders": len(seen.reminders),
        "lead_time_min": {cause: round(median(minutes), 1) for cause, minutes in sorted(leads.items())},
        "samples": {key: seen.ledger.get(key) for key in ("accepted", *_LEDGER_FAULTS)},
        "clock": {"factor": factor, "simulated_days": round(simulated_days, 3)},
    }


def _why_not(seen: Seen, leads: dict[str, list[float]]) -> list[str]:
    faults = []
    for cause, vehicle in EXPECTED.items():
        if not any(case["cause"] == cause and case["vehicle"]["id"] == vehicle for case in seen.cases):
            faults.append(f"{vehicle}: no {cause} case was opened")
        elif min(leads.get(cause, [0.0])) <= 0.0:
            faults.append(f"{cause}: not opened before the truth's breakdown")
    faults += _job_faults(seen)
    if not any(reminder["vehicle"]["id"] == REMINDED for reminder in seen.reminders):
        faults.append(f"{REMINDED}: no maintenance reminder")
    for kind, things in (("case", seen.cases), ("job", seen.jobs), ("reminder", seen.reminders)):
        if any(thing["vehicle"]["id"] == HEALTHY for thing in things):
            faults.append(f"{HEALTHY} is healthy and yet has a {kind}")
    if not seen.ledger.get("accepted"):
        faults.append("the ledger saw no accepted sample")
    faults += [f"ledger: {seen.ledger[key]} {key}" for key in _LEDGER_FAULTS if seen.ledger.get(key)]
    return faults + [f"{name} did not stop by itself" for name in seen.killed]


def _job_faults(seen: Seen) -> list[str]:
    done = {job["vehicle"]["id"] for job in seen.jobs if job["state"] == "completed"}
    faults = []
    if CALLER not in done:
        faults.append(f"{CALLER}: the driver's call for help was not served")
    if not done & set(EXPECTED.values()):
        faults.append("no predicted case became a completed job")
    for job in seen.jobs:
        created = instant(job["created_at"])
        hours = (seen.now - created).total_seconds() / 3600.0 if seen.now and created else _GRACE_H
        if job["state"] != "completed" and hours >= _GRACE_H:
            faults.append(f"{job['vehicle']['id']}: job {job['id']} is {job['state']} after {hours:.1f} h")
    return faults


def _count(things: list[dict[str, Any]], key: str, always: tuple[str, ...]) -> dict[str, int]:
    counts = dict.fromkeys(always, 0)
    for thing in things:
        counts[thing[key]] = counts.get(thing[key], 0) + 1
    return counts
