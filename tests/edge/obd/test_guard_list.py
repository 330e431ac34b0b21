"""What may be asked at all. The expected list is written here once more, from the standards, not from the guard."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict, allows
from tests.edge.obd.bus import Bus, awake, frame

ELEVEN_BIT_IDS = {0x7DF, 0x7E0, 0x7E1, 0x7E2, 0x7E3, 0x7E4, 0x7E5, 0x7E6, 0x7E7}
INTRUSIVE = (0x04, 0x10, 0x11, 0x14, 0x27, 0x28, 0x2E, 0x2F, 0x31, 0x34, 0x35, 0x36, 0x37, 0x3D, 0x85)
READING = (0x01, 0x02, 0x03, 0x07, 0x09, 0x0A, 0x19, 0x22)


def may_be_requested(can_id: int, extended: bool, data: bytes, tester_present: bool) -> bool:
    """The allow-list as a person reads it."""
    if len(data) != 8 or not 1 <= data[0] <= 7:
        return False
    text, rest = data[1 : 1 + data[0]].hex(), data[1 + data[0] :]
    if any(byte != rest[0] for byte in rest) or (rest and rest[0] not in (0x00, 0x55, 0xAA, 0xCC)):
        return False
    if can_id == 0x7A0 and not extended:
        return text == "22c00b"
    standard = can_id in ELEVEN_BIT_IDS if not extended else can_id == 0x18DB33F1
    if extended and 0x18DA0000 <= can_id <= 0x18DAFFFF and can_id & 0xFF == 0xF1:
        standard = can_id != 0x18DAF1F1
    if not standard:
        return False
    count, service = len(text) // 2, text[:2]
    if service in ("03", "07", "0a"):
        return count == 1
    if service == "09":
        return count == 2
    if service == "01":
        return count >= 2
    if service in ("02", "22"):
        return count in (3, 5, 7)
    if service == "19":
        reports = {"01": 3, "02": 3, "03": 2, "04": 6, "06": 6, "0a": 2}
        return reports.get(text[2:4]) == count
    return tester_present and text in ("3e00", "3e80")


def random_frame(chance: random.Random) -> CanFrame:
    """A frame that is often nearly right: random ids and bytes alone would never come close to the list."""
    near_ids = (*ELEVEN_BIT_IDS, 0x7A0, 0x7A8, 0x7E8, 0x7DE, 0x18DB33F1, 0x18DA10F1, 0x18DAF1F1, 0x18DAF110, 0x18DA10F2)
    extended = chance.random() < 0.4
    can_id = chance.choice(near_ids) if chance.random() < 0.8 else chance.getrandbits(29 if extended else 11)
    size = 8 if chance.random() < 0.9 else chance.randrange(9)
    length = chance.randrange(8) if chance.random() < 0.9 else chance.randrange(256)
    service = chance.choice(READING + INTRUSIVE + (0x3E,)) if chance.random() < 0.9 else chance.randrange(256)
    body = [length, service, *(chance.choice((0, 1, 2, 4, 6, 0x0A, 0x0B, 0x80, 0xC0, 0xF1)) for _ in range(6))]
    fill = chance.choice((0x00, 0x55, 0xAA, 0xCC, 0xFF))
    if chance.random() < 0.8:
        body[1 + min(length, 7) :] = [fill] * (7 - min(length, 7))
    return CanFrame(can_id, extended, bytes(body)[:size])


def test_no_frame_outside_the_list_is_ever_sent() -> None:
    chance = random.Random(20260115)
    sent = {True: 0, False: 0}
    for n in range(200_000):
        tester_present = n % 2 == 0
        bus = Bus()
        candidate = random_frame(chance)
        verdict = awake(bus, tester_present=tester_present).send(candidate, 0.0)
        expected = may_be_requested(*candidate, tester_present)
        assert (verdict is Verdict.SENT) == expected, candidate
        assert bus.frames == ([candidate] if expected else [])
        sent[expected] += 1
    assert sent[True] > 2_000  # the generator does reach the list


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


def test_a_platform_id_takes_its_one_request_and_nothing_else() -> None:
    assert allows(frame(0x7A0, "22C00B"))
    for other in ("22C00C", "010C", "03", "22C00BC00B", "3E00", "190209"):
        assert not allows(frame(0x7A0, other), tester_present=True)
    assert not allows(CanFrame(0x7A0, True, frame(0x7A0, "22C00B").data))


@pytest.mark.parametrize("padding", [0x00, 0x55, 0xAA, 0xCC])
def test_the_usual_paddings_are_taken(padding: int) -> None:
    assert allows(frame(0x7E0, "010C", padding=padding))


def test_what_hides_in_the_padding_is_refused() -> None:
    assert not allows(CanFrame(0x7E0, False, bytes.fromhex("02010C1455555555")))
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
