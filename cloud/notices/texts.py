"""What drivers are told, in both languages; short, since it is read on a phone at the roadside."""

from typing import Final

from cloud.notices import names
from cloud.store.words import Sentence

LINK_LIVES_MS: Final = 24 * 3600 * 1000
ANSWERED: Final = {
    "yes": Sentence(
        "驾驶人同意派车，并为本次救援提供准确位置", "The driver said yes, and shares the exact place for this rescue"
    ),
    "no": Sentence("驾驶人暂不需要", "The driver said no"),
}
NO_ANSWER: Final = Sentence(
    "驾驶人未在期限内答复，需人工致电", "The driver has not answered in time: a person must call"
)
UNREACHED: Final = Sentence(
    "通知无法送达驾驶人，需人工致电", "The notice could not reach the driver: a person must call"
)


SHARING: Final = Sentence(
    "在此查看您的车辆数据共享给了谁，并可随时停止",
    "See here what is shared about your car and with whom, and stop it at any time",
)


def ask(cause: str, service: str, first_reason: Sentence | None) -> Sentence:
    """Return the question whether a truck shall come."""
    about, help_ = names.cause(cause), names.service(service)
    why_zh = "" if first_reason is None else f"（{first_reason.zh}）"
    why_en = "" if first_reason is None else f" ({first_reason.en})"
    return Sentence(
        f"您的车可能很快因{about.zh}抛锚{why_zh}。是否安排{help_.zh}？同意即为本次救援共享准确位置。",
        f"Your car may soon break down: {about.en}{why_en}. Shall a {help_.en} come? "
        "A yes shares your exact place for this rescue only.",
    )


def inform(cause: str, first_reason: Sentence | None) -> Sentence:
    """Return advice to drive to a shop."""
    about = names.cause(cause)
    why_zh = "" if first_reason is None else f"：{first_reason.zh}"
    why_en = "" if first_reason is None else f": {first_reason.en}"
    return Sentence(
        f"{about.zh}需要检查{why_zh}。请在近日前往门店。",
        f"Please have the {about.en} looked at in a shop soon{why_en}.",
    )


def coming(service: str) -> Sentence:
    """Return the word that a truck is sent without asking, as agreed beforehand."""
    help_ = names.service(service)
    return Sentence(
        f"按您的预先同意，{help_.zh}即将出发。", f"As agreed beforehand, a {help_.en} is being sent to you."
    )


def emergency(cause: str) -> Sentence:
    """Return what to do at once."""
    if cause == "thermal_event":
        return Sentence(
            "电池异常高温：请立即安全停车，所有人离车至50米外，拨打119。不要充电或搭电。我们会马上联系您。",
            "Battery overheating: stop safely now, everybody out and 50 m away, call the fire brigade (119). "
            "Do not charge or jump-start. A person will call you at once.",
        )
    if cause == "collision":
        return Sentence(
            "检测到碰撞：如有人受伤请拨打120和122，开启双闪，撤离到护栏外。我们会马上联系您。",
            "A collision was detected: if anybody is hurt call 120 and 122, hazard lights on, get behind the barrier. "
            "A person will call you at once.",
        )
    return Sentence(
        "红色警告：请尽快安全停车并熄火，不要继续行驶。我们会马上联系您。",
        "Red warning: stop safely as soon as you can and switch off; do not drive on. A person will call you at once.",
    )
