"""Who is helped first, and by when: pure."""

from typing import Final, Literal

Origin = Literal["prediction", "person", "emergency"]
EMERGENCY: Final = 0
PERSON: Final = 1
DANGER: Final = 2
PREDICTION: Final = 3
_DANGER_SEVERITY: Final = 4


def priority_of(origin: Origin, severity: int) -> int:
    """Return the place in the queue, 0 first: emergency, person, prediction with danger, prediction."""
    if origin == "emergency":
        return EMERGENCY
    if origin == "person":
        return PERSON
    return DANGER if severity >= _DANGER_SEVERITY else PREDICTION


_SPOKEN: Final = (
    ("flatbed_tow", ("fire", "smoke", "burn", "冒烟", "起火", "着火")),
    ("tow", ("accident", "crash", "collision", "tow", "事故", "碰撞", "拖车", "追尾")),
    ("tyre_change", ("tyre", "tire", "flat wheel", "puncture", "胎")),
    ("fuel_delivery", ("fuel", "petrol", "gasoline", "diesel", "out of gas", "没油", "加油", "缺油")),
    ("mobile_charge", ("charge", "soc", "range", "充电", "没电了开不动", "电量")),
    ("jump_start", ("battery", "jump", "will not start", "won't start", "no start", "搭电", "电瓶", "亏电", "打不着")),
)


def service_for(problem: str, powertrain: str) -> str:
    """Return the service that a caller's words ask for, a mobile mechanic where they name none we know.

    An electric car that must be towed needs a flatbed: its wheels may not turn the motor.
    """
    # "will not ignite" ends in the words for "on fire".
    words = problem.lower().replace("_", " ").replace("不着火", "不着")
    found = next((service for service, keys in _SPOKEN if any(key in words for key in keys)), "mobile_mechanic")
    return suited(found, powertrain)


def suited(service: str, powertrain: str) -> str:
    """Return `service` as this kind of car needs it."""
    if powertrain == "bev":
        return {"tow": "flatbed_tow", "fuel_delivery": "mobile_charge"}.get(service, service)
    return service
