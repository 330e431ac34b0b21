"""What a case's timeline says when it opens, clears or falls silent, in both languages."""

from typing import Final

from cloud.notices import names
from cloud.store.words import Sentence

CLEARED: Final = Sentence("风险已持续回落，自动结案", "The risk has stayed low again: closed by itself")
SILENT: Final = Sentence(
    "车辆在有风险的状态下失联，需人工联系", "The car fell silent while at risk: a person must call"
)
HEARD: Final = Sentence("车辆恢复上报", "The car is heard again")
UNREACHED: Final = Sentence(
    "通知无法送达驾驶人，需人工致电", "The notice could not reach the driver: a person must call"
)
EMERGENCY_PERSON: Final = Sentence("紧急事件：请立即人工联系驾驶人", "Emergency: a person must call the driver now")


def opened(cause: str, age_s: float, *, late: bool, silent: bool) -> Sentence:
    """Return why a case opens, and how old its newest sample is where that is past the limit."""
    name = names.cause(cause)
    zh, en = f"{name.zh}风险达到立案条件", f"The risk of {name.en} has reached the limit"
    if silent:
        zh, en = f"{name.zh}有风险时车辆失联", f"The car fell silent while at risk of {name.en}"
    if late:
        minutes = age_s / 60.0
        zh, en = f"{zh}（迟到数据，已过去{minutes:.0f}分钟）", f"{en} (late data, {minutes:.0f} min old)"
    return Sentence(zh, en)


def emergency(cause: str) -> Sentence:
    """Return what an emergency's case opens with."""
    name = names.cause(cause)
    return Sentence(f"车辆上报紧急事件：{name.zh}", f"The car reported an emergency: {name.en}")
