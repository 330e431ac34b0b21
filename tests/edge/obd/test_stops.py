"""What is taken off the guard's lists: by the settings, by the cloud, and never the other way round."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.errors import ContractError
from edge.obd.guard import NO_STOPS, Guard, Stops, Verdict
from edge.obd.stops import stops
from tests.edge.obd.allow_list import may_be_requested, random_frame
from tests.edge.obd.bus import Bus, awake, first_frame, flow_control, frame

ENTRIES = ["01", "02", "03", "07", "09", "19", "21", "22", "3E", "7DF", "7E0", "7A0", "79B", "18DB33F1", "17FC007B"]


def guard_without(*entries: str, bus: Bus | None = None) -> Guard:
    guard = Guard(bus or Bus(), polling=True, tester_present=True, stops=stops(entries))
    guard.wake()
    return guard


def test_services_and_ids_are_told_apart_by_their_length() -> None:
    assert stops(["22", "7A0", "17FC007B"]) == Stops(frozenset({0x22}), frozenset({(0x7A0, False), (0x17FC007B, True)}))
    assert stops([]) == NO_STOPS


@pytest.mark.parametrize("entry", ["", "2", "1f", "800", "07A0", "20000000", "17fc007b", "7E0 22F190", "ALL"])
def test_what_is_no_service_and_no_id_is_named(entry: str) -> None:
    with pytest.raises(ContractError, match="no service"):
        stops([entry])


@given(st.text(max_size=12))
def test_any_text_is_an_entry_or_our_one_error(entry: str) -> None:
    try:
        stops([entry])
    except ContractError:
        return
    assert len(entry) in (2, 3, 8)


def test_a_stopped_service_is_not_asked_of_anybody_and_the_others_are() -> None:
    guard = guard_without("22")

    assert guard.send(frame(0x7E0, "22F40C"), 0.0) is Verdict.STOPPED
    assert guard.send(frame(0x7A0, "22C00B"), 0.0) is Verdict.STOPPED
    assert guard.send(frame(0x7E0, "010C"), 0.0) is Verdict.SENT


def test_a_stopped_id_takes_nothing_not_even_a_flow_control() -> None:
    guard = guard_without("7E0")
    guard.send(frame(0x7DF, "0902"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)
    guard.observe(first_frame(0x7E9), 0.1)

    assert guard.send(frame(0x7E0, "010C"), 0.2) is Verdict.STOPPED
    assert guard.send(flow_control(0x7E0), 0.2) is Verdict.STOPPED
    assert guard.send(flow_control(0x7E1), 0.2) is Verdict.SENT


def test_a_flow_controls_block_size_is_no_service() -> None:
    guard = guard_without("09")
    guard.send(frame(0x7E0, "0100"), 0.0)
    guard.observe(first_frame(0x7E8), 0.1)

    assert guard.send(flow_control(0x7E0, "300900"), 0.2) is Verdict.SENT


def test_a_request_of_all_eight_bytes_is_stopped_by_its_service_too() -> None:
    assert guard_without("01").send(frame(0x7E0, "01" + "0C0D05040F11"), 0.0) is Verdict.STOPPED


def test_an_id_of_the_other_width_is_not_meant() -> None:
    assert guard_without("000007E0").send(frame(0x7E0, "010C"), 0.0) is Verdict.SENT


def test_what_the_cloud_stops_comes_on_top_and_its_next_word_replaces_it() -> None:
    guard = guard_without("22")
    guard.narrow(stops(["03"]))
    assert guard.send(frame(0x7E0, "03"), 0.0) is Verdict.STOPPED
    assert guard.send(frame(0x7E0, "22F40C"), 0.0) is Verdict.STOPPED

    guard.narrow(NO_STOPS)
    assert guard.send(frame(0x7E0, "03"), 0.0) is Verdict.SENT
    assert guard.send(frame(0x7E0, "22F40C"), 0.0) is Verdict.STOPPED


@given(
    local=st.lists(st.sampled_from(ENTRIES)), remote=st.lists(st.sampled_from(ENTRIES)), seed=st.integers(0, 1 << 32)
)
def test_no_stop_of_settings_or_cloud_ever_widens_the_list(local: list[str], remote: list[str], seed: int) -> None:
    chance = random.Random(seed)
    guard = guard_without(*local)
    guard.narrow(stops(remote))
    for _ in range(30):
        candidate = random_frame(chance)
        if guard.send(candidate, 0.0) is Verdict.SENT:
            assert may_be_requested(*candidate, True)
            assert awake(Bus(), tester_present=True).send(candidate, 0.0) is Verdict.SENT
