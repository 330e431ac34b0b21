"""ISO-TP as the simulated ECUs speak it, stepped by hand."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.protocol.isotp import Link, LinkOptions, separation_s

pytestmark = pytest.mark.wheel

PAYLOAD = bytes(range(40))


def frames_until(link: Link, end_s: float, step_s: float = 0.0005) -> list[tuple[float, bytes]]:
    """Return what `link` sends until `end_s`, with its times."""
    sent, now_s = [], 0.0
    while now_s < end_s:
        sent += [(now_s, frame) for frame in link.due(now_s)]
        now_s += step_s
    return sent


@settings(deadline=None)
@given(payload=st.binary(min_size=1, max_size=4095))
def test_what_one_link_sends_another_receives_whole(payload: bytes) -> None:
    sender, receiver = Link(LinkOptions(own_gap_s=0.0)), Link(LinkOptions(block_size=3))
    sender.send(payload, 0.0)

    received = []
    for tick in range(2_000):
        received += [message for frame in sender.due(tick) if (message := receiver.feed(frame, tick)) is not None]
        for frame in receiver.due(tick):
            sender.feed(frame, tick)

    assert received == [payload]


@settings(deadline=None)
@given(frames=st.lists(st.binary(max_size=9), max_size=40))
def test_no_frame_from_outside_makes_a_link_raise(frames: list[bytes]) -> None:
    link = Link()
    link.send(PAYLOAD, 0.0)

    for tick, frame in enumerate(frames):
        link.feed(frame, tick * 0.01)
        assert all(len(sent) == 8 for sent in link.due(tick * 0.01))


def test_nothing_follows_a_first_frame_without_flow_control() -> None:
    link = Link(LinkOptions(n_bs_s=1.0))
    link.send(PAYLOAD, 0.0)

    sent = frames_until(link, 1.2)

    assert [frame[0] for _, frame in sent] == [0x10]
    assert not link.busy


def test_consecutive_frames_keep_the_testers_separation_time() -> None:
    link = Link()
    link.send(PAYLOAD, 0.0)
    link.due(0.0)
    link.feed(bytes([0x30, 0, 20]), 0.0)

    times = [time_s for time_s, _ in frames_until(link, 0.5)]

    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) == 5
    assert all(0.0199 <= gap <= 0.0215 for gap in gaps)


def test_a_block_ends_where_the_tester_said_and_waits_for_the_next_flow_control() -> None:
    link = Link()
    link.send(PAYLOAD, 0.0)
    link.due(0.0)
    link.feed(bytes([0x30, 2, 0]), 0.0)

    first = frames_until(link, 0.5)
    link.feed(bytes([0x30, 2, 0]), 0.0)
    second = frames_until(link, 0.5)

    assert [frame[0] for _, frame in first] == [0x21, 0x22]
    assert [frame[0] for _, frame in second] == [0x23, 0x24]


def test_a_waiting_tester_is_waited_for_and_an_overflowing_one_is_left_alone() -> None:
    link = Link()
    link.send(PAYLOAD, 0.0)
    link.due(0.0)

    link.feed(bytes([0x31, 0, 0]), 0.9)
    assert link.due(1.5) == []
    assert link.busy
    link.feed(bytes([0x32, 0, 0]), 1.6)
    assert not link.busy


def test_a_wrong_sequence_number_ends_the_reception() -> None:
    link = Link()
    link.feed(bytes([0x10, 20]) + PAYLOAD[:6], 0.0)

    assert link.feed(bytes([0x22]) + PAYLOAD[6:13], 0.1) is None
    assert link.feed(bytes([0x21]) + PAYLOAD[6:13], 0.2) is None
    assert link.feed(bytes([0x22]) + PAYLOAD[13:20], 0.3) is None


def test_a_tester_that_pauses_for_longer_than_n_cr_starts_again() -> None:
    link = Link(LinkOptions(n_cr_s=1.0))
    link.feed(bytes([0x10, 10]) + PAYLOAD[:6], 0.0)

    assert link.feed(bytes([0x21]) + PAYLOAD[6:10], 1.5) is None


@pytest.mark.parametrize("frame", [bytes([0x00]), bytes([0x09, 1]), bytes([0x05, 1, 2]), bytes([0x10, 7]) + bytes(6)])
def test_frames_that_the_standard_tells_us_to_ignore_are_ignored(frame: bytes) -> None:
    link = Link()

    assert link.feed(frame, 0.0) is None
    assert link.due(0.0) == []


def test_a_message_longer_than_the_buffer_is_refused_with_overflow() -> None:
    link = Link(LinkOptions(longest=100))

    link.feed(bytes([0x10, 200]) + bytes(6), 0.0)

    assert link.due(0.0) == [bytes([0x32, 0, 0]).ljust(8, b"\xaa")]


def test_a_faulty_link_skips_a_sequence_number() -> None:
    link = Link(LinkOptions(wrong_sn=True))
    link.send(PAYLOAD, 0.0)
    link.due(0.0)
    link.feed(bytes([0x30, 0, 0]), 0.0)

    assert [frame[0] & 0x0F for _, frame in frames_until(link, 0.1)] == [1, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("st_min", "seconds"), [(0, 0.0), (0x7F, 0.127), (0xF1, 0.0001), (0xF9, 0.0009), (0x90, 0.127)]
)
def test_separation_times_are_read_as_the_standard_says(st_min: int, seconds: float) -> None:
    assert separation_s(st_min) == pytest.approx(seconds)
