"""What people and partners do to a job: plain functions in the caller's transaction, who raise definite errors.

`MissingError` for what is not theirs or not there, `RefusedError` with a stable code for a lost race or a wrong step.
A step that the job has already taken is answered with the job as it is, so that a retry over HTTP is harmless.
"""

import uuid

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from cloud.decision.policy import Policy
from cloud.rescue import area, book, leaving, places
from cloud.rescue import jobs as machine
from cloud.rescue.jobs import Step
from cloud.rescue.queueing import service_for, suited
from cloud.rescue.windows import Window
from cloud.store import consents, queries
from cloud.store.errors import MissingError, RefusedError
from cloud.store.feed import note
from cloud.store.ids import named
from cloud.store.tables import cases, jobs, offers, vehicles
from cloud.store.views import JobView, PartnerJobView, Point

_NO_POLICY = Policy()


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A person asks for help: a vehicle of the fleet, or a plate or a phone number; `problem` in their words."""

    problem: str
    vehicle_id: str | None = None
    plate: str | None = None
    phone: str | None = None
    service: str | None = None
    position: Point | None = None
    note: str = ""
    window: Window | None = None


def request(
    connection: Connection,
    asked: Request,
    *,
    by: str,
    now_ms: int,
    request_key: str = "",
    policy: Policy = _NO_POLICY,
) -> tuple[JobView, bool]:
    """Open a rescue for a person and return it with True; False and the open one where the car has one already.

    The same `request_key` returns the same job for ever. Raises `MissingError` for a vehicle id that the fleet does
    not have, `RefusedError` (code `nobody`) when neither vehicle, plate nor phone is given.
    """
    if request_key:
        known = connection.execute(select(jobs.c.id).where(jobs.c.request_key == request_key)).scalar()
        if known is not None:
            return queries.job(connection, known), False
    car = _car(connection, asked)
    powertrain, own_plate = ("", "") if car is None else (str(car["powertrain"]), car["plate"])
    service = suited(asked.service, powertrain) if asked.service else service_for(asked.problem, powertrain)
    job_id, is_new = book.propose(
        connection,
        book.NewJob(
            id=named("request", request_key) if request_key else uuid.uuid4().hex,
            subject=_subject(asked, car),
            origin="person",
            service=service,
            cause="person",
            severity=0,
            promise_s=policy.promise_s[policy.area],
            promises=policy.promise_s,
            window=asked.window,
            by=by,
            vehicle_id=None if car is None else car["id"],
            case_id=_matching_case(connection, car, service),
            place=asked.position,
            plate=asked.plate or own_plate,
            phone=asked.phone or "",
            problem=asked.problem,
            note=asked.note,
            vehicle_class=powertrain or "unknown",
            request_key=request_key,
        ),
        now_ms,
    )
    if car is not None and consents.current(connection, car["id"], "position", now_ms):
        until_ms = now_ms + round(policy.grant_s * 1000.0)
        places.ask_vehicle(connection, job_id, car["id"], until_ms, now_ms)
    return queries.job(connection, job_id), is_new


def cancel(connection: Connection, job_id: str, *, by: str, now_ms: int, reason: str = "") -> JobView:
    """Cancel a job that is not closed; its offers end with it."""
    row = book.fetch(connection, job_id)
    if row["state"] != "cancelled":
        book.take(connection, row, "cancel", by, now_ms, reason)
        _end_offers(connection, job_id, "withdrawn", now_ms, reason or "cancelled")
    return queries.job(connection, job_id)


def set_position(connection: Connection, job_id: str, place: Point, *, by: str, now_ms: int) -> JobView:
    """Put a pin on an open job, over whatever was known of its place."""
    row = book.fetch(connection, job_id)
    if row["closed_ms"] is not None:
        raise RefusedError("closed", f"the job is {row['state']}")
    values = places.columns(place) | area.columns(connection, place)
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values, version=jobs.c.version + 1))
    note(connection, "job", job_id, now_ms)
    return queries.job(connection, job_id)


def accept(
    connection: Connection, job_id: str, *, partner_id: str, now_ms: int, eta_s: float | None = None
) -> PartnerJobView:
    """Take the offered job; exactly one partner ever succeeds.

    Refused with the code `cancelled`, `closed`, `taken`, `expired` or `declined`; missing where the partner was never
    asked.
    """
    won = connection.execute(
        update(offers)
        .where(
            offers.c.job_id == job_id,
            offers.c.partner_id == partner_id,
            offers.c.state == "offered",
            offers.c.deadline_ms > now_ms,
        )
        .values(state="accepted", answered_ms=now_ms)
    )
    row = book.fetch(connection, job_id)
    if won.rowcount == 1:
        values = _eta(eta_s, now_ms) | leaving.accepted(connection, row, partner_id)
        book.take(connection, row, "accept", partner_id, now_ms, "", partner_id=partner_id, **values)
    elif row["partner_id"] != partner_id or row["state"] in machine.TERMINAL:
        raise _lost(connection, row, partner_id)
    return queries.partner_job(connection, partner_id, job_id, now_ms=now_ms)


def decline(connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = "") -> None:
    """Turn the offer down; the next partner is asked."""
    refused = connection.execute(
        update(offers)
        .where(offers.c.job_id == job_id, offers.c.partner_id == partner_id, offers.c.state == "offered")
        .values(state="declined", answered_ms=now_ms, reason=reason)
    )
    row = book.fetch(connection, job_id)
    if refused.rowcount == 1:
        book.take(connection, row, "decline", partner_id, now_ms, reason)
    elif _last_offer(connection, job_id, partner_id) != "declined":
        raise _lost(connection, row, partner_id)


def en_route(
    connection: Connection,
    job_id: str,
    *,
    partner_id: str,
    now_ms: int,
    reason: str = "",
    eta_s: float | None = None,
    said: Point | None = None,
    policy: Policy = _NO_POLICY,
) -> PartnerJobView:
    """The truck has left, and expects to be there in `eta_s`; said again, it changes the expectation alone.

    Refused with the code `no_place` where no point is good enough to leave for; the same step may be tried again.
    """
    row = book.fetch(connection, job_id)
    eta = _eta(eta_s, now_ms)
    if row["state"] == "accepted" and row["partner_id"] == partner_id:
        eta |= leaving.leaves(connection, row, partner_id, now_ms, policy, said)
    return _step(connection, job_id, "en_route", partner_id, now_ms, reason, **eta)


def arrive(connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = "") -> PartnerJobView:
    """The truck is there."""
    return _step(connection, job_id, "arrive", partner_id, now_ms, reason, eta_ms=now_ms, arrived_ms=now_ms)


def tow(connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = "") -> PartnerJobView:
    """The car is being towed."""
    return _step(connection, job_id, "tow", partner_id, now_ms, reason)


def at_destination(
    connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = ""
) -> PartnerJobView:
    """The car is where it was towed to."""
    return _step(connection, job_id, "at_destination", partner_id, now_ms, reason)


def complete(
    connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = "", found: str = ""
) -> PartnerJobView:
    """The service is done, and `found` says whether there was a fault; the job's case is resolved as rescued."""
    return _step(connection, job_id, "complete", partner_id, now_ms, reason, **({"found": found} if found else {}))


def unsuccessful(
    connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = ""
) -> PartnerJobView:
    """The service could not be done; a person takes over."""
    return _step(connection, job_id, "unsuccessful", partner_id, now_ms, reason)


def gone(connection: Connection, job_id: str, *, partner_id: str, now_ms: int, reason: str = "") -> PartnerJobView:
    """Nobody was there; a person takes over."""
    return _step(connection, job_id, "gone", partner_id, now_ms, reason)


def _step(
    connection: Connection,
    job_id: str,
    step: Step,
    partner_id: str,
    now_ms: int,
    reason: str,
    **values: object,
) -> PartnerJobView:
    row = book.fetch(connection, job_id)
    if row["partner_id"] != partner_id:
        raise _lost(connection, row, partner_id)
    if row["state"] not in machine.reached(step):
        book.take(connection, row, step, partner_id, now_ms, reason, **values)
    elif step == "en_route" and values:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))
        note(connection, "job", job_id, now_ms)
    return queries.partner_job(connection, partner_id, job_id, now_ms=now_ms)


def _eta(eta_s: float | None, now_ms: int) -> dict[str, object]:
    return {} if eta_s is None else {"eta_ms": now_ms + round(eta_s * 1000.0)}


def _lost(connection: Connection, row: RowMapping, partner_id: str) -> MissingError | RefusedError:
    """Return why this partner does not have the job."""
    last = _last_offer(connection, row["id"], partner_id)
    if last is None:
        return MissingError(f"no job {row['id']} of yours")
    if row["state"] == "cancelled":
        return RefusedError("cancelled", "the job was cancelled")
    if row["state"] in machine.TERMINAL:
        return RefusedError("closed", f"the job is {row['state']}")
    if row["partner_id"] and row["partner_id"] != partner_id:
        return RefusedError("taken", "another partner has the job")
    code = "expired" if last == "offered" else last
    return RefusedError(code, f"your offer is {code}")


def _last_offer(connection: Connection, job_id: str, partner_id: str) -> str | None:
    latest = select(offers.c.state).where(offers.c.job_id == job_id, offers.c.partner_id == partner_id)
    return connection.execute(latest.order_by(offers.c.offered_ms.desc()).limit(1)).scalar()


def _end_offers(connection: Connection, job_id: str, state: str, now_ms: int, reason: str) -> None:
    standing = (offers.c.job_id == job_id) & (offers.c.state == "offered")
    for partner_id in connection.execute(select(offers.c.partner_id).where(standing)).scalars().all():
        note(connection, "offer", partner_id, now_ms)
    connection.execute(update(offers).where(standing).values(state=state, answered_ms=now_ms, reason=reason))


def _car(connection: Connection, asked: Request) -> RowMapping | None:
    found = queries.find_vehicle(connection, vehicle_id=asked.vehicle_id, plate=asked.plate)
    if found is None:
        if asked.vehicle_id:
            raise MissingError(f"no vehicle {asked.vehicle_id}")
        return None
    return connection.execute(select(vehicles).where(vehicles.c.id == found.id)).mappings().one()


def _subject(asked: Request, car: RowMapping | None) -> str:
    if car is not None:
        return str(car["id"])
    if asked.plate:
        return f"plate:{asked.plate}"
    if asked.phone:
        return f"phone:{asked.phone}"
    raise RefusedError("nobody", "a rescue needs a vehicle, a plate or a phone number")


def _matching_case(connection: Connection, car: RowMapping | None, service: str) -> str:
    """Return the vehicle's open case that the same service would settle, nothing where there is none."""
    if car is None:
        return ""
    query = select(cases.c.id).where(
        cases.c.vehicle_id == car["id"], cases.c.state != "resolved", cases.c.service == service
    )
    return connection.execute(query.order_by(cases.c.severity.desc()).limit(1)).scalar() or ""
