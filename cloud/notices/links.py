"""The question to a driver behind a link: a random token of which only the hash is kept, a yes or a no, once."""

import secrets
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.cases import book as cases_book
from cloud.decision.policy import Policy
from cloud.notices import texts
from cloud.rescue import book as rescue_book
from cloud.rescue import places
from cloud.store import tokens
from cloud.store.errors import MissingError, RefusedError
from cloud.store.ids import named
from cloud.store.queries.parts import NOBODY, refs, words
from cloud.store.tables import cases, jobs, links, vehicle_state, vehicles
from cloud.store.views import Point, QuestionView
from cloud.store.words import Sentence

Answer = Literal["yes", "no"]
_NO_POLICY: Final = Policy()
_BYTES: Final = 24


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a driver is asked: whether `service` shall come because of `cause`."""

    id: str
    vehicle_id: str
    case_id: str
    cause: str
    service: str
    text: Sentence
    reasons: list[dict[str, Any]]


def create(connection: Connection, question: Question, *, now_ms: int, answer_s: float) -> str | None:
    """Store the question and return its token, which cannot be read again; None when it was asked before."""
    if connection.execute(select(links.c.id).where(links.c.id == question.id)).first() is not None:
        return None
    token = secrets.token_urlsafe(_BYTES)
    connection.execute(
        insert(links).values(
            id=question.id,
            sha256=tokens.digest(token),
            vehicle_id=question.vehicle_id,
            case_id=question.case_id,
            cause=question.cause,
            service=question.service,
            zh=question.text.zh,
            en=question.text.en,
            reasons=question.reasons,
            asked_ms=now_ms,
            deadline_ms=now_ms + round(answer_s * 1000.0),
        )
    )
    return token


def question(connection: Connection, token: str, *, now_ms: int) -> QuestionView:
    """Return what the driver's page shows; raise `MissingError` for an unknown token, or a day after the case."""
    return _view(connection, _find(connection, token, now_ms), now_ms)


def answer(
    connection: Connection,
    token: str,
    *,
    answer: Answer,
    now_ms: int,
    position: Point | None = None,
    policy: Policy = _NO_POLICY,
) -> QuestionView:
    """Record the driver's word: a yes opens the job and releases the exact point for it alone, a no is remembered.

    A pin goes before the car's own word. The same answer again changes nothing, but a pin that comes with a second yes
    is set. Raises `RefusedError`: `answered` for the other answer, `resolved` when the case is over. A yes after the
    deadline still counts.
    """
    row = _find(connection, token, now_ms)
    if row["answer"] in ("yes", "no"):
        if row["answer"] != answer:
            raise RefusedError("answered", f"the answer was {row['answer']}")
        _later_pin(connection, row, position, now_ms)
    elif cases_book.fetch(connection, row["case_id"])["state"] == "resolved":
        raise RefusedError("resolved", "the case is over")
    else:
        connection.execute(update(links).where(links.c.id == row["id"]).values(answer=answer, answered_ms=now_ms))
        told = texts.ANSWERED[answer]
        cases_book.tell(connection, row["case_id"], f"answered_{answer}", told, now_ms, by="driver")
        if answer == "yes":
            _send(connection, row, position, now_ms, policy)
    return _view(connection, _find(connection, token, now_ms), now_ms)


def expire(connection: Connection, now_ms: int) -> list[RowMapping]:
    """Give up waiting for drivers who have not answered in time: a person calls them. Return those questions."""
    late = select(links).where(links.c.answer == "", links.c.deadline_ms <= now_ms)
    rows = list(connection.execute(late.limit(100)).mappings())
    for row in rows:
        connection.execute(update(links).where(links.c.id == row["id"]).values(answer="expired", answered_ms=now_ms))
        if cases_book.fetch(connection, row["case_id"])["state"] != "resolved":
            cases_book.hand_to_person(connection, row["case_id"], texts.NO_ANSWER, now_ms)
    return rows


def _send(connection: Connection, row: RowMapping, position: Point | None, now_ms: int, policy: Policy) -> None:
    case = cases_book.fetch(connection, row["case_id"])
    car = connection.execute(select(vehicles).where(vehicles.c.id == row["vehicle_id"])).mappings().one()
    job_id, _ = rescue_book.propose(
        connection,
        rescue_book.NewJob(
            id=named("job", row["id"]),
            subject=car["id"],
            origin="prediction",
            service=row["service"],
            cause=row["cause"],
            severity=case["severity"],
            promise_s=policy.promise_s[policy.area],
            promises=policy.promise_s,
            by="driver",
            vehicle_id=car["id"],
            case_id=row["case_id"],
            place=position,
            plate=car["plate"],
            vehicle_class=car["powertrain"],
        ),
        now_ms,
    )
    connection.execute(update(links).where(links.c.id == row["id"]).values(job_id=job_id))
    if position is None:
        until_ms = now_ms + round(policy.grant_s * 1000.0)
        places.ask_vehicle(connection, job_id, car["id"], until_ms, now_ms)


def _later_pin(connection: Connection, row: RowMapping, position: Point | None, now_ms: int) -> None:
    if position is None or not row["job_id"]:
        return
    job = rescue_book.fetch(connection, row["job_id"])
    if job["closed_ms"] is None:
        values = places.columns(position)
        connection.execute(update(jobs).where(jobs.c.id == job["id"]).values(**values, version=jobs.c.version + 1))


def _find(connection: Connection, token: str, now_ms: int) -> RowMapping:
    query = select(links).where(links.c.sha256 == tokens.digest(token))
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise MissingError("no such link")
    over = connection.execute(select(cases.c.resolved_ms).where(cases.c.id == row["case_id"])).scalar()
    if over is not None and now_ms - over >= texts.LINK_LIVES_MS:
        raise MissingError("this link has run out")
    return row


def _view(connection: Connection, row: RowMapping, now_ms: int) -> QuestionView:
    job = rescue_book.fetch(connection, row["job_id"]) if row["job_id"] else None
    eta_ms = None if job is None else job["eta_ms"]
    return QuestionView(
        vehicle=refs(connection, [row["vehicle_id"]]).get(row["vehicle_id"], NOBODY),
        cause=row["cause"],
        service=row["service"],
        zh=row["zh"],
        en=row["en"],
        reasons=words(row["reasons"]),
        eta_minutes=None if eta_ms is None else max(0.0, (eta_ms - now_ms) / 60_000.0),
        asked_ms=row["asked_ms"],
        deadline_ms=row["deadline_ms"],
        answer=row["answer"] if row["answer"] in ("yes", "no") else None,
        needs_position=_needs_pin(connection, row, job),
        job_id=row["job_id"] or None,
        job_state=None if job is None else job["state"],
    )


def _needs_pin(connection: Connection, row: RowMapping, job: RowMapping | None) -> bool:
    """Return whether a pin would help: no exact place is known, and the car cannot or does not say it."""
    if row["answer"] == "no":
        return False
    if job is not None:
        return job["closed_ms"] is None and job["precision"] not in ("exact", "pin")
    says = select(vehicle_state.c.has_position).where(vehicle_state.c.vehicle_id == row["vehicle_id"])
    return not connection.execute(says).scalar_one_or_none()
