"""Writing cases: opening, updating, deciding, handing to a person, closing; each with its line on the timeline."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.decision.rule import Decision
from cloud.store.errors import MissingError
from cloud.store.feed import note
from cloud.store.ids import named
from cloud.store.tables import cases
from cloud.store.timeline import Event, add
from cloud.store.words import Sentence

SYSTEM: Final = "outrider"


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A case to be: `evidence` holds the columns of an assessment; `late` when its newest sample was past the limit."""

    id: str
    vehicle_id: str
    cause: str
    as_of_ms: int | None
    late: bool
    evidence: dict[str, Any]
    text: Sentence


def nothing_measured(*, severity: int, service: str, reasons: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the evidence columns of a case that no score stands behind."""
    return {
        "risks": None,
        "calibrated": False,
        "time_to_threshold_h": None,
        "ttt_low_h": None,
        "ttt_high_h": None,
        "reasons": [dict(reason) for reason in reasons],
        "quality": 0.0,
        "severity": severity,
        "service": service,
        "abstained": "",
        "model": "",
    }


def fetch(connection: Connection, case_id: str) -> RowMapping:
    """Return a case's row, or raise `MissingError`."""
    row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().one_or_none()
    if row is None:
        raise MissingError(f"no case {case_id}")
    return row


def unresolved(connection: Connection, vehicle_id: str, cause: str) -> RowMapping | None:
    """Return the one open (or acknowledged) case of a vehicle and cause, None when there is none."""
    query = select(cases).where(cases.c.vehicle_id == vehicle_id, cases.c.cause == cause, cases.c.state != "resolved")
    return connection.execute(query).mappings().one_or_none()


def open_case(connection: Connection, opening: Opening, now_ms: int) -> None:
    """Open a case; the store refuses a second open one for the same vehicle and cause."""
    age_s = 0.0 if opening.as_of_ms is None else max(0.0, (now_ms - opening.as_of_ms) / 1000.0)
    connection.execute(
        insert(cases).values(
            id=opening.id,
            vehicle_id=opening.vehicle_id,
            cause=opening.cause,
            state="open",
            opened_ms=now_ms,
            updated_ms=now_ms,
            as_of_ms=opening.as_of_ms,
            age_at_open_s=age_s,
            late=opening.late,
            **opening.evidence,
        )
    )
    data = {"as_of_ms": opening.as_of_ms, "age_s": age_s, "late": opening.late}
    tell(connection, opening.id, "opened", opening.text, now_ms, data=data)


def refresh(
    connection: Connection, case_id: str, evidence: Mapping[str, Any], as_of_ms: int | None, now_ms: int
) -> None:
    """Put newer evidence on an open case; not a change that an operator's version check should trip over."""
    values = {**evidence, "as_of_ms": as_of_ms, "updated_ms": now_ms}
    connection.execute(update(cases).where(cases.c.id == case_id).values(**values))


def record_decision(connection: Connection, case_id: str, decision: Decision, now_ms: int) -> None:
    """Keep `decision` with its inputs as the case's present one."""
    kept = {
        "action": decision.action,
        "at_ms": now_ms,
        "zh": decision.zh,
        "en": decision.en,
        "expected_cost_act": decision.expected_cost_act,
        "expected_cost_wait": decision.expected_cost_wait,
        "inputs": decision.inputs,
    }
    change(connection, case_id, now_ms, decision=kept, action=decision.action, decided_ms=now_ms)
    data = {"action": decision.action, "code": decision.code, "inputs": decision.inputs}
    tell(connection, case_id, "decided", Sentence(decision.zh, decision.en), now_ms, data=data)


def hand_to_person(connection: Connection, case_id: str, text: Sentence, now_ms: int) -> bool:
    """Ask a person to take over, once a case; return whether this was the first time."""
    done = connection.execute(
        update(cases)
        .where(cases.c.id == case_id, cases.c.escalated_ms.is_(None))
        .values(escalated_ms=now_ms, updated_ms=now_ms, version=cases.c.version + 1)
    )
    tell(connection, case_id, "needs_person", text, now_ms)
    return done.rowcount == 1


def close_case(
    connection: Connection,
    case_id: str,
    resolution: str,
    text: Sentence,
    now_ms: int,
    *,
    by: str = SYSTEM,
    data: Mapping[str, Any] | None = None,
) -> bool:
    """Resolve a case; return False when it was already."""
    done = connection.execute(
        update(cases)
        .where(cases.c.id == case_id, cases.c.state != "resolved")
        .values(
            state="resolved",
            resolution=resolution,
            resolved_ms=now_ms,
            updated_ms=now_ms,
            version=cases.c.version + 1,
        )
    )
    if done.rowcount == 1:
        tell(connection, case_id, "resolved", text, now_ms, by=by, data={"reason": resolution, **(data or {})})
    return done.rowcount == 1


def change(connection: Connection, case_id: str, now_ms: int, **values: object) -> None:
    """Change a case in a way that counts: its version grows and the feed says so."""
    connection.execute(
        update(cases).where(cases.c.id == case_id).values(**values, updated_ms=now_ms, version=cases.c.version + 1)
    )
    note(connection, "case", case_id, now_ms)


def tell(
    connection: Connection,
    case_id: str,
    kind: str,
    text: Sentence,
    now_ms: int,
    *,
    by: str = SYSTEM,
    data: Mapping[str, Any] | None = None,
    job_id: str = "",
) -> None:
    """Write a line on the case's timeline."""
    key = named("case", case_id, kind, now_ms, text.en)
    add(connection, Event(key, kind, by, now_ms, text.zh, text.en, data or {}, case_id, job_id))
    note(connection, "case", case_id, now_ms)
