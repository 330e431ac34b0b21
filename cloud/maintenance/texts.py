"""What a maintenance reminder says, in both languages."""

from datetime import UTC, datetime

from cloud.maintenance.due import Due
from cloud.notices import names
from cloud.store.words import Sentence

_STATES = {
    "due_soon": Sentence("即将到期", "is due soon"),
    "due": Sentence("已到期", "is due"),
    "overdue": Sentence("已逾期", "is overdue"),
}


def reminder(kind: str, due: Due, odometer_km: float | None) -> Sentence:
    """Return the reminder for an item that is due by distance or date."""
    what, state = names.cause(kind), _STATES[due.state]
    zh, en = f"{what.zh}{state.zh}", f"{what.en.capitalize()} {state.en}"
    if due.due_km is not None:
        zh, en = f"{zh}，到期里程{due.due_km:.0f}公里", f"{en}, at {due.due_km:.0f} km"
        if odometer_km is not None:
            zh, en = f"{zh}（当前{odometer_km:.0f}公里）", f"{en} (now {odometer_km:.0f} km)"
    if due.due_ms is not None:
        day = f"{datetime.fromtimestamp(due.due_ms / 1000.0, UTC):%Y-%m-%d}"
        zh, en = f"{zh}，到期日{day}", f"{en}, on {day}"
    return Sentence(f"{zh}。", f"{en}.")


def predicted(cause: str, days: float, first_reason: Sentence | None) -> Sentence:
    """Return the reminder for a fault that is coming, in about `days` days."""
    what = names.cause(cause)
    why_zh = "" if first_reason is None else f"：{first_reason.zh}"
    why_en = "" if first_reason is None else f": {first_reason.en}"
    return Sentence(
        f"{what.zh}预计约{days:.0f}天后需要处理{why_zh}",
        f"The {what.en} is expected to need attention in about {days:.0f} days{why_en}",
    )
