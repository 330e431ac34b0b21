"""A bus in trouble: full queues, bus-off, adapters that come and go, nodes that talk without end."""

import errno
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

import can
import pytest

from edge.adapters.can_bus import FLOOD_REST_S, LONGEST_REOPEN_S, SEND_TRIES, PythonCanBus
from edge.config import Bus
from edge.errors import BusError
from edge.obd.acceptance import accepted
from edge.obd.addressing import Link
from tests.edge.adapters.test_can_bus import FRAME, Adapter


class FakePort:
    """An interface that python-can might have made: says and refuses what it is told to."""

    def __init__(self, *said: can.Message, refusals: int = 0) -> None:
        self.said = list(said)
        self.refusals = refusals
        self.tries = 0
        self.is_open = True

    def send(self, message: can.Message, timeout: float | None = None) -> None:
        self.tries += 1
        if self.tries <= self.refusals:
            raise can.CanOperationError("Failed to transmit: No buffer space available", errno.ENOBUFS)

    def recv(self, timeout: float | None = None) -> can.Message | None:
        return self.said.pop(0) if self.said else None

    def fileno(self) -> int:
        raise RuntimeError

    def shutdown(self) -> None:
        self.is_open = False


def over(port: FakePort, now_s: Callable[[], float] = lambda: 0.0) -> PythonCanBus:
    """Return the adapter over `port`, as if the kernel's own interface were open."""
    bus = PythonCanBus(Bus(interface="socketcan", channel="can-of-nobody"), now_s=now_s)
    bus._bus = cast("can.BusABC", port)
    return bus


def test_a_full_queue_is_tried_again_a_few_times() -> None:
    port = FakePort(refusals=SEND_TRIES - 1)

    over(port).send(FRAME)

    assert port.tries == SEND_TRIES
    assert port.is_open


def test_a_queue_that_stays_full_is_a_bus_error_and_not_tried_without_end() -> None:
    port = FakePort(refusals=1_000)

    with pytest.raises(BusError, match="No buffer space"):
        over(port).send(FRAME)

    assert port.tries == SEND_TRIES
    assert not port.is_open


def test_bus_off_is_a_bus_error_and_the_interface_is_opened_again_within_five_seconds() -> None:
    now_s = 0.0
    off = can.Message(is_error_frame=True, is_extended_id=False, arbitration_id=0x40)
    warning = can.Message(is_error_frame=True, is_extended_id=False, arbitration_id=0x04)
    bus = over(FakePort(warning, off), lambda: now_s)
    assert bus.receive(0.0) is None

    with pytest.raises(BusError, match="bus-off"):
        bus.receive(0.0)

    assert bus.error_frames == 2
    with pytest.raises(BusError, match="down"):
        bus.send(FRAME)
    assert 0.0 < bus._reopen_at_s - now_s <= LONGEST_REOPEN_S < 5.0


def test_an_adapter_that_vanishes_and_returns_is_read_again_within_ten_seconds(tmp_path: Path) -> None:
    now_s, first, second = 0.0, Adapter(), Adapter()
    port = tmp_path / "ttyACM0"
    port.symlink_to(first.path)
    bus = PythonCanBus(Bus(interface="slcan", channel=str(port)), now_s=lambda: now_s)
    assert bus.receive(0.0) is None

    first.vanish()
    port.unlink()
    with suppress(BusError):
        bus.receive(0.0)
    for _ in range(20):
        now_s += 1.0
        assert bus.receive(0.0) is None
    port.symlink_to(second.path)
    returned_s, found = now_s, None
    while found is None:
        now_s += 0.5
        assert now_s - returned_s <= 10.0
        bus.receive(0.0)
        second.say(b"t7E8803410D2855555555\r")
        found = bus.receive(0.0)

    assert found == FRAME
    bus.close()
    second.vanish()


def test_a_babbling_node_is_shut_out_the_ecus_are_heard_and_all_is_heard_again_when_it_is_over() -> None:
    now_s = 0.0
    wanted = accepted([Link(0x7E0, 0x7E8)], [(0x3B3, False)])
    bus = PythonCanBus(Bus(interface="virtual", channel="flood"), wanted, now_s=lambda: now_s)
    bus.receive(0.0)
    noise = can.Message(arbitration_id=0x001, is_extended_id=False, data=bytes(8))
    answer = can.Message(arbitration_id=0x7E8, is_extended_id=False, data=FRAME.data)
    passive = can.Message(arbitration_id=0x3B3, is_extended_id=False, data=b"\x01")

    def hear() -> list[int]:
        # What software filters shut out comes as nothing.
        return [frame.can_id for frame in (bus.receive(0.0) for _ in range(120)) if frame is not None]

    with can.Bus(interface="virtual", channel="flood") as node:
        for _ in range(80):
            for _ in range(100):
                node.send(noise)
            now_s += 0.0125
            assert hear() == [0x001] * 100
        now_s += 0.01
        for message in (noise, noise, answer, noise, passive):
            node.send(message)
        assert hear()[1:] == [0x7E8, 0x3B3]

        now_s += FLOOD_REST_S
        hear()
        node.send(noise)
        assert hear() == [0x001]
    bus.close()


def test_a_busy_but_healthy_bus_is_heard_whole() -> None:
    now_s = 0.0
    wanted = accepted([Link(0x7E0, 0x7E8)], [])
    bus = PythonCanBus(Bus(interface="virtual", channel="busy"), wanted, now_s=lambda: now_s)
    bus.receive(0.0)
    with can.Bus(interface="virtual", channel="busy") as node:
        for n in range(6_000):
            node.send(can.Message(arbitration_id=0x100 + n % 8, is_extended_id=False, data=b"\x01"))
            now_s += 1 / 4_000
            assert bus.receive(0.0) is not None
    bus.close()
