"""The sending half, stepped by hand; test_isotp_peer.py has it talk to a library that shares no code with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import IsoTpError
from edge.obd.addressing import Link
from edge.obd.frames import CanFrame
from edge.obd.isotp import Reassembler
from edge.obd.isotp_sender import MAX_WAITS, N_BS_S, Sender, separation_s


def flow(data: str) -> CanFrame:
    return CanFrame(0x7E8, False, bytes.fromhex(data))


def sender(payload: bytes) -> Sender:
    return Sender(0x7E0, False, payload)


def test_a_short_message_is_one_padded_frame() -> None:
    machine = sender(b"\x01\x0c")

    assert machine.start(0.0) == CanFrame(0x7E0, False, bytes.fromhex("02010C5555555555"))
    assert machine.done
    assert machine.due(10.0) is None


def test_a_long_message_waits_for_flow_control_and_then_runs_through() -> None:
    machine = sender(bytes(range(20)))
    assert machine.start(0.0).data == bytes.fromhex("1014000102030405")
    assert machine.due(0.5) is None

    machine.feed(flow("3000000000000000"), 0.5)

    assert [machine.due(0.5), machine.due(0.5)] == [
        CanFrame(0x7E0, False, bytes.fromhex("21060708090A0B0C")),
        CanFrame(0x7E0, False, bytes.fromhex("220D0E0F10111213")),
    ]
    assert machine.done
    assert machine.due(0.5) is None


def test_the_separation_time_is_kept() -> None:
    machine = sender(bytes(30))
    machine.start(0.0)
    machine.feed(flow("30000A0000000000"), 0.0)
    assert machine.due(0.0) is not None
    assert machine.due(0.009) is None
    assert machine.due(0.010) is not None


def test_after_a_block_the_next_flow_control_is_awaited() -> None:
    machine = sender(bytes(50))
    machine.start(0.0)
    machine.feed(flow("3002000000000000"), 0.0)
    assert [machine.due(0.1) is not None for _ in range(3)] == [True, True, False]

    machine.feed(flow("3000000000000000"), 0.2)

    assert machine.due(0.2) is not None


def test_a_block_that_ends_with_the_message_awaits_nothing() -> None:
    machine = sender(bytes(20))
    machine.start(0.0)
    machine.feed(flow("3002000000000000"), 0.0)
    assert machine.due(0.0)
    assert machine.due(0.0)
    assert machine.done
    assert machine.due(99.0) is None


def test_a_wait_gives_the_receiver_more_time_but_not_for_ever() -> None:
    machine = sender(bytes(20))
    machine.start(0.0)
    for n in range(MAX_WAITS):
        machine.feed(flow("3100000000000000"), 0.9 * (n + 1))
        assert machine.due(0.9 * (n + 1) + 0.89) is None

    with pytest.raises(IsoTpError, match="N_WFTmax"):
        machine.feed(flow("3100000000000000"), 0.9 * (MAX_WAITS + 1))


@pytest.mark.parametrize(
    ("data", "why"), [("3200000000000000", "no room"), ("3300000000000000", "reserved"), ("3000", "cut short")]
)
def test_a_flow_control_that_ends_the_transfer_says_why(data: str, why: str) -> None:
    machine = sender(bytes(20))
    machine.start(0.0)

    with pytest.raises(IsoTpError, match=why):
        machine.feed(flow(data), 0.1)

    assert machine.due(0.2) is None
    assert not machine.done


def test_a_flow_control_that_does_not_come_is_an_error_after_n_bs() -> None:
    machine = sender(bytes(20))
    machine.start(0.0)
    assert machine.due(N_BS_S - 0.001) is None

    with pytest.raises(IsoTpError, match="N_Bs"):
        machine.due(N_BS_S)


def test_frames_that_nobody_waits_for_are_ignored() -> None:
    machine = sender(bytes(30))
    machine.feed(flow("3200000000000000"), 0.0)
    machine.start(0.0)
    machine.feed(flow("0341000000000000"), 0.0)
    machine.feed(flow(""), 0.0)
    machine.feed(flow("3000000000000000"), 0.0)
    machine.feed(flow("3200000000000000"), 0.0)

    assert machine.due(0.0) is not None


@pytest.mark.parametrize(
    ("byte", "seconds"),
    [(0x00, 0.0), (0x7F, 0.127), (0xF1, 0.0001), (0xF9, 0.0009), (0x80, 0.127), (0xF0, 0.127), (0xFA, 0.127)],
)
def test_the_separation_byte_is_read_as_the_standard_says(byte: int, seconds: float) -> None:
    assert separation_s(byte) == pytest.approx(seconds)


@pytest.mark.parametrize("size", [0, 4096])
def test_a_message_that_cannot_be_sent_is_refused(size: int) -> None:
    with pytest.raises(IsoTpError, match="1 to 4095"):
        sender(bytes(size))


@given(payload=st.binary(min_size=1, max_size=4095), target=st.sampled_from([None, 0x12]))
def test_what_is_cut_comes_together_again(payload: bytes, target: int | None) -> None:
    machine = Sender(0x7E8, False, payload, target=target)
    link = Link(0x7E0, 0x7E8, request_address=None if target is None else 0xF1, response_address=target)
    receiver = Reassembler([link])
    frame: CanFrame | None = machine.start(0.0)
    message = None
    while frame is not None:
        fed = receiver.feed(frame, 0.0)
        message = fed.message
        if fed.flow_control is not None:
            stripped = fed.flow_control.data if target is None else fed.flow_control.data[1:]
            machine.feed(fed.flow_control._replace(data=stripped), 0.0)
        frame = machine.due(0.0)

    assert message is not None
    assert message.payload == payload
    assert machine.done
