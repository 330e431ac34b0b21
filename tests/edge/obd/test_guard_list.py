"""What may be asked at all, against the list as it is written down in `tests/edge/obd/allow_list.py`."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict, allows
from tests.edge.obd.allow_list import (
    ANSWERS,
    ELEVEN_BIT_IDS,
    INTRUSIVE,
    READING,
    WHOLE_REQUESTS,
    may_be_requested,
    random_frame,
)
from tests.edge.obd.bus import Bus, awake, first_frame, flow_control, frame


@pytest.mark.parametrize("service", READING)
def test_each_reading_service_has_its_lengths_and_sub_functions(service: int) -> None:
    for length in range(8):
        for sub in range(256):
            payload = bytes((service, sub, *range(5)))[:length]
            data = (bytes((length,)) + payload).ljust(8, b"\x00")
            assert allows(CanFrame(0x7E0, False, data)) == may_be_requested(0x7E0, False, data, False)


@pytest.mark.parametrize("service", INTRUSIVE)
def test_an_intrusive_service_never_goes_out(service: int) -> None:
    for can_id in sorted(ELEVEN_BIT_IDS | {0x18DB33F1, 0x18DA10F1, 0x7A0}):
        for sub in range(256):
            for length in range(1, 8):
                data = bytes((length, service, sub, *bytes(5)))
                assert not allows(CanFrame(can_id, can_id > 0x7FF, data), tester_present=True)


@pytest.mark.parametrize("can_id", [0x7DF, 0x7E0, 0x7E7, 0x18DB33F1, 0x18DA00F1, 0x18DA10F1, 0x18DAFFF1])
def test_the_standard_ids_may_be_asked(can_id: int) -> None:
    assert allows(frame(can_id, "010C"))


@pytest.mark.parametrize("can_id", [0x000, 0x7DE, 0x7E8, 0x7EF, 0x7A8, 0x18DB33F0, 0x18DAF1F1, 0x18DA10F0, 0x18DAF110])
def test_other_ids_may_not_be_asked(can_id: int) -> None:
    assert not allows(frame(can_id, "010C"))


def test_an_id_of_the_other_width_is_another_id() -> None:
    assert not allows(CanFrame(0x7E0, True, bytes.fromhex("02010C5555555555")))


@pytest.mark.parametrize(("target", "payloads"), WHOLE_REQUESTS.items())
def test_a_platform_id_takes_its_whole_requests_and_nothing_else(target: tuple[int, bool], payloads: set[str]) -> None:
    can_id, extended = target
    every = {text for listed in WHOLE_REQUESTS.values() for text in listed}
    intrusive = {f"{service:02x}{sub:02x}" for service in INTRUSIVE for sub in range(256)}
    others = every | intrusive | {"010c", "03", "22c00bc00b", "3e00", "3e80", "1902ff", "2102", "21", "22"}
    for text in sorted(others):
        candidate = CanFrame(can_id, extended, frame(can_id, text).data)
        assert allows(candidate, tester_present=True) == (text in payloads), text
        assert not allows(candidate._replace(extended=not extended), tester_present=True)


@pytest.mark.parametrize(("target", "response"), ANSWERS.items())
def test_a_platform_ecu_gets_one_flow_control_for_each_answer(target: tuple[int, bool], response: int) -> None:
    can_id, _ = target
    guard = awake(Bus())
    assert guard.send(frame(can_id, min(WHOLE_REQUESTS[target])), 0.0) is Verdict.SENT
    guard.observe(first_frame(response), 0.1)

    assert guard.send(flow_control(can_id), 0.2) is Verdict.SENT
    assert guard.send(flow_control(can_id), 0.3) is Verdict.FORBIDDEN


def test_service_21_is_read_only_where_it_is_listed_and_nowhere_in_the_standards_range() -> None:
    for can_id in sorted(ELEVEN_BIT_IDS | {0x18DB33F1, 0x18DA10F1}):
        assert not allows(frame(can_id, "2101"), tester_present=True)
    assert allows(frame(0x79B, "2101"))


@pytest.mark.parametrize("padding", [0x00, 0x55, 0xAA, 0xCC])
def test_the_usual_paddings_are_taken(padding: int) -> None:
    assert allows(frame(0x7E0, "010C", padding=padding))


def test_what_hides_in_the_padding_is_refused() -> None:
    assert allows(CanFrame(0x7E0, False, bytes.fromhex("02010C1455555555"))) is False
    assert not allows(CanFrame(0x7E0, False, bytes.fromhex("02010C5555555500")))
    assert not allows(frame(0x7E0, "010C", padding=0xFF))


def test_a_request_is_eight_bytes() -> None:
    assert not allows(CanFrame(0x7E0, False, bytes.fromhex("02010C")))
    assert not allows(CanFrame(0x7E0, False, bytes.fromhex("02010C555555555555")))


@pytest.mark.parametrize("length", [0x00, 0x08, 0x0F, 0x10, 0x21, 0x30])
def test_only_single_frames_are_requests(length: int) -> None:
    assert not allows(frame(0x7E0, "010C", length=length))


def test_tester_present_goes_out_only_where_it_was_configured() -> None:
    for configured in (False, True):
        for payload in ("3E00", "3E80"):
            verdict = awake(Bus(), tester_present=configured).send(frame(0x7E0, payload), 0.0)
            assert (verdict is Verdict.SENT) == configured
        assert awake(Bus(), tester_present=configured).send(frame(0x7E0, "3E01"), 0.0) is Verdict.FORBIDDEN
    unasked = Guard(Bus(), polling=True)
    unasked.wake()
    assert unasked.send(frame(0x7E0, "3E00"), 0.0) is Verdict.FORBIDDEN
    assert not allows(frame(0x7E0, "3E00"))


@given(
    can_id=st.one_of(st.sampled_from(sorted(ELEVEN_BIT_IDS)), st.integers(0, 0x1FFFFFFF)),
    extended=st.booleans(),
    data=st.binary(max_size=64),
    tester_present=st.booleans(),
)
@settings(max_examples=500)
def test_any_bytes_at_all_are_judged_as_the_written_list_says(
    can_id: int, extended: bool, data: bytes, tester_present: bool
) -> None:
    judged = allows(CanFrame(can_id, extended, data), tester_present=tester_present)

    assert judged == may_be_requested(can_id, extended, data, tester_present)


def test_no_frame_outside_the_list_is_ever_sent() -> None:
    chance = random.Random(20260115)
    sent = {True: 0, False: 0}
    for n in range(100_000):
        tester_present = n % 2 == 0
        bus = Bus()
        candidate = random_frame(chance)
        verdict = awake(bus, tester_present=tester_present).send(candidate, 0.0)
        expected = may_be_requested(*candidate, tester_present)
        assert (verdict is Verdict.SENT) == expected, candidate
        assert bus.frames == ([candidate] if expected else [])
        sent[expected] += 1
    assert sent[True] > 2_000  # the generator does reach the list
