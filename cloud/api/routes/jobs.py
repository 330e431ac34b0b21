"""Rescues: the board, and a person's call for help."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Response

from cloud.api.models.base import Crs, JobState, Page, Pin, Position
from cloud.api.models.people import Appointment, Reason, RescueRequest
from cloud.api.models.work import Job, Partner
from cloud.api.parts import Cursor, Limit, Operator, Reader, Serving
from cloud.api.translate import page, pinned, shape
from cloud.rescue import commands
from cloud.rescue.windows import MARGIN_MS, VISIT_MS, Window, before_departure
from cloud.store import queries
from cloud.store.errors import RefusedError
from cloud.store.views import PartnerView

router = APIRouter(tags=["rescue"])
IdempotencyKey = Annotated[
    str | None, Header(max_length=100, description="the same key gives the same rescue, however often it is sent")
]


@router.get("/jobs")
def jobs(
    services: Serving,
    who: Reader,
    state: JobState | None = None,
    open_only: bool = False,
    vehicle_id: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Job]:
    """List rescues, the newest first."""
    with services.store.read() as connection:
        found = queries.jobs(
            connection, state=state, open_only=open_only, vehicle_id=vehicle_id, cursor=cursor, limit=limit
        )
    return page(Job, found)


@router.get("/jobs/{job_id}")
def job(services: Serving, who: Reader, job_id: str) -> Job:
    """Show one rescue."""
    with services.store.read() as connection:
        return shape(Job, queries.job(connection, job_id))


@router.post("/jobs/{job_id}/cancel")
def cancel(services: Serving, who: Operator, job_id: str, said: Reason) -> Job:
    """Call a rescue off; its offers end with it."""
    with services.store.write() as connection:
        found = commands.cancel(connection, job_id, by=who.name, now_ms=services.now_ms(), reason=said.reason)
    return shape(Job, found)


@router.post("/jobs/{job_id}/position")
def position(services: Serving, who: Operator, job_id: str, said: Pin) -> Job:
    """Put a pin on an open rescue whose place is not known, or known wrongly."""
    with services.store.write() as connection:
        now_ms = services.now_ms()
        found = commands.set_position(connection, job_id, pinned(said, now_ms), by=who.name, now_ms=now_ms)
    return shape(Job, found)


@router.post("/rescues", status_code=HTTPStatus.CREATED, responses={200: {"model": Job}})
def request_rescue(
    services: Serving,
    who: Operator,
    said: RescueRequest,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Job:
    """Ask for help for a car, with or without a dongle: 201 with the new rescue, 200 with the one it has already."""
    now_ms = services.now_ms()
    asked = commands.Request(
        problem=said.problem,
        vehicle_id=said.vehicle_id,
        plate=said.plate,
        phone=said.phone,
        service=said.service,
        position=None if said.position is None else pinned(said.position, now_ms),
        note=said.note,
        window=None if said.appointment is None else _window(said.appointment, now_ms),
    )
    with services.store.write() as connection:
        found, is_new = commands.request(
            connection, asked, by=who.name, now_ms=now_ms, request_key=idempotency_key or ""
        )
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return shape(Job, found)


def _window(said: Appointment, now_ms: int) -> Window:
    if said.departure is not None:
        found = before_departure(_ms(said.departure), now_ms, lasts_ms=VISIT_MS, margin_ms=MARGIN_MS)
        if found is None:
            raise RefusedError("too_late", "no visit is over before this departure: ask for help now")
        return Window(from_ms=found[0], to_ms=found[1], key_holder=said.key_holder)
    if said.start is None or said.end is None or _ms(said.end) <= now_ms:
        raise RefusedError("too_late", "the appointment is over already: ask for help now")
    return Window(from_ms=_ms(said.start), to_ms=_ms(said.end), key_holder=said.key_holder)


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000.0)


@router.get("/partners")
def partners(services: Serving, who: Reader, cursor: Cursor = None, limit: Limit = 50) -> Page[Partner]:
    """List the rescue partners, what they can do and how busy they are."""
    with services.store.read() as connection:
        found = queries.partners(connection, cursor=cursor, limit=limit)
    return Page[Partner](items=[_partner(view) for view in found.items], next=found.next)


def _partner(view: PartnerView) -> Partner:
    crs: Crs = "GCJ02" if view.crs == "GCJ02" else "WGS84"
    return shape(Partner, view, position=Position(lat=view.latitude_deg, lon=view.longitude_deg, crs=crs))
