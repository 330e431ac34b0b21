"""Maintenance reminders, and what people do with them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from cloud.api.models.base import Page
from cloud.api.models.people import Done
from cloud.api.models.work import Reminder
from cloud.api.parts import Cursor, Limit, Operator, Reader, Serving
from cloud.api.translate import page, shape
from cloud.maintenance import commands
from cloud.store import queries

router = APIRouter(prefix="/reminders", tags=["maintenance"])
StateFilter = Annotated[Literal["due_soon", "due", "overdue", "booked", "done"] | None, Query()]


@router.get("")
def reminders(
    services: Serving,
    who: Reader,
    state: StateFilter = None,
    vehicle_id: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Reminder]:
    """List reminders, the newest first."""
    with services.store.read() as connection:
        found = queries.reminders(connection, state=state, vehicle_id=vehicle_id, cursor=cursor, limit=limit)
    return page(Reminder, found)


@router.post("/{reminder_id}/book")
def book(services: Serving, who: Operator, reminder_id: str) -> Reminder:
    """Say that a slot is booked."""
    with services.store.write() as connection:
        return shape(Reminder, commands.book(connection, reminder_id, now_ms=services.now_ms()))


@router.post("/{reminder_id}/complete")
def complete(services: Serving, who: Operator, reminder_id: str, said: Done) -> Reminder:
    """Say that the work is done; the next interval counts from here."""
    with services.store.write() as connection:
        found = commands.complete(connection, reminder_id, now_ms=services.now_ms(), odometer_km=said.odometer_km)
    return shape(Reminder, found)
