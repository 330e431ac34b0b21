"""Keeping reminders: one open item a vehicle and kind, that moves forward only."""

import uuid

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from cloud.maintenance import texts
from cloud.maintenance.due import Due, Plan, due, further
from cloud.notices import post
from cloud.store.errors import MissingError
from cloud.store.feed import note
from cloud.store.once import insert_once
from cloud.store.tables import plans, reminders, vehicle_state
from cloud.store.words import Sentence


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What is due on one vehicle."""

    vehicle_id: str
    kind: str
    due: Due
    odometer_km: float | None
    text: Sentence


def review(connection: Connection, vehicle_id: str, now_ms: int) -> None:
    """Compare the vehicle's plans with its odometer and the date."""
    state = vehicle_state.c
    odometer_km = connection.execute(
        select(state.odometer_km).where(state.vehicle_id == vehicle_id)
    ).scalar_one_or_none()
    for row in connection.execute(select(plans).where(plans.c.vehicle_id == vehicle_id)).mappings().all():
        plan = Plan(row["every_km"], row["every_days"], row["last_km"], row["last_ms"])
        found = due(plan, odometer_km, now_ms)
        if found is not None:
            text = texts.reminder(row["kind"], found, odometer_km)
            remember(
                connection,
                Item(vehicle_id=vehicle_id, kind=row["kind"], due=found, odometer_km=odometer_km, text=text),
                now_ms,
            )


def review_all(connection: Connection, now_ms: int) -> None:
    """Review every vehicle that has a plan: dates pass for parked cars too."""
    for vehicle_id in connection.execute(select(plans.c.vehicle_id).distinct()).scalars().all():
        review(connection, vehicle_id, now_ms)


def remember(connection: Connection, item: Item, now_ms: int) -> None:
    """Open the reminder, or move the open one on; the driver is told of each new state once."""
    row = _standing(connection, item.vehicle_id, item.kind)
    if row is None:
        row = _open(connection, item, now_ms)
    elif further(row["state"], item.due.state):
        connection.execute(
            update(reminders)
            .where(reminders.c.id == row["id"])
            .values(
                state=item.due.state,
                odometer_km=item.odometer_km,
                zh=item.text.zh,
                en=item.text.en,
                updated_ms=now_ms,
                version=reminders.c.version + 1,
            )
        )
    else:
        return
    note(connection, "reminder", row["id"], now_ms)
    key = f"reminder/{row['id']}/{item.due.state}"
    post.tell(connection, key=key, vehicle_id=item.vehicle_id, kind="reminder", text=item.text, now_ms=now_ms)


def _open(connection: Connection, item: Item, now_ms: int) -> RowMapping:
    insert_once(
        connection,
        reminders,
        {
            "id": uuid.uuid4().hex,
            "vehicle_id": item.vehicle_id,
            "kind": item.kind,
            "state": item.due.state,
            "due_km": item.due.due_km,
            "due_ms": item.due.due_ms,
            "odometer_km": item.odometer_km,
            "zh": item.text.zh,
            "en": item.text.en,
            "created_ms": now_ms,
            "updated_ms": now_ms,
        },
    )
    row = _standing(connection, item.vehicle_id, item.kind)
    if row is None:
        raise MissingError(f"no open reminder of {item.vehicle_id} for {item.kind}")
    return row


def _standing(connection: Connection, vehicle_id: str, kind: str) -> RowMapping | None:
    query = select(reminders).where(
        reminders.c.vehicle_id == vehicle_id, reminders.c.kind == kind, reminders.c.state != "done"
    )
    return connection.execute(query).mappings().one_or_none()
