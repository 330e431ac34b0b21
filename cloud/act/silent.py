"""Cars that have fallen silent: at risk when last heard, a person calls; healthy and parked, nothing happens."""

from typing import Final

from sqlalchemy import Connection, RowMapping, select, update

from cloud.cases import book, texts
from cloud.cases.alarm import Alarm, Limits, is_at_risk
from cloud.cases.silence import is_late, judge
from cloud.decision import texts as decision_texts
from cloud.decision.policy import Policy
from cloud.decision.rule import Decision
from cloud.store.feed import note
from cloud.store.ids import named
from cloud.store.tables import alarms, risks, vehicle_state

_AT_ONCE: Final = 200
_EVIDENCE: Final = tuple(book.nothing_measured(severity=0, service=""))


def review(connection: Connection, now_ms: int, policy: Policy) -> None:
    """Find the cars that have just fallen silent and hand those at risk to a person, once for each silence."""
    before_ms = now_ms - round(policy.silent_s * 1000.0)
    state = vehicle_state.c
    quiet = select(state.vehicle_id, state.last_seen_ms).where(
        state.last_seen_ms < before_ms, state.silent_ms.is_(None)
    )
    for vehicle_id, seen_ms in connection.execute(quiet.limit(_AT_ONCE)).all():
        connection.execute(update(vehicle_state).where(state.vehicle_id == vehicle_id).values(silent_ms=now_ms))
        note(connection, "vehicle", vehicle_id, now_ms)
        known = select(alarms).where(alarms.c.vehicle_id == vehicle_id)
        for row in connection.execute(known).mappings().all():
            _review_cause(connection, row, seen_ms, now_ms, policy)


def _review_cause(connection: Connection, row: RowMapping, seen_ms: int, now_ms: int, policy: Policy) -> None:
    costs = policy.cost_of(row["cause"])
    limits = Limits(costs.p_star, policy.clear_below * costs.p_star, costs.on_delay, policy.off_delay)
    alarm = Alarm(*(row[field] for field in Alarm._fields))
    verdict = judge(seen_ms, now_ms, policy.silent_s, at_risk=is_at_risk(alarm, limits))
    if verdict != "escalate":
        return
    case = book.unresolved(connection, row["vehicle_id"], row["cause"])
    if case is None and alarm.raised:
        return  # it was served, or a person has closed it
    case_id = _open(connection, row, seen_ms, now_ms, policy) if case is None else str(case["id"])
    book.tell(connection, case_id, "silent", texts.SILENT, now_ms)
    book.hand_to_person(connection, case_id, texts.SILENT, now_ms)


def _open(connection: Connection, row: RowMapping, seen_ms: int, now_ms: int, policy: Policy) -> str:
    """Open the case that the next assessments would have opened."""
    vehicle_id, cause = row["vehicle_id"], row["cause"]
    query = select(risks).where(risks.c.vehicle_id == vehicle_id, risks.c.cause == cause)
    risk = connection.execute(query).mappings().one()
    case_id = named("silent", vehicle_id, cause, seen_ms)
    as_of_ms: int = risk["as_of_ms"]
    late = is_late(as_of_ms, now_ms, policy.fresh_s)
    age_s = (now_ms - as_of_ms) / 1000.0
    opening = book.Opening(
        id=case_id,
        vehicle_id=vehicle_id,
        cause=cause,
        as_of_ms=as_of_ms,
        late=late,
        evidence={name: risk[name] for name in _EVIDENCE},
        text=texts.opened(cause, age_s, late=late, silent=True),
    )
    book.open_case(connection, opening, now_ms)
    sentence = decision_texts.plain("stale", age_s=age_s)
    decision = Decision(
        action="watch",
        code="stale",
        zh=sentence.zh,
        en=sentence.en,
        expected_cost_act=None,
        expected_cost_wait=None,
        inputs={"code": "stale", "as_of_ms": as_of_ms, "last_seen_ms": seen_ms, "now_ms": now_ms},
    )
    book.record_decision(connection, case_id, decision, now_ms)
    raised = alarms.c.vehicle_id == vehicle_id, alarms.c.cause == cause
    connection.execute(update(alarms).where(*raised).values(raised=True))
    return case_id
