"""What people do to a reminder: book a slot, and say that the work is done."""

from sqlalchemy import Connection, RowMapping, select, update

from cloud.maintenance.due import State
from cloud.store import queries
from cloud.store.errors import MissingError, RefusedError
from cloud.store.feed import note
from cloud.store.tables import plans, reminders, vehicle_state
from cloud.store.views import ReminderView


def book(connection: Connection, reminder_id: str, *, now_ms: int) -> ReminderView:
    """A slot is booked; again changes nothing. Refused (code `done`) for an item that is done."""
    row = _fetch(connection, reminder_id)
    if row["state"] == "done":
        raise RefusedError("done", "the reminder is done")
    if row["state"] != "booked":
        _move(connection, reminder_id, "booked", now_ms, booked_ms=now_ms)
    return queries.reminder(connection, reminder_id)


def complete(
    connection: Connection, reminder_id: str, *, now_ms: int, odometer_km: float | None = None
) -> ReminderView:
    """The work is done; the next interval counts from here. Again changes nothing."""
    row = _fetch(connection, reminder_id)
    if row["state"] != "done":
        _move(connection, reminder_id, "done", now_ms, done_ms=now_ms)
        km = odometer_km if odometer_km is not None else _odometer(connection, row)
        connection.execute(
            update(plans)
            .where(plans.c.vehicle_id == row["vehicle_id"], plans.c.kind == row["kind"])
            .values(last_km=km, last_ms=now_ms)
        )
    return queries.reminder(connection, reminder_id)


def _fetch(connection: Connection, reminder_id: str) -> RowMapping:
    query = select(reminders).where(reminders.c.id == reminder_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise MissingError(f"no reminder {reminder_id}")
    return row


def _move(connection: Connection, reminder_id: str, state: State, now_ms: int, **values: object) -> None:
    connection.execute(
        update(reminders)
        .where(reminders.c.id == reminder_id)
        .values(state=state, updated_ms=now_ms, version=reminders.c.version + 1, **values)
    )
    note(connection, "reminder", reminder_id, now_ms)


def _odometer(connection: Connection, row: RowMapping) -> float | None:
    query = select(vehicle_state.c.odometer_km).where(vehicle_state.c.vehicle_id == row["vehicle_id"])
    newest: float | None = connection.execute(query).scalar_one_or_none()
    noted: float | None = row["odometer_km"]
    return noted if newest is None else newest
