"""Job steps and what goes wrong with them, in both languages."""

from typing import Final

from cloud.store.words import Sentence

STATES: Final = {
    "proposed": Sentence("救援任务已建立", "Rescue requested"),
    "offered": Sentence("已询问救援伙伴", "A partner is asked"),
    "accepted": Sentence("救援伙伴已接单", "A partner accepted"),
    "en_route": Sentence("救援车已出发", "The truck is on its way"),
    "on_site": Sentence("救援车已到场", "The truck is there"),
    "towing": Sentence("正在拖运", "The car is being towed"),
    "at_destination": Sentence("已到达目的地", "The car is at its destination"),
    "completed": Sentence("救援完成", "The rescue is completed"),
    "cancelled": Sentence("救援已取消", "The rescue is cancelled"),
    "gone_on_arrival": Sentence("到场时车辆已离开", "The car was gone when the truck came"),
    "unsuccessful": Sentence("救援未成功", "The rescue did not succeed"),
}
OFFER_DECLINED: Final = Sentence("救援伙伴已拒绝", "A partner declined")
OFFER_EXPIRED: Final = Sentence("救援伙伴未在期限内答复", "A partner did not answer in time")
NO_TAKER: Final = Sentence("无人接单，需人工处理", "No partner took it: a person must find one")
LATE: Final = Sentence("将晚于承诺时间，需人工处理", "It will be later than promised: a person must step in")
NO_PLACE: Final = Sentence("没有准确位置，需人工致电", "No exact place is known: a person must call")
FAILED: Final = Sentence("救援未成功，需人工处理", "The rescue failed: a person must step in")
OTHER_HELP: Final = Sentence(
    "情况变化，需要另一种救援，需人工处理", "It has become an emergency that needs other help: a person must step in"
)
CALLED_AGAIN: Final = Sentence("再次求助，并入已有任务", "Asked for again: joined to the open rescue")
SERVED: Final = Sentence("救援完成，结案", "Served by a rescue")


def step(state: str, reason: str) -> Sentence:
    """Return what is said of a job that came to `state`."""
    said = STATES[state]
    return Sentence(f"{said.zh}：{reason}", f"{said.en}: {reason}") if reason else said
