"""When a listed frame may go: awake, alone on the bus, not too often; and to whom a flow control is owed."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import BusError
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict
from tests.edge.obd.bus import Bus, DeadBus, awake, first_frame, flow_control, frame


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
    assert guard.send(frame(0x7E0, "010C"), 9.0) is Verdict.SENT


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

    guard.observe(first_frame(0x7E8), 0.3)
    assert guard.send(flow_control(0x7E0), 0.4) is Verdict.FORBIDDEN  # that answer is the other's
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


@pytest.mark.parametrize("data", ["300000", "300000555555555555", "3000001455555555", "30000055555555FF"])
def test_a_flow_control_is_eight_bytes_and_hides_nothing(data: str) -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)

    assert guard.send(CanFrame(0x7E0, False, bytes.fromhex(data)), 0.2) is Verdict.FORBIDDEN


def test_single_and_consecutive_frames_open_no_transfer() -> None:
    guard = awake(Bus())
    guard.send(frame(0x7E0, "0902"), 0.0)
    for pci in ("03", "21", "30", "F0"):
        guard.observe(CanFrame(0x7E8, False, bytes.fromhex(pci).ljust(8, b"\x14")), 0.1)

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


def test_time_that_runs_backwards_opens_nothing() -> None:
    guard = awake(Bus())
    for _ in range(10):
        guard.send(frame(0x7E0, "010C"), 100.0)

    assert guard.send(frame(0x7E0, "010C"), -inf) is Verdict.TOO_SOON


def test_nothing_is_owed_before_anything_was_asked_whatever_the_clock_counts_from() -> None:
    guard = awake(Bus())
    guard.observe(first_frame(0x7E8), -50.0)
    assert guard.send(flow_control(0x7E0), -50.0) is Verdict.FORBIDDEN

    guard.send(frame(0x7E0, "0902"), -40.0)
    guard.observe(first_frame(0x7E9), -39.9)
    assert guard.send(flow_control(0x7E1), -39.8) is Verdict.FORBIDDEN


def test_each_verdict_has_the_name_that_logs_and_metrics_know() -> None:
    assert [verdict.value for verdict in Verdict] == [
        "sent", "listen_only", "forbidden", "stopped", "asleep", "other_tester", "too_soon",
    ]  # fmt: skip
