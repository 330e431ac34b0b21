"""The terminal's view of the loop."""

from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from demo.cast import Car
from demo.verdict import Seen

_COLOUR = {"ok": "green", "watch": "yellow", "risk": "dark_orange", "critical": "red", "unknown": "grey50"}
_SHORT = {"low_voltage_battery": "12 V", "tyre": "tyre", "traction_battery": "charge", "dtc": "codes"}


def render(cars: list[Car], vehicles: list[dict[str, Any]], seen: Seen, head: str, foot: str) -> RenderableType:
    """Return one picture of the fleet, its cases and its jobs."""
    return Group(Text(head, style="bold"), _fleet(cars, vehicles), _cases(seen), _jobs(seen), Text(foot, style="dim"))


def _fleet(cars: list[Car], vehicles: list[dict[str, Any]]) -> Table:
    table = Table(title="Fleet by urgency", expand=True)
    for heading in ("car", "scenario", "state", "seen", *_SHORT.values(), "next"):
        table.add_column(heading)
    scenario = {car.id: car.scenario for car in cars}
    for vehicle in sorted(vehicles, key=lambda row: -row["urgency"]):
        health = vehicle["health"]
        levels = [health.get(cause, {}).get("level", "unknown") for cause in _SHORT]
        age = vehicle["age_s"]
        table.add_row(
            vehicle["name"],
            scenario.get(vehicle["id"], ""),
            vehicle["state"],
            "never" if age is None else f"{age / 60:.0f} min",
            *(Text(level, style=_COLOUR.get(level, "white")) for level in levels),
            (vehicle["next_action"] or {}).get("en", ""),
        )
    return table


def _cases(seen: Seen) -> Panel:
    lines = []
    for case in sorted(seen.cases, key=lambda row: str(row["opened_at"])):
        reason = case["reasons"][0]["en"] if case["reasons"] else ""
        decision = (case["decision"] or {}).get("action", "undecided")
        who = f"{_clock(case['opened_at'])} {case['vehicle']['name']:7} {case['cause']:20}"
        lines.append(f"{who} {case['state']:12} {decision:9} {reason}")
    return Panel("\n".join(lines) or "none yet", title="Cases", title_align="left")


def _jobs(seen: Seen) -> Panel:
    lines = []
    for job in sorted(seen.jobs, key=lambda row: str(row["created_at"])):
        partner = (job["partner"] or {}).get("name", "-")
        who = f"{_clock(job['created_at'])} {job['vehicle']['name']:7} {job['origin']:10}"
        lines.append(f"{who} {job['service']:16} {job['state']:12} {partner}")
    for reminder in seen.reminders:
        when = _clock(reminder["created_at"])
        lines.append(
            f"{when} {reminder['vehicle']['name']:7} {'reminder':10} {reminder['kind']:16} {reminder['state']}"
        )
    return Panel("\n".join(lines) or "none yet", title="Jobs and reminders", title_align="left")


def _clock(value: str) -> str:
    return datetime.fromisoformat(value).strftime("%d %H:%M")
