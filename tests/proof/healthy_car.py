"""Two days of a healthy car through scoring and the decision rule: how often would help have been sent for nothing?

    python -m tests.proof.healthy_car          # prints the figures as JSON; needs the data folder (OUTRIDER_DATA)

The recording (carOBD: a Toyota Etios, 72 drives and idlings) is replayed row by row at the one row per second that its
authors state; between two files the car is taken to have rested for eight hours. It says nothing of what the car did
in between, so those hours are not counted. The car's own run-time counter advances half as fast as the rows: the hours
by that counter are printed too, and the bound that goes with them.

Faults are injected into the same stream: a generator that dies, and a battery that is drained while the car is parked.
"""

import csv
import io
import json
import math
import os
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from cloud.decision.policy import Policy
from cloud.decision.rule import Situation, decide
from cloud.scoring import engine
from cloud.scoring.types import Assessment, VehicleFacts
from contract import signals
from contract.signals import Signal
from tests.cloud.scoring.journeys import Reading, batched, facts, in_log_order

VEHICLE: Final = "etios"
REST_S: Final = 8 * 3600.0
HELP: Final = frozenset({"ask", "dispatch", "emergency"})
COLUMNS: Final = {
    "ENGINE_RPM": signals.ENGINE_SPEED,
    "VEHICLE_SPEED": signals.SPEED,
    "COOLANT_TEMPERATURE": signals.COOLANT_TEMPERATURE,
    "CONTROL_MODULE_VOLTAGE": signals.CONTROL_MODULE_VOLTAGE,
}
DIES_IN_DRIVE: Final = 20
DRAINED_AFTER_DRIVE: Final = 20


class Drive(NamedTuple):
    """One file: its name, its rows (signal -> value, one a second), and how far the run-time counter went."""

    name: str
    rows: list[dict[Signal, float]]
    run_time_s: float


class Outcome(NamedTuple):
    """One replay: what was decided, how often by action, and the highest probability by cause."""

    alerts: list[str]
    assessments: int
    actions: dict[str, int]
    highest_p72: dict[str, float]


def drives(data: Path) -> list[Drive]:
    """Return the recording's drives in the order of their names."""
    with tarfile.open(data / "obd_csv" / "carOBD_drive_idle_long.tar.xz") as archive:
        members = sorted((m for m in archive.getmembers() if m.name.endswith(".csv")), key=lambda m: _natural(m.name))
        return [_drive(member.name, _text(archive, member)) for member in members]


def _natural(name: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = archive.extractfile(member)
    return "" if file is None else file.read().decode()


def _drive(name: str, text: str) -> Drive:
    reader = csv.reader(io.StringIO(text))
    head = [column.split(" ")[0] for column in next(reader)]
    rows, last = [], 0.0
    for cells in reader:
        found = dict(zip(head, cells, strict=False))
        rows.append({signal: _number(found.get(column, "")) for column, signal in COLUMNS.items()})
        last = max(last, _number(found.get("ENGINE_RUN_TINE", "0")))
    return Drive(name, rows, last)


def _number(cell: str) -> float:
    return float(cell) if cell.strip() else math.nan


def healthy(recorded: Iterable[Drive], *, supply: bool) -> Iterator[Reading]:
    """Yield the recording as readings; with `supply` the same voltage is also seen by the dongle's own converter."""
    t = 0.0
    for drive in recorded:
        yield t, signals.IS_AWAKE, 1.0
        for row in drive.rows:
            t += 1.0
            yield from ((t, signal, value) for signal, value in row.items())
            if supply:
                yield t, signals.SUPPLY_VOLTAGE, row[signals.CONTROL_MODULE_VOLTAGE]
        t += 1.0
        yield t, signals.IS_AWAKE, 0.0
        t += REST_S


def dead_generator(recorded: Iterable[Drive]) -> Iterator[Reading]:
    """Yield the recording; from one drive on nothing charges, and the voltage falls by 20 mV a minute to 11 V."""
    drive, fallen = 0, 0.0
    for t, signal, value in healthy(recorded, supply=True):
        drive += signal is signals.IS_AWAKE and value == 1.0
        if drive >= DIES_IN_DRIVE and signal in {signals.SUPPLY_VOLTAGE, signals.CONTROL_MODULE_VOLTAGE}:
            fallen += 0.01 / 60.0  # two voltages a second
            yield t, signal, round(min(value, max(12.4 - fallen, 11.0)), 3)
        else:
            yield t, signal, value


def drained(recorded: Iterable[Drive]) -> Iterator[Reading]:
    """Yield the recording; in one rest the supply voltage, seen every 300 s, falls by 55 mV an hour."""
    drive = 0
    for t, signal, value in healthy(recorded, supply=True):
        yield t, signal, value
        if signal is signals.IS_AWAKE and value == 0.0:
            drive += 1
            for k in range(1, int(REST_S // 300) if drive == DRAINED_AFTER_DRIVE else 0):
                noise = 0.02 * math.sin(12.9898 * k) * math.cos(78.233 * k)
                volts = 12.6 - 0.055 * k / 12.0 + 0.2 * math.exp(-k / 15.0) + noise
                yield t + 300.0 * k, signals.SUPPLY_VOLTAGE, round(volts, 3)


def replay(readings: Iterable[Reading], policy: Policy) -> Outcome:
    """Return what scoring and the decision rule make of `readings`."""
    entries = in_log_order([facts(VEHICLE, VehicleFacts(powertrain="petrol"))], batched(VEHICLE, list(readings)))
    _, assessments = engine.step(engine.new_state(1), entries)
    alerts, actions, highest = [], Counter[str](), dict[str, float]()
    for assessment in assessments:
        decision = decide(_situation(assessment, policy), policy)
        actions[decision.action] += 1
        if assessment.risks is not None:
            highest[assessment.cause] = max(highest.get(assessment.cause, 0.0), assessment.risks[1].p)
        if decision.action in HELP:
            why = assessment.reasons[0].en
            alerts.append(f"{assessment.cause} {decision.action} ({decision.code}): {why}")
    return Outcome(alerts, len(assessments), dict(actions), highest)


def _situation(a: Assessment, policy: Policy) -> Situation:
    horizon_h = policy.cost_of(a.cause).horizon_h
    p = None if a.risks is None else {risk.horizon_h: risk.p for risk in a.risks}[horizon_h]
    return Situation(
        cause=a.cause,
        service=a.service,
        severity=a.severity,
        p=p,
        quality=a.quality,
        calibrated=a.calibrated,
        abstained=a.abstained,
        as_of_ms=a.as_of_ms,
        now_ms=a.received_ms,
        time_to_threshold_h=a.time_to_threshold_h,
    )


def figures(data: Path) -> dict[str, Any]:
    """Return alerts, hours and their 95 % upper bound for the healthy car, and the alerts of the injected faults."""
    policy = Policy()
    recorded = drives(data)
    hours = sum(len(drive.rows) for drive in recorded) / 3600.0
    counted = sum(drive.run_time_s for drive in recorded) / 3600.0
    cost = policy.cost_of("low_voltage_battery")
    found: dict[str, Any] = {
        "asks_from_p72": round(policy.ask_from * cost.p_star, 3),
        "files": len(recorded),
        "rows": sum(len(drive.rows) for drive in recorded),
        "hours_at_one_row_a_second": round(hours, 2),
        "hours_by_run_time_counter": round(counted, 2),
    }
    for name, readings in (
        ("as_recorded", healthy(recorded, supply=False)),
        ("seen_by_a_supply_source", healthy(recorded, supply=True)),
    ):
        outcome = replay(readings, policy)
        found[name] = outcome._asdict() | {
            "alerts": len(outcome.alerts),
            "what": outcome.alerts[:3],
            "alerts_per_hour_upper_95": _upper(len(outcome.alerts), hours),
            "alerts_per_hour_upper_95_by_counter": _upper(len(outcome.alerts), counted),
        }
    for name, readings in (("dead_generator", dead_generator(recorded)), ("drained", drained(recorded))):
        outcome = replay(readings, policy)
        found[name] = {"alerts": len(outcome.alerts), "first": outcome.alerts[:1]}
    return found


def _upper(alerts: int, hours: float) -> float | None:
    """Return the 95 % upper bound of a rate without events (3/n), None where there were some."""
    return round(3.0 / hours, 4) if alerts == 0 else None


def data_folder() -> Path:
    """Return the folder of recorded data: OUTRIDER_DATA, else `../shared/data` beside the project."""
    named = os.environ.get("OUTRIDER_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"


if __name__ == "__main__":
    json.dump(figures(data_folder()), sys.stdout, indent=2, ensure_ascii=False)
    print()
