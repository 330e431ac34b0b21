"""Maintenance items as an operator reads them."""

from sqlalchemy import Connection, RowMapping, select

from cloud.store.cursors import behind, clamp, page
from cloud.store.errors import MissingError
from cloud.store.queries.parts import NOBODY, refs
from cloud.store.tables import reminders as table
from cloud.store.views import Page, ReminderView, VehicleRef


def reminders(
    connection: Connection,
    *,
    state: str | None = None,
    vehicle_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ReminderView]:
    """Return reminders, newest first."""
    limit = clamp(limit)
    query = select(table).order_by(table.c.created_ms.desc(), table.c.id.desc()).limit(limit + 1)
    if state is not None:
        query = query.where(table.c.state == state)
    if vehicle_id is not None:
        query = query.where(table.c.vehicle_id == vehicle_id)
    if cursor is not None:
        query = query.where(behind(cursor, table.c.created_ms, table.c.id))
    rows = connection.execute(query).mappings().all()
    cars = refs(connection, [row["vehicle_id"] for row in rows])
    return page(
        rows,
        limit,
        lambda row: _view(row, cars.get(row["vehicle_id"], NOBODY)),
        lambda row: (row["created_ms"], row["id"]),
    )


def reminder(connection: Connection, reminder_id: str) -> ReminderView:
    """Return one reminder; raise `MissingError`."""
    row = connection.execute(select(table).where(table.c.id == reminder_id)).mappings().one_or_none()
    if row is None:
        raise MissingError(f"no reminder {reminder_id}")
    return _view(row, refs(connection, [row["vehicle_id"]]).get(row["vehicle_id"], NOBODY))


def _view(row: RowMapping, car: VehicleRef) -> ReminderView:
    return ReminderView(
        id=row["id"],
        vehicle=car,
        kind=row["kind"],
        state=row["state"],
        due_km=row["due_km"],
        due_ms=row["due_ms"],
        odometer_km=row["odometer_km"],
        zh=row["zh"],
        en=row["en"],
        created_ms=row["created_ms"],
        updated_ms=row["updated_ms"],
    )
