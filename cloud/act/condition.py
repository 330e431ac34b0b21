"""Maintenance by predicted condition: a fault that is coming, with time enough for a workshop."""

from typing import Final

from sqlalchemy import Connection

from cloud.act.sheet import Sheet
from cloud.cases.alarm import Alarm
from cloud.cases.standing import WEEK_H, calls_for_shop
from cloud.decision.policy import Policy
from cloud.maintenance import reminders, texts
from cloud.maintenance.due import Due
from cloud.scoring.types import Assessment
from cloud.store.words import Sentence

AGREEING: Final = 3


def review(connection: Connection, sheet: Sheet, a: Assessment, before: Alarm, now_ms: int, policy: Policy) -> None:
    """Count assessments that call for a workshop; the third in a row (the first, for a fault code) is a reminder.

    They do when acting would pay at the week's probability, though not yet at the rescue's horizon, or when a fault is
    there that is a shop's matter; not while a rescue for the same cause was asked for just now.
    """
    if before.newest_ms is not None and a.as_of_ms <= before.newest_ms:
        return
    key = (a.vehicle, a.cause)
    memory = sheet.memory_of(key)
    rescued = memory.asked_ms is not None and now_ms - memory.asked_ms < policy.cool_down_s * 1000.0
    planned = memory.planned + 1 if not rescued and calls_for_shop(a, now_ms, policy) else 0
    sheet.remember(key, memory._replace(planned=planned))
    if planned == min(AGREEING, policy.cost_of(a.cause).on_delay):
        remember(connection, a, now_ms)


def remember(connection: Connection, a: Assessment, now_ms: int) -> None:
    """Remind of the fault that `a` sees coming."""
    hours = a.time_to_threshold_h if a.time_to_threshold_h is not None else float(WEEK_H)
    item = reminders.Item(
        vehicle_id=a.vehicle,
        kind=a.cause,
        due=Due("due_soon" if hours > 24.0 else "due", None, a.as_of_ms + round(hours * 3_600_000.0)),
        odometer_km=None,
        text=texts.predicted(a.cause, hours / 24.0, first_reason(a)),
    )
    reminders.remember(connection, item, now_ms)


def first_reason(a: Assessment) -> Sentence | None:
    """Return the first reason of an assessment, None where it has none."""
    return Sentence(a.reasons[0].zh, a.reasons[0].en) if a.reasons else None
