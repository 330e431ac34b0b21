"""Keeping fault codes: each report and each clearing moves the codes of its vehicle on, in the caller's transaction."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, Table, and_, delete, or_, select

from cloud.faults.lifecycle import ClearedBy, FaultCode, Key, advance, changes, clear, within_bounds
from cloud.store.feed import note
from cloud.store.once import upsert, upsert_all
from cloud.store.tables import code_reports, control_units, fault_codes, freeze_frames
from contract.messages import DtcReport, UrgentEvent

MOST_FRAMES: Final = 256  # of one vehicle, the newest
MOST_CONTROL_UNITS: Final = 128
_WHY: Mapping[object, ClearedBy] = {"codes_cleared": "codes_cleared", "supply_lost": "supply_lost"}


def take(connection: Connection, report: DtcReport, at_ms: int, now_ms: int) -> None:
    """Keep what `report` says; one older than what is known adds its freeze frames and changes no code."""
    _keep_frames(connection, report, at_ms)
    if report.sets and _is_newest(connection, report.vehicle, at_ms):
        before = codes_of(connection, report.vehicle)
        _keep(connection, report.vehicle, before, within_bounds(advance(before, report, at_ms)), now_ms)
        _keep_control_units(connection, report, at_ms)


def take_clearing(connection: Connection, event: UrgentEvent, at_ms: int, now_ms: int) -> None:
    """Keep that the codes were cleared, or the 12 V supply was away, as `event` says."""
    if _is_newest(connection, event.vehicle, at_ms):
        before = codes_of(connection, event.vehicle)
        after = clear(before, _WHY.get(event.facts.get("why"), "unknown"), at_ms)
        _keep(connection, event.vehicle, before, after, now_ms)


def codes_of(connection: Connection, vehicle_id: str) -> dict[Key, FaultCode]:
    """Return every code that the vehicle ever listed."""
    rows = connection.execute(select(fault_codes).where(fault_codes.c.vehicle_id == vehicle_id)).mappings()
    fields = FaultCode._fields
    return {
        (row["ecu"], row["code"]): FaultCode(
            **{name: row[name] for name in fields} | {"listed": frozenset(row["listed"])}
        )
        for row in rows
    }


def _is_newest(connection: Connection, vehicle_id: str, at_ms: int) -> bool:
    known_ms = connection.execute(select(code_reports.c.at_ms).where(code_reports.c.vehicle_id == vehicle_id)).scalar()
    if known_ms is not None and at_ms < known_ms:
        return False
    upsert(connection, code_reports, {"vehicle_id": vehicle_id, "at_ms": at_ms})
    return True


def _keep(
    connection: Connection,
    vehicle_id: str,
    before: Mapping[Key, FaultCode],
    after: Mapping[Key, FaultCode],
    now_ms: int,
) -> None:
    moved = [
        {"vehicle_id": vehicle_id, "state": code.state, **code._asdict(), "listed": sorted(code.listed)}
        for key, code in after.items()
        if before.get(key) != code
    ]
    upsert_all(connection, fault_codes, moved)
    if gone := before.keys() - after.keys():
        each = (and_(fault_codes.c.ecu == ecu, fault_codes.c.code == code) for ecu, code in gone)
        connection.execute(delete(fault_codes).where(fault_codes.c.vehicle_id == vehicle_id, or_(*each)))
    if changes(before, after):
        note(connection, "vehicle", vehicle_id, now_ms)


def _keep_frames(connection: Connection, report: DtcReport, at_ms: int) -> None:
    rows = [
        {
            "vehicle_id": report.vehicle,
            "ecu": frame.ecu,
            "code": frame.code,
            "number": frame.number,
            "at_ms": at_ms,
            "readings": frame.values,
            "raw": {f"{identifier:02X}": data.hex().upper() for identifier, data in frame.raw.items()},
        }
        for frame in report.freeze_frames
    ]
    upsert_all(connection, freeze_frames, rows)
    if rows:
        _drop_oldest(connection, freeze_frames, report.vehicle, MOST_FRAMES)


def _keep_control_units(connection: Connection, report: DtcReport, at_ms: int) -> None:
    ready = {
        about.ecu: {
            one.scope: {"complete": list(one.complete), "incomplete": list(one.incomplete)}
            for one in report.readiness
            if one.ecu == about.ecu
        }
        for about in report.ecus
    }
    rows = [
        {
            "vehicle_id": report.vehicle,
            "ecu": about.ecu,
            "protocol": about.protocol[:40],
            "name": about.name,
            "calibrations": list(about.calibrations),
            "cvns": list(about.cvns),
            "readiness": ready[about.ecu],
            "at_ms": at_ms,
        }
        for about in report.ecus
    ]
    upsert_all(connection, control_units, rows)
    if rows:
        _drop_oldest(connection, control_units, report.vehicle, MOST_CONTROL_UNITS)


def _drop_oldest(connection: Connection, table: Table, vehicle_id: str, most: int) -> None:
    """Keep the newest `most` rows of a vehicle."""
    keys = [column for column in table.primary_key.columns if column.name != "vehicle_id"]
    newest_first = select(*keys).where(table.c.vehicle_id == vehicle_id).order_by(table.c.at_ms.desc(), *keys)
    for row in connection.execute(newest_first).all()[most:]:
        each = (column == value for column, value in zip(keys, row, strict=True))
        connection.execute(delete(table).where(table.c.vehicle_id == vehicle_id, *each))
