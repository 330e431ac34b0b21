"""The condition of vehicles as the store knows it when a period is closed; nothing of how they were driven."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, func, select

from cloud.insurer.periods import Period
from cloud.insurer.rows import Condition
from cloud.store.tables import fault_codes, jobs, reminders, risks, vehicles

_DAY_MS: Final = 86_400_000
_BANDS: Final = {"low_voltage_battery": "battery_band", "tyre": "tyre_band"}
_OPEN: Final = ("pending", "confirmed", "permanent")
_FAMILY: Final = 3  # P03 of P0301


def conditions(connection: Connection, period: Period, now_ms: int) -> Iterator[tuple[str, Condition]]:
    """Yield every vehicle with its condition, in the order of their ids."""
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(select(risks.c.vehicle_id, risks.c.cause, risks.c.level)):
        if row.cause in _BANDS:
            found.setdefault(row.vehicle_id, {})[_BANDS[row.cause]] = row.level
    _faults(connection, found, now_ms)
    due = select(reminders.c.vehicle_id, func.count(), func.count(reminders.c.done_ms))
    for vehicle, all_, done in connection.execute(due.group_by(reminders.c.vehicle_id)):
        found.setdefault(vehicle, {})["maintenance_adherence"] = done / all_
    helped = select(jobs.c.vehicle_id, func.count()).where(
        jobs.c.vehicle_id.is_not(None), jobs.c.created_ms >= period.start_ms, jobs.c.created_ms < period.end_ms
    )
    for vehicle, count in connection.execute(helped.group_by(jobs.c.vehicle_id)):
        found.setdefault(vehicle, {})["rescues_used"] = count
    for vehicle in connection.execute(select(vehicles.c.id).order_by(vehicles.c.id)).scalars():
        yield vehicle, Condition(**found.get(vehicle, {}))


def _faults(connection: Connection, found: dict[str, dict[str, Any]], now_ms: int) -> None:
    columns = (fault_codes.c.vehicle_id, fault_codes.c.code, fault_codes.c.state)
    for row in connection.execute(select(*columns, fault_codes.c.first_ms)):
        known = found.setdefault(row.vehicle_id, {})
        families = known.get("open_dtc_families", ())
        if row.state not in _OPEN:
            known["open_dtc_families"] = families  # it has spoken of its codes, and this one is open no more
            continue
        known["open_dtc_families"] = tuple(sorted({*families, row.code[:_FAMILY]}))
        days = max(0.0, (now_ms - row.first_ms) / _DAY_MS)
        known["days_unrepaired"] = max(days, known.get("days_unrepaired", 0.0))
