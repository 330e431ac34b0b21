"""The expected allow-list is written here once more, from the standards and not from the guard's own tables."""

import random
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import BusError
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict, allows

ELEVEN_BIT_IDS = {0x7DF, 0x7E0, 0x7E1, 0x7E2, 0x7E3, 0x7E4, 0x7E5, 0x7E6, 0x7E7}
INTRUSIVE = (0x04, 0x10, 0x11, 0x14, 0x27, 0x28, 0x2E, 0x2F, 0x31, 0x34, 0x35, 0x36, 0x37, 0x3D, 0x85)
READING = (0x01, 0x02, 0x03, 0x07, 0x09, 0x0A, 0x19, 0x22)


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
    return CanFrame(can_id, can_id > 0x7FF, bytes.fromhex("1014490201544D42"))


def awake(bus: Bus, *, tester_present: bool = False) -> Guard:
    guard = Guard(bus, polling=True, tester_present=tester_present)
    guard.wake()
    return guard


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


def test_a_guard_that_was_not_built_to_poll_only_listens() -> None:
    bus = Bus()
    guard = Guard(bus)
    guard.wake()

    assert guard.send(frame(0x7E0, "010C"), 0.0) is Verdict.LISTEN_ONLY
    assert bus.frames == []
    assert guard.verdicts == {Verdict.LISTEN_ONLY: 1}


def test_nothing_goes_out_before_the_car_is_awake_and_after_it_sleeps() -> None:
    bus = Bus()
    guard = Guard(bus, polling=True)
    assert guard.send(frame(0x7E0, "010C"), 0.0) is Verdict.ASLEEP

    guard.wake()
    assert guard.send(frame(0x7E0, "010C"), 1.0) is Verdict.SENT

    guard.sleep()
    assert guard.send(frame(0x7E0, "010C"), 2.0) is Verdict.ASLEEP
    assert len(bus.frames) == 1


def test_a_first_frame_that_comes_after_falling_asleep_is_owed_nothing() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    guard.sleep()
    guard.observe(first_frame(0x7E8), 0.1)
    guard.wake()

    assert guard.send(flow_control(0x7E0), 0.2) is Verdict.FORBIDDEN


def test_a_transfer_that_waits_when_the_car_falls_asleep_is_dropped() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)
    guard.sleep()
    guard.wake()

    assert guard.send(flow_control(0x7E0), 0.2) is Verdict.FORBIDDEN


def test_ten_requests_go_in_any_second_and_the_eleventh_waits() -> None:
    bus = Bus()
    guard = awake(bus)
    verdicts = [guard.send(frame(0x7E0, "010C"), n * 0.05) for n in range(11)]
    assert verdicts == [Verdict.SENT] * 10 + [Verdict.TOO_SOON]

    assert guard.send(frame(0x7E0, "010C"), 0.999) is Verdict.TOO_SOON
    assert guard.send(frame(0x7E0, "010C"), 1.0) is Verdict.SENT
    assert guard.send(frame(0x7E0, "010C"), 1.04) is Verdict.TOO_SOON
    assert guard.send(frame(0x7E0, "010C"), 1.05) is Verdict.SENT


@given(gaps=st.lists(st.floats(0.0, 0.5), min_size=30, max_size=120))
def test_no_second_ever_holds_more_than_ten_requests(gaps: list[float]) -> None:
    guard = awake(Bus())
    now_s, sent = 0.0, []
    for gap in gaps:
        now_s += gap
        if guard.send(frame(0x7E0, "010C"), now_s) is Verdict.SENT:
            sent.append(now_s)

    assert all(sum(start <= t < start + 1.0 for t in sent) <= 10 for start in sent)


def test_a_refused_frame_does_not_count_against_the_rate() -> None:
    guard = awake(Bus())
    for n in range(50):
        assert guard.send(frame(0x7E0, "04"), n * 0.001) is Verdict.FORBIDDEN

    assert guard.send(frame(0x7E0, "010C"), 0.06) is Verdict.SENT


@pytest.mark.parametrize("can_id", [0x7DF, 0x7E3, 0x7A0, 0x18DB33F1, 0x18DA10F1])
def test_another_tester_on_the_bus_silences_us_for_a_minute(can_id: int) -> None:
    guard = awake(Bus())
    guard.observe(frame(can_id, "010C"), 5.0)

    assert guard.send(frame(0x7E0, "010C"), 5.0) is Verdict.OTHER_TESTER
    assert guard.send(frame(0x7E0, "010C"), 64.999) is Verdict.OTHER_TESTER
    assert guard.send(frame(0x7E0, "010C"), 65.0) is Verdict.SENT


def test_another_testers_transfer_gets_no_flow_control_from_us() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)
    guard.observe(frame(0x7E0, "0902"), 0.15)
    assert guard.send(flow_control(0x7E0), 0.2) is Verdict.FORBIDDEN

    guard.observe(first_frame(0x7E8), 61.0)
    assert guard.send(flow_control(0x7E0), 61.1) is Verdict.FORBIDDEN


def test_ordinary_traffic_is_nobody_elses_tester() -> None:
    guard = awake(Bus())
    for can_id in (0x065, 0x7E8, 0x7A8, 0x18DAF110):
        guard.observe(CanFrame(can_id, can_id > 0x7FF, bytes(8)), 1.0)
    guard.observe(CanFrame(0x7E8, False, b""), 1.0)

    assert guard.send(frame(0x7E0, "010C"), 1.0) is Verdict.SENT


@pytest.mark.parametrize(
    ("asked", "answers", "owed_to"),
    [
        (0x7E0, 0x7E8, 0x7E0),
        (0x7DF, 0x7EB, 0x7E3),
        (0x18DB33F1, 0x18DAF110, 0x18DA10F1),
        (0x18DA10F1, 0x18DAF110, 0x18DA10F1),
    ],
)
def test_a_transfer_that_was_asked_for_gets_one_flow_control_at_the_physical_id(
    asked: int, answers: int, owed_to: int
) -> None:
    bus = Bus()
    guard = awake(bus)
    guard.send(frame(asked, "0902"), 0.0)
    assert guard.send(flow_control(owed_to), 0.05) is Verdict.FORBIDDEN  # nothing has begun yet

    guard.observe(first_frame(answers), 0.1)

    assert guard.send(flow_control(0x7E7), 0.15) is Verdict.FORBIDDEN
    assert guard.send(flow_control(owed_to), 0.2) is Verdict.SENT
    assert guard.send(flow_control(owed_to), 0.3) is Verdict.FORBIDDEN
    assert bus.frames[-1].can_id == owed_to


def test_a_platform_answer_is_owed_a_flow_control_only_after_its_own_request() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7DF, "0902"), 0.0)
    guard.observe(first_frame(0x7A8), 0.1)
    assert guard.send(flow_control(0x7A0), 0.2) is Verdict.FORBIDDEN

    guard.send(frame(0x7A0, "22C00B"), 1.0)
    guard.observe(first_frame(0x7A8), 1.1)
    assert guard.send(flow_control(0x7A0), 1.2) is Verdict.SENT


def test_the_two_id_widths_do_not_vouch_for_each_other() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7DF, "0902"), 0.0)
    guard.observe(first_frame(0x18DAF110), 0.1)

    assert guard.send(flow_control(0x18DA10F1), 0.2) is Verdict.FORBIDDEN


def test_an_answer_that_begins_too_late_is_owed_nothing() -> None:
    for late_s, expected in ((9.9, Verdict.SENT), (10.0, Verdict.FORBIDDEN)):
        guard = awake(Bus())
        guard.send(frame(0x7E0, "0902"), 0.0)
        guard.observe(first_frame(0x7E8), late_s)
        assert guard.send(flow_control(0x7E0), late_s) is expected


def test_a_flow_control_that_comes_too_late_is_not_sent() -> None:
    for late_s, expected in ((0.999, Verdict.SENT), (1.0, Verdict.FORBIDDEN)):
        guard = awake(Bus())
        guard.send(frame(0x7E0, "0902"), 0.0)
        guard.observe(first_frame(0x7E8), 0.0)
        assert guard.send(flow_control(0x7E0), late_s) is expected


@pytest.mark.parametrize(("head", "goes"), [("300000", 1), ("320000", 1), ("30FF0A", 1), ("310000", 0), ("330000", 0)])
def test_a_flow_control_says_go_on_or_no_room(head: str, goes: int) -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)

    assert (guard.send(flow_control(0x7E0, head), 0.2) is Verdict.SENT) == bool(goes)


@pytest.mark.parametrize("data", ["300000", "30000014555555555555", "3000001455555555", "30000055555555FF"])
def test_a_flow_control_is_eight_bytes_and_hides_nothing(data: str) -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)

    assert guard.send(CanFrame(0x7E0, False, bytes.fromhex(data)), 0.2) is Verdict.FORBIDDEN


def test_single_and_consecutive_frames_open_no_transfer() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    for pci in ("03", "21", "30", "F0"):
        guard.observe(CanFrame(0x7E8, False, bytes.fromhex(pci).ljust(8, b"\x00")), 0.1)

    assert guard.send(flow_control(0x7E0), 0.2) is Verdict.FORBIDDEN


def test_flow_controls_are_no_requests_and_do_not_count_against_the_rate() -> None:
    guard = awake(Bus())
    for n in range(10):
        assert guard.send(frame(0x7E0, "0902"), n * 0.01) is Verdict.SENT
    guard.observe(first_frame(0x7E8), 0.2)
    assert guard.send(flow_control(0x7E0), 0.2) is Verdict.SENT

    assert guard.send(frame(0x7E0, "0902"), 1.0) is Verdict.SENT


def test_a_flow_control_obeys_sleep_and_other_testers_too() -> None:
    guard = Guard(Bus(), polling=True)
    assert guard.send(flow_control(0x7E0), 0.0) is Verdict.FORBIDDEN


def test_a_bus_that_fails_says_so_and_the_frame_counts_as_sent() -> None:
    guard = Guard(DeadBus(), polling=True)
    guard.wake()
    for n in range(10):
        with pytest.raises(BusError):
            guard.send(frame(0x7E0, "010C"), n * 0.01)

    assert guard.send(frame(0x7E0, "010C"), 0.5) is Verdict.TOO_SOON


def test_tester_present_goes_out_only_where_it_was_configured() -> None:
    for configured in (False, True):
        for payload in ("3E00", "3E80"):
            verdict = awake(Bus(), tester_present=configured).send(frame(0x7E0, payload), 0.0)
            assert (verdict is Verdict.SENT) == configured
        assert awake(Bus(), tester_present=configured).send(frame(0x7E0, "3E01"), 0.0) is Verdict.FORBIDDEN


def test_time_that_runs_backwards_opens_nothing() -> None:
    guard = awake(Bus())
    for _ in range(10):
        guard.send(frame(0x7E0, "010C"), 100.0)

    assert guard.send(frame(0x7E0, "010C"), -inf) is Verdict.TOO_SOON
