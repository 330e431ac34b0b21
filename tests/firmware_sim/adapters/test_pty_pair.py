"""Serial lines between processes."""

import os
import select
import time
from collections.abc import Iterator

import can
import psutil
import pytest

from firmware_sim.adapters.can_bus import slcan
from firmware_sim.adapters.pty_pair import CrossedSerial, SerialEnd
from firmware_sim.protocol.ecu import Frame


@pytest.fixture
def line() -> Iterator[CrossedSerial]:
    """Return two joined serial ends."""
    with CrossedSerial() as crossed:
        yield crossed


def until(descriptor: int, length: int, timeout_s: float = 5.0) -> bytes:
    """Return what comes out of `descriptor` until it is `length` bytes or the deadline."""
    end_s, data = time.monotonic() + timeout_s, b""
    while len(data) < length and time.monotonic() < end_s:
        if select.select([descriptor], [], [], 0.1)[0]:
            data += os.read(descriptor, 4_096)
    return data


def test_bytes_pass_both_ways_unchanged_and_without_echo(line: CrossedSerial) -> None:
    near = os.open(line.near, os.O_RDWR | os.O_NOCTTY)
    far = os.open(line.far, os.O_RDWR | os.O_NOCTTY)
    every_byte = bytes(range(256))
    try:
        os.write(far, every_byte[::-1])
        assert until(near, 256) == every_byte[::-1]
        os.write(near, every_byte)
        assert until(far, 256) == every_byte
        assert not select.select([near, far], [], [], 0.1)[0]
    finally:
        os.close(near)
        os.close(far)


def test_frames_of_both_widths_cross_between_two_slcan_buses(line: CrossedSerial) -> None:
    ours = slcan(line.near)
    theirs = can.Bus(interface="slcan", channel=line.far, bitrate=500_000, sleep_after_open=0)
    # What is said before the far end was heard to open is dropped, as on a real adapter.
    assert line.heard.wait(5.0)
    try:
        for number in range(100):
            ours.send(Frame(0x7E8, bytes([number] * 8)))
            heard = theirs.recv(5.0)
            assert heard is not None
            assert (heard.arbitration_id, bytes(heard.data)) == (0x7E8, bytes([number] * 8))
        theirs.send(can.Message(arbitration_id=0x18DB33F1, data=b"\x02\x01\x00", is_extended_id=True))
        deadline_s = time.monotonic() + 5.0
        frames: list[Frame] = []
        while not frames and time.monotonic() < deadline_s:
            frames = ours.receive(0.1)
        assert frames == [Frame(0x18DB33F1, b"\x02\x01\x00", True)]
    finally:
        theirs.shutdown()
        ours.close()


def test_waiting_for_frames_ends_at_its_time_when_none_comes(line: CrossedSerial) -> None:
    ours = slcan(line.near)
    began_s = time.monotonic()

    assert ours.receive(0.15) == []

    assert 0.1 < time.monotonic() - began_s < 2.0
    ours.close()


def test_a_line_knows_when_somebody_speaks_at_its_far_end(line: CrossedSerial) -> None:
    assert not line.heard.is_set()

    far = os.open(line.far, os.O_RDWR | os.O_NOCTTY)
    os.write(far, b"O\r")

    assert line.heard.wait(5.0)
    os.close(far)


def test_what_is_said_before_anyone_opens_the_far_end_is_not_kept(line: CrossedSerial) -> None:
    ours = slcan(line.near)
    ours.send(Frame(0x316, bytes(8)))
    theirs = can.Bus(interface="slcan", channel=line.far, bitrate=500_000, sleep_after_open=0)
    assert line.heard.wait(5.0)

    ours.send(Frame(0x317, bytes(8)))
    deadline_s, message = time.monotonic() + 5.0, None
    while message is None and time.monotonic() < deadline_s:
        message = theirs.recv(0.1)

    assert message is not None
    assert message.arbitration_id == 0x317
    theirs.shutdown()
    ours.close()


def test_without_a_reader_the_oldest_bytes_are_lost_and_the_newest_kept() -> None:
    end = SerialEnd()
    try:
        for number in range(20_000):
            end.write(b"%06d\n" % number)
        reader = os.open(end.path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        kept = until(reader, 1 << 20, timeout_s=0.5).split()
        os.close(reader)
    finally:
        end.close()

    assert kept[-1] == b"019999"
    assert len(kept) < 20_000


def test_closing_leaves_no_descriptor_and_no_thread() -> None:
    process = psutil.Process()
    before = (process.num_fds(), process.num_threads())

    for _ in range(5):
        with CrossedSerial() as crossed:
            slcan(crossed.near).close()
        SerialEnd().close()

    assert (process.num_fds(), process.num_threads()) == before
