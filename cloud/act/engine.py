"""Acting on scores and on the clock, in the caller's transaction: nothing here touches the world or reads a clock."""

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection, RowMapping

from cloud.act import condition, deciding, holding, silent
from cloud.act.sheet import Sheet, evidence_of
from cloud.cases import alarm, book, texts
from cloud.cases.alarm import Reading
from cloud.cases.silence import is_late
from cloud.cases.standing import is_due_again, is_over, limits_of, weighed
from cloud.decision.level import STOP_SEVERITY, level_of, urgency_of
from cloud.decision.policy import Policy
from cloud.maintenance import reminders
from cloud.notices import links
from cloud.rescue import book as rescue_book
from cloud.rescue import offering, places
from cloud.rescue.ports import TravelTime
from cloud.scoring.types import Assessment
from cloud.store.feed import trim
from cloud.store.ids import named


def apply(connection: Connection, assessments: Sequence[Assessment], now_ms: int, policy: Policy) -> None:
    """Bring risks, alarms, cases and what follows from them up to date with `assessments`, in order."""
    sheet = Sheet(connection, {assessment.vehicle for assessment in assessments})
    for assessment in assessments:
        if assessment.vehicle not in sheet.cars:
            structlog.get_logger().warning("assessment_of_unknown_vehicle", vehicle=assessment.vehicle)
        elif assessment.as_of_ms - now_ms > policy.future_s * 1000.0:
            # A clock that runs ahead must not make every honest sample after it look old.
            structlog.get_logger().warning("assessment_from_the_future", vehicle=assessment.vehicle)
        else:
            _apply_one(connection, sheet, assessment, now_ms, policy)
    sheet.close(now_ms)


def tick(connection: Connection, now_ms: int, policy: Policy, travel: TravelTime) -> None:
    """Do what is due by the clock; doing it again at once changes nothing."""
    links.expire(connection, now_ms)
    silent.review(connection, now_ms, policy)
    offering.tick(connection, now_ms, policy, travel)


def tidy(connection: Connection, now_ms: int, policy: Policy) -> None:
    """Do what can wait a minute: reminders by date, forgetting, trimming."""
    reminders.review_all(connection, now_ms)
    places.forget(connection, now_ms, policy.forget_position_s)
    trim(connection)


def _apply_one(connection: Connection, sheet: Sheet, a: Assessment, now_ms: int, policy: Policy) -> None:
    key = (a.vehicle, a.cause)
    costs = policy.cost_of(a.cause)
    p = weighed(a, policy)
    sheet.note_risk(a, level_of(p, a.severity, costs), urgency_of(p, a.severity, costs))
    limits = limits_of(a.cause, policy)
    before = sheet.memory_of(key)
    stops = a.severity >= STOP_SEVERITY
    after, change = alarm.step(before.alarm, Reading(a.as_of_ms, p, stops), limits)
    memory = before._replace(alarm=after)
    sheet.remember(key, memory)
    case = sheet.cases.get(key)
    if case is None and (change == "raised" or is_due_again(after, memory.asked_ms, p, limits, now_ms, policy)):
        _open(connection, a, now_ms, policy)
        case = sheet.reread_case(key)
    elif case is not None and is_over(after, case["action"], limits) and _clear(connection, case, now_ms):
        sheet.forget_case(key)
        return
    if case is not None:
        deciding.decide_case(connection, sheet, a, p, now_ms, policy)
    else:
        condition.review(connection, sheet, a, before.alarm, now_ms, policy)


def _open(connection: Connection, a: Assessment, now_ms: int, policy: Policy) -> None:
    late = is_late(a.as_of_ms, now_ms, policy.fresh_s)
    opening = book.Opening(
        id=named("case", a.vehicle, a.cause, a.offset),
        vehicle_id=a.vehicle,
        cause=a.cause,
        as_of_ms=a.as_of_ms,
        late=late,
        evidence=evidence_of(a),
        text=texts.opened(a.cause, (now_ms - a.as_of_ms) / 1000.0, late=late, silent=False),
    )
    book.open_case(connection, opening, now_ms)
    holding.watch(connection, now_ms, policy)


def _clear(connection: Connection, case: RowMapping, now_ms: int) -> bool:
    """Close a case whose risk is gone, unless a truck is on its way for it; return whether it was closed."""
    if case["job_id"] and rescue_book.fetch(connection, case["job_id"])["closed_ms"] is None:
        return False
    return book.close_case(connection, case["id"], "cleared", texts.CLEARED, now_ms)
