"""Both halves against can-isotp, which shares no code with them; no bus, frames pass through a queue."""

from collections import deque

import isotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.obd.addressing import Link
from edge.obd.frames import CanFrame
from edge.obd.isotp import Reassembler
from edge.obd.isotp_sender import Sender

WIDTHS = {
    "11 bit": (Link(0x7E0, 0x7E8), isotp.AddressingMode.Normal_11bits),
    "29 bit": (Link(0x18DA10F1, 0x18DAF110, True), isotp.AddressingMode.Normal_29bits),
}
STEPS = 5_000


class Ecu:
    """can-isotp in the ECU's seat: it receives requests and sends answers."""

    def __init__(self, width: str, *, block_size: int = 0) -> None:
        self.link, mode = WIDTHS[width]
        self.heard: deque[isotp.CanMessage] = deque()
        self.said: deque[CanFrame] = deque()
        self.stack = isotp.TransportLayerLogic(
            rxfn=lambda timeout: self.heard.popleft() if self.heard else None,
            txfn=lambda m: self.said.append(CanFrame(m.arbitration_id, bool(m.is_extended_id), bytes(m.data))),
            address=isotp.Address(mode, txid=self.link.response_id, rxid=self.link.request_id),
            params={"stmin": 0, "blocksize": block_size, "tx_padding": 0xAA},
        )

    def hear(self, frame: CanFrame) -> None:
        self.heard.append(
            isotp.CanMessage(arbitration_id=frame.can_id, data=frame.data, extended_id=frame.extended, dlc=8)
        )
        self.stack.process()


@pytest.mark.parametrize("width", WIDTHS)
@given(payload=st.binary(min_size=1, max_size=4095))
@settings(max_examples=30, deadline=None)
def test_what_can_isotp_sends_comes_together(width: str, payload: bytes) -> None:
    ecu = Ecu(width)
    reassembler = Reassembler()
    ecu.stack.send(payload)
    for _ in range(STEPS):
        ecu.stack.process()
        while ecu.said:
            fed = reassembler.feed(ecu.said.popleft(), 0.0)
            if fed.flow_control is not None:
                ecu.hear(fed.flow_control)
            if fed.message is not None:
                assert fed.message == (ecu.link, payload)
                return
    pytest.fail("the message never came together")


@pytest.mark.parametrize("width", WIDTHS)
@given(payload=st.binary(min_size=1, max_size=4095), block_size=st.sampled_from([0, 1, 8]))
@settings(max_examples=30, deadline=None)
def test_can_isotp_understands_what_we_send(width: str, payload: bytes, block_size: int) -> None:
    ecu = Ecu(width, block_size=block_size)
    sender = Sender(ecu.link.request_id, ecu.link.extended, payload)
    ecu.hear(sender.start(0.0))
    for _ in range(STEPS):
        while ecu.said:
            sender.feed(ecu.said.popleft(), 0.0)
        frame = sender.due(0.0)
        if frame is not None:
            ecu.hear(frame)
        received = ecu.stack.recv()
        if received is not None:
            assert bytes(received) == payload
            assert sender.done
            return
    pytest.fail("the message never arrived")
