"""Writing jobs: proposing one, taking a step, handing it to a person; each with its line on the timeline."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from cloud.cases import book as cases_book
from cloud.rescue import area, places, texts
from cloud.rescue import jobs as machine
from cloud.rescue.jobs import State, Step
from cloud.rescue.queueing import Origin, priority_of
from cloud.rescue.windows import Window, window_columns
from cloud.store.errors import MissingError, RefusedError
from cloud.store.feed import note
from cloud.store.ids import named
from cloud.store.once import insert_once
from cloud.store.queries.jobs import STEP
from cloud.store.tables import cases, jobs, offers
from cloud.store.timeline import Event, add
from cloud.store.views import Point
from cloud.store.words import Sentence

SYSTEM: Final = "outrider"


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job to be; `subject` is who is helped (vehicle id, plate:..., phone:...), of whom only one job is open.

    The promise is that of the place's class of area among `promises`, `promise_s` where the class is not known, and
    the end of the window where there is one.
    """

    id: str
    subject: str
    origin: Origin
    service: str
    cause: str
    severity: int
    promise_s: float
    by: str
    vehicle_id: str | None = None
    case_id: str = ""
    place: Point | None = None
    plate: str = ""
    phone: str = ""
    problem: str = ""
    note: str = ""
    vehicle_class: str = ""
    request_key: str = ""
    promises: Mapping[str, float] = {}
    window: Window | None = None


def fetch(connection: Connection, job_id: str) -> RowMapping:
    """Return a job's row, or raise `MissingError`."""
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one_or_none()
    if row is None:
        raise MissingError(f"no job {job_id}")
    return row


def open_job(connection: Connection, subject: str) -> RowMapping | None:
    """Return the one open job for `subject`, None when there is none."""
    query = select(jobs).where(jobs.c.subject == subject, jobs.c.closed_ms.is_(None))
    return connection.execute(query).mappings().one_or_none()


def propose(connection: Connection, new: NewJob, now_ms: int) -> tuple[str, bool]:
    """Open a job, or join the subject's open one, which then keeps the more urgent of both priorities.

    Returns the job's id and whether it is new.
    """
    priority = priority_of(new.origin, new.severity)
    row = msgspec.structs.asdict(new)
    for name in ("place", "severity", "promise_s", "by", "promises", "window"):
        del row[name]
    row |= {
        "priority": priority,
        "created_ms": now_ms,
        "round_ms": now_ms,
        "promise_ms": now_ms + round(new.promise_s * 1000.0),
        **places.columns(new.place),
        **window_columns(new.window),
    }
    if insert_once(connection, jobs, row):
        area.promise(connection, new.id, new.promises, now_ms)
        _tell(connection, new.id, "proposed", new.by, now_ms, new.problem, new.case_id)
        _join_case(connection, new.case_id, new.id, now_ms)
        return new.id, True
    standing = open_job(connection, new.subject)
    if standing is None:
        return new.id, False  # this very job, closed since
    _join(connection, standing, new, priority, now_ms)
    return standing["id"], False


def _join(connection: Connection, standing: RowMapping, new: NewJob, priority: int, now_ms: int) -> None:
    values: dict[str, object] = {"priority": min(priority, standing["priority"])}
    if new.place is not None and standing["precision"] not in ("exact", "pin"):
        values |= places.columns(new.place) | area.columns(connection, new.place)
    for name in ("phone", "plate", "note", "case_id"):
        if getattr(new, name) and not standing[name]:
            values[name] = getattr(new, name)
    job_id: str = standing["id"]
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values, version=jobs.c.version + 1))
    _join_case(connection, new.case_id, job_id, now_ms)
    key = named("joined", job_id, new.id)
    data = {"problem": new.problem}
    add(connection, Event(key, "joined", new.by, now_ms, *texts.CALLED_AGAIN, data, new.case_id, job_id))
    note(connection, "job", job_id, now_ms)
    if new.origin == "emergency" and new.service != standing["service"]:
        _change_service(connection, fetch(connection, job_id), new, now_ms)


def _change_service(connection: Connection, row: RowMapping, new: NewJob, now_ms: int) -> None:
    """Ask for what the emergency needs; a truck that is already coming for something else is a person's matter."""
    if row["state"] in machine.WAITING:
        if row["state"] == "offered":
            asked = (offers.c.job_id == row["id"]) & (offers.c.state == "offered")
            connection.execute(update(offers).where(asked).values(state="withdrawn", answered_ms=now_ms))
            take(connection, row, "expire", SYSTEM, now_ms, texts.OTHER_HELP.en)
        connection.execute(
            update(jobs)
            .where(jobs.c.id == row["id"])
            .values(service=new.service, cause=new.cause, origin=new.origin, round=jobs.c.round + 1)
        )
    else:
        escalate(connection, row["id"], texts.OTHER_HELP, "other_help", now_ms)


def _join_case(connection: Connection, case_id: str, job_id: str, now_ms: int) -> None:
    if case_id:
        cases_book.change(connection, case_id, now_ms, job_id=job_id)


def take(
    connection: Connection,
    row: RowMapping,
    step: Step,
    by: str,
    now_ms: int,
    reason: str = "",
    **values: object,
) -> State:
    """Take `step` on the job in `row`, or raise `RefusedError`; of two who race from one state, one wins."""
    state = machine.advance(row["state"], step)
    if state in machine.TERMINAL:
        values["closed_ms"] = now_ms
    done = connection.execute(
        update(jobs)
        .where(jobs.c.id == row["id"], jobs.c.state == row["state"], jobs.c.version == row["version"])
        .values(state=state, version=jobs.c.version + 1, **values)
    )
    if done.rowcount != 1:
        raise RefusedError("raced", "somebody else moved this job at the same moment")
    _tell(connection, row["id"], state, by, now_ms, reason, row["case_id"], version=row["version"])
    if state in machine.TERMINAL:
        _closed(connection, row, state, now_ms)
    return state


def _closed(connection: Connection, row: RowMapping, state: State, now_ms: int) -> None:
    places.release_grant(connection, row, now_ms)
    bound = select(cases.c.id).where(cases.c.job_id == row["id"], cases.c.state != "resolved")
    for case_id in connection.execute(bound).scalars().all():
        if state == "completed":
            cases_book.close_case(connection, case_id, "rescued", texts.SERVED, now_ms)
        elif state in ("unsuccessful", "gone_on_arrival"):
            cases_book.hand_to_person(connection, case_id, texts.FAILED, now_ms)


def escalate(connection: Connection, job_id: str, why: Sentence, code: str, now_ms: int) -> bool:
    """Hand the job to a person, once for each reason; return whether this reason is new."""
    event = Event(f"job/{job_id}/needs_person/{code}", "needs_person", SYSTEM, now_ms, *why, {"code": code})
    if not add(connection, event._replace(job_id=job_id)):
        return False
    row = fetch(connection, job_id)
    first_ms = row["escalated_ms"] if row["escalated_ms"] is not None else now_ms
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(escalated_ms=first_ms, escalated_why=why._asdict(), version=jobs.c.version + 1)
    )
    note(connection, "job", job_id, now_ms)
    return True


def _tell(
    connection: Connection,
    job_id: str,
    state: State,
    by: str,
    now_ms: int,
    reason: str,
    case_id: str,
    *,
    version: int = 0,
) -> None:
    key = f"job/{job_id}/{version}/{state}"
    text = texts.step(state, reason)
    data = {"state": state, "reason": reason}
    add(connection, Event(key, STEP, by, now_ms, text.zh, text.en, data, case_id, job_id))
    note(connection, "job", job_id, now_ms)
