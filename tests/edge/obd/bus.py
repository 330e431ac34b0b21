"""Frames and sinks for the guard's tests."""

from edge.errors import BusError
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard


class Bus:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.frames: list[CanFrame] = []

    def send(self, frame: CanFrame) -> None:
        self.frames.append(frame)


class DeadBus:
    """A sink that refuses."""

    def send(self, frame: CanFrame) -> None:
        raise BusError("off")


def frame(can_id: int, payload: str, *, padding: int = 0x55, length: int | None = None) -> CanFrame:
    data = bytes.fromhex(payload)
    head = bytes((len(data) if length is None else length,))
    return CanFrame(can_id, can_id > 0x7FF, (head + data).ljust(8, bytes((padding,))))


def flow_control(can_id: int, head: str = "300000") -> CanFrame:
    return CanFrame(can_id, can_id > 0x7FF, bytes.fromhex(head).ljust(8, b"\x55"))


def first_frame(can_id: int) -> CanFrame:
    return CanFrame(can_id, can_id > 0x7FF, bytes.fromhex("1024490201544D42"))


def awake(bus: Bus, *, tester_present: bool = False) -> Guard:
    guard = Guard(bus, polling=True, tester_present=tester_present)
    guard.wake()
    return guard
