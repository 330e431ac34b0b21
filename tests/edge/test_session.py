"""When the car counts as awake: what wakes it, what does not, and how soon the agent is silent again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.session import (
    AFTER_RUN_S,
    BLIND_PROBE_S,
    DOUBT_S,
    FIRST_PROBE_S,
    LONGEST_PROBE_S,
    SILENCE_S,
    SLEEP_DWELL_S,
    WAKE_DWELL_S,
    State,
)
from edge.traffic import QUIET_S
from tests.edge.drive import Drive


@pytest.fixture
def drive() -> Drive:
    return Drive()


def test_it_starts_asleep_and_a_resting_battery_wakes_nobody(drive: Drive) -> None:
    assert drive.run(600, volts=12.7) is State.ASLEEP


def test_a_charged_supply_wakes_it_after_a_dwell(drive: Drive) -> None:
    assert drive.run(WAKE_DWELL_S - 0.5, volts=13.9) is State.ASLEEP
    assert drive.run(1.0, volts=13.9) is State.DISCOVERING


def test_a_spike_shorter_than_the_dwell_wakes_nobody(drive: Drive) -> None:
    for _ in range(20):
        drive.run(WAKE_DWELL_S - 0.5, volts=13.9)
        assert drive.run(0.2, volts=12.9) is State.ASLEEP


def test_the_car_s_own_traffic_wakes_it(drive: Drive) -> None:
    assert drive.run(1.0, volts=12.5, traffic_hz=10) is State.DISCOVERING


def test_a_stray_frame_wakes_nobody(drive: Drive) -> None:
    assert drive.run(60, volts=12.5, traffic_hz=1) is State.ASLEEP


def test_an_answer_makes_it_awake_and_nobody_makes_it_sleep_again(drive: Drive) -> None:
    drive.wake()
    assert drive.ask(50, every_s=0.5, volts=14.2, answered=True) is State.AWAKE

    assert drive.ask(5, every_s=0.5, volts=14.2) is State.ASLEEP
    assert drive.session.reason == "nobody answers"


def test_a_discovery_that_nobody_answers_ends_in_sleep(drive: Drive) -> None:
    drive.run(4, volts=14.0)
    drive.session.discovered(False, drive.now_s)

    assert drive.session.state is State.ASLEEP


def test_five_seconds_after_ignition_off_nothing_more_is_asked(drive: Drive) -> None:
    drive.wake()
    off_s = drive.now_s
    while drive.session.state is State.AWAKE:
        drive.ask(1, every_s=0.5, volts=12.8)

    assert drive.now_s - off_s < 5.0
    assert drive.run(3_600, volts=12.8) is State.ASLEEP


def test_an_agent_that_asks_rarely_is_silent_too_once_the_charge_is_gone(drive: Drive) -> None:
    drive.wake()

    assert drive.run(DOUBT_S + 1.0, volts=12.8) is State.ASLEEP
    assert drive.session.reason == "supply fell and nothing runs"


def test_ecus_that_go_on_answering_after_the_ignition_went_off_are_asked_no_more(drive: Drive) -> None:
    drive.wake()
    drive.ask(20, every_s=0.5, volts=14.2, answered=True, running=True, traffic_hz=10)
    off_s = drive.now_s
    while drive.session.state is State.AWAKE:
        drive.ask(1, every_s=0.1, volts=12.8, answered=True, traffic_hz=10)

    assert drive.now_s - off_s < 5.0
    assert drive.run(AFTER_RUN_S - 10.0, volts=12.7, traffic_hz=10) is State.ASLEEP


def test_an_engine_that_still_turns_as_it_is_switched_off_is_no_running_engine(drive: Drive) -> None:
    drive.wake()
    off_s = drive.now_s
    drive.ask(10, every_s=0.1, volts=12.9, answered=True, running=True)

    while drive.session.state is State.AWAKE:
        drive.ask(1, every_s=0.1, volts=12.9, answered=True)
    assert drive.now_s - off_s < 5.0


def test_a_converter_that_rests_while_the_car_drives_ends_nothing(drive: Drive) -> None:
    drive.wake()

    assert drive.ask(240, every_s=0.5, volts=12.9, answered=True, running=True) is State.AWAKE
    assert drive.ask(20, every_s=0.5, volts=14.2, answered=True, running=True) is State.AWAKE


def test_a_car_that_stands_at_its_running_level_is_not_switched_off(drive: Drive) -> None:
    drive.wake()
    drive.ask(20, every_s=0.5, volts=12.9, answered=True, running=True)

    assert drive.ask(60, every_s=0.5, volts=12.85, answered=True) is State.AWAKE


def test_in_doubt_it_says_so_before_it_gives_up(drive: Drive) -> None:
    drive.wake()
    assert not drive.session.doubts(drive.now_s)
    drive.run(DOUBT_S - 0.5, volts=12.8)

    assert drive.session.doubts(drive.now_s)


def test_a_sleeping_car_is_not_asked_again_while_its_supply_stays_down(drive: Drive) -> None:
    drive.wake()
    drive.ask(6, every_s=0.5, volts=12.9)

    assert drive.run(4 * 3_600, volts=12.6) is State.ASLEEP


def test_silent_ecus_under_a_charged_supply_are_asked_ever_more_rarely(drive: Drive) -> None:
    drive.wake()
    drive.ask(6, every_s=0.5, volts=14.2)
    waits = []
    for _ in range(8):
        began_s = drive.now_s
        while drive.session.state is State.ASLEEP:
            drive.run(1.0, volts=14.2)
        waits.append(drive.now_s - began_s)
        drive.session.discovered(False, drive.now_s)

    assert waits[0] <= FIRST_PROBE_S + 1.0
    assert waits == pytest.approx(sorted(waits))
    assert max(waits) <= LONGEST_PROBE_S + 2.0


def test_an_ecu_reset_leads_to_discovery_again(drive: Drive) -> None:
    drive.wake()
    assert drive.ask(6, every_s=0.5, volts=14.2, traffic_hz=10) is State.ASLEEP

    assert drive.run(FIRST_PROBE_S + 1.0, volts=14.2, traffic_hz=10) is State.DISCOVERING


def test_a_supply_that_stays_low_ends_the_asking_though_ecus_answer(drive: Drive) -> None:
    drive.wake()
    low = {"every_s": 0.5, "volts": 12.0}

    assert drive.ask(round(SLEEP_DWELL_S * 2) - 4, **low, answered=True, running=True) is State.AWAKE

    assert drive.ask(10, **low, answered=True, running=True) is State.ASLEEP
    assert drive.session.reason == "supply low"
    assert drive.run(60, volts=12.0, traffic_hz=10) is State.ASLEEP


def test_a_protected_battery_that_is_charged_again_lets_the_car_wake(drive: Drive) -> None:
    drive.run(SLEEP_DWELL_S + 1, volts=11.9)
    assert drive.run(10, volts=11.9, traffic_hz=10) is State.ASLEEP

    assert drive.run(WAKE_DWELL_S + 1, volts=14.0) is State.DISCOVERING


def test_a_starter_s_dip_protects_nothing(drive: Drive) -> None:
    drive.run(0.3, volts=6.5)
    drive.run(0.5, volts=12.4)

    assert drive.run(1.0, volts=12.5, traffic_hz=10) is State.DISCOVERING


def test_without_a_supply_wire_only_the_car_s_own_traffic_wakes_it() -> None:
    drive = Drive(has_supply=False)

    assert drive.run(3 * BLIND_PROBE_S) is State.ASLEEP
    assert drive.run(1.0, traffic_hz=10) is State.DISCOVERING


def test_without_a_supply_wire_it_knocks_rarely_where_that_was_allowed() -> None:
    drive = Drive(has_supply=False, may_knock=True)
    assert drive.run(0.1) is State.DISCOVERING
    drive.session.discovered(False, drive.now_s)

    assert drive.run(BLIND_PROBE_S - 1.0) is State.ASLEEP
    assert drive.run(2.0) is State.DISCOVERING


def test_a_lost_bus_puts_it_to_sleep_and_a_charged_supply_wakes_it_again(drive: Drive) -> None:
    drive.wake()
    drive.session.bus_lost(drive.now_s)
    assert drive.session.state is State.ASLEEP

    assert drive.run(FIRST_PROBE_S + 1.0, volts=14.2) is State.DISCOVERING


@given(st.lists(st.tuples(st.floats(0.1, 20.0), st.none() | st.floats(5.0, 12.9)), max_size=30))
def test_no_supply_below_the_wake_threshold_ever_wakes_a_silent_bus(steps: list[tuple[float, float | None]]) -> None:
    drive = Drive()
    for seconds, volts in steps:
        assert drive.run(seconds, volts=volts) is State.ASLEEP


def test_silence_is_shorter_than_the_promise() -> None:
    assert SILENCE_S + 0.5 < 5.0
    assert DOUBT_S + 1.5 < 5.0  # the supply is read once a second
    assert QUIET_S + 0.5 < 5.0
