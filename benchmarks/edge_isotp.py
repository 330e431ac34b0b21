"""Multi-frame exchanges on a virtual bus: our ISO-TP engine against can-isotp's, which is Python too."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final, NamedTuple

import can
import isotp

from benchmarks.harness import Contestant, Row, compare
from edge.obd.addressing import Link
from edge.obd.frames import CanFrame
from edge.obd.isotp import Reassembler
from edge.obd.isotp_sender import Sender

EXCHANGES: Final = 40
REQUEST: Final = bytes.fromhex("22") + bytes(range(1, 19))  # nineteen bytes: three frames and a flow control
ANSWER: Final = bytes.fromhex("62") + bytes(n % 251 for n in range(299))  # 300 bytes: 43 frames and a flow control
LINK: Final = Link(0x7E0, 0x7E8)
STEPS: Final = 10_000


class Line(NamedTuple):
    """Both ends of one virtual bus."""

    tester: can.BusABC
    ecu: can.BusABC


def line(stack: ExitStack) -> Line:
    """Return a new bus with two ends, shut down with `stack`."""
    channel = object()  # python-can's virtual buses meet by their channel
    ends = [stack.enter_context(can.Bus(interface="virtual", channel=str(id(channel)))) for _ in range(2)]
    return Line(*ends)


def _said(frame: CanFrame) -> can.Message:
    return can.Message(arbitration_id=frame.can_id, is_extended_id=frame.extended, data=frame.data, check=False)


def _heard(bus: can.BusABC) -> CanFrame | None:
    message = bus.recv(0.0)
    return None if message is None else CanFrame(message.arbitration_id, message.is_extended_id, bytes(message.data))


def _ours_one_way(sends: can.BusABC, receives: can.BusABC, link: Link, payload: bytes) -> bytes:
    """Return `payload` as it arrives: `link.response_id` is who sends it."""
    sender, reassembler = Sender(link.response_id, False, payload), Reassembler([link])
    sends.send(_said(sender.start(0.0)))
    for _ in range(STEPS):
        while (frame := _heard(receives)) is not None:
            fed = reassembler.feed(frame, 0.0)
            if fed.flow_control is not None:
                receives.send(_said(fed.flow_control))
            if fed.message is not None:
                return fed.message.payload
        while (answer := _heard(sends)) is not None:
            sender.feed(answer, 0.0)
        if (frame := sender.due(0.0)) is not None:
            sends.send(_said(frame))
    raise AssertionError("the message never arrived")


def ours(bus: Line) -> list[tuple[bytes, bytes]]:
    """Return what arrived of each request and each answer."""
    there, back = Link(LINK.response_id, LINK.request_id), LINK
    return [
        (_ours_one_way(bus.tester, bus.ecu, there, REQUEST), _ours_one_way(bus.ecu, bus.tester, back, ANSWER))
        for _ in range(EXCHANGES)
    ]


def _stack(bus: can.BusABC, txid: int, rxid: int) -> isotp.CanStack:
    address = isotp.Address(isotp.AddressingMode.Normal_11bits, txid=txid, rxid=rxid)
    return isotp.CanStack(bus, address=address, params={"stmin": 0, "blocksize": 0, "tx_padding": 0x55})


def _theirs_one_way(sends: isotp.CanStack, receives: isotp.CanStack, payload: bytes) -> bytes:
    sends.send(payload)
    for _ in range(STEPS):
        sends.process(rx_timeout=0.0)
        receives.process(rx_timeout=0.0)
        if (received := receives.recv()) is not None:
            return bytes(received)
    raise AssertionError("the message never arrived")


def theirs(bus: Line) -> list[tuple[bytes, bytes]]:
    """Return the same, through can-isotp at both ends."""
    tester = _stack(bus.tester, LINK.request_id, LINK.response_id)
    ecu = _stack(bus.ecu, LINK.response_id, LINK.request_id)
    return [(_theirs_one_way(tester, ecu, REQUEST), _theirs_one_way(ecu, tester, ANSWER)) for _ in range(EXCHANGES)]


def contestant(name: str, run: Callable[[Line], list[tuple[bytes, bytes]]], stack: ExitStack) -> Contestant:
    """Return `run` over a new bus each time."""

    def prepare() -> Any:
        return line(stack)

    return Contestant(name, prepare, run, EXCHANGES)


def same(one: list[tuple[bytes, bytes]], other: list[tuple[bytes, bytes]]) -> bool:
    """Say whether everything arrived at both, unchanged."""
    return one == other == [(REQUEST, ANSWER)] * EXCHANGES


def rows() -> list[Row]:
    """Return the rows of this suite."""
    name = f"ISO-TP: exchanges of {len(REQUEST)} and {len(ANSWER)} bytes, against can-isotp's Python engine"
    with ExitStack() as stack:
        us, them = contestant("outrider", ours, stack), contestant("can-isotp", theirs, stack)
        return [compare(name, us, them, same=same, floor=1.0, target=2.0)]
