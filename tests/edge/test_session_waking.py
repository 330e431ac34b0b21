"""What wakes a session and what was our own doing: rests, knocks, locks, lorries, cold; and what ends it again."""

import pytest

from edge.session import (
    AFTER_RUN_S,
    BLIND_PROBE_S,
    PATIENCE_S,
    PROOF_S,
    SLEEP_DWELL_S,
    WAKE_DWELL_S,
    State,
)
from tests.edge.drive import Drive


@pytest.fixture
def drive() -> Drive:
    return Drive()


def test_a_battery_that_rests_high_is_not_taken_for_a_charged_one() -> None:
    """Lithium: 13.35 V for days after the engine has stopped."""
    drive = Drive()
    drive.wake()
    drive.ask(40, every_s=0.5, volts=14.3, answered=True, running=True)
    drive.ask(10, every_s=0.5, volts=13.35)
    assert drive.session.state is State.ASLEEP

    assert drive.run(2 * 3_600, volts=13.35) is State.ASLEEP
    assert drive.run(WAKE_DWELL_S + 1.0, volts=14.2) is State.DISCOVERING


def test_a_car_that_answers_in_its_sleep_is_left_alone_and_asked_ever_more_rarely() -> None:
    drive = Drive(has_supply=False, may_knock=True)
    waits = []
    for _ in range(4):
        began_s = drive.now_s
        while drive.run(1.0) is State.ASLEEP:
            pass
        waits.append(drive.now_s - began_s)
        drive.meet()
        assert drive.ask(round(PROOF_S * 2) + 2, every_s=0.5, answered=True) is State.ASLEEP
        assert drive.session.reason == "we woke it"

    assert drive.session.self_caused == 4
    assert [round(wait / BLIND_PROBE_S) for wait in waits] == [0, 2, 4, 8]


def test_traffic_that_our_own_knock_caused_wakes_nothing_and_is_counted() -> None:
    drive = Drive(has_supply=False, may_knock=True)
    drive.run(0.1)
    drive.session.asked(drive.now_s)
    drive.session.discovered(False, drive.now_s)

    assert drive.run(60, traffic_hz=10) is State.ASLEEP
    assert drive.session.self_caused == 1


def test_a_car_that_woke_by_itself_and_does_nothing_is_left_to_sleep(drive: Drive) -> None:
    assert drive.run(1.0, volts=12.5, traffic_hz=10) is State.DISCOVERING
    drive.meet()

    drive.ask(round(PATIENCE_S), every_s=0.5, volts=12.5, answered=True, traffic_hz=10)
    assert drive.session.state is State.AWAKE
    drive.ask(round(PATIENCE_S) + 10, every_s=0.5, volts=12.5, answered=True, traffic_hz=10)

    assert (drive.session.state, drive.session.reason) == (State.ASLEEP, "nothing runs")


def test_traffic_that_outlasts_every_after_run_is_a_car_that_is_on() -> None:
    drive = Drive(has_supply=False)
    drive.run(1.0, traffic_hz=10)
    drive.meet()
    drive.ask(6, every_s=0.5, traffic_hz=10)
    assert drive.session.state is State.ASLEEP

    assert drive.run(AFTER_RUN_S - 5.0, traffic_hz=10) is State.ASLEEP
    assert drive.run(10.0, traffic_hz=10) is State.DISCOVERING


def test_an_awake_bus_that_falls_silent_ends_the_asking_without_a_supply_wire() -> None:
    drive = Drive(has_supply=False)
    drive.run(1.0, traffic_hz=10)
    drive.meet()
    drive.ask(20, every_s=0.5, answered=True, running=True, traffic_hz=10)

    drive.ask(8, every_s=0.5, answered=True)

    assert (drive.session.state, drive.session.reason) == (State.ASLEEP, "the bus went quiet")


def test_a_bus_that_fell_silent_long_ago_ends_no_later_asking() -> None:
    drive = Drive(has_supply=False, may_knock=True)
    drive.run(0.1)
    drive.session.asked(drive.now_s)
    drive.session.discovered(False, drive.now_s)
    drive.run(60, traffic_hz=10)

    while drive.run(1.0) is State.ASLEEP:
        pass
    drive.meet()

    assert drive.ask(10, every_s=0.5, answered=True) is State.AWAKE


def test_a_locked_car_is_woken_by_neither_traffic_nor_charge_and_an_unlocked_one_is(drive: Drive) -> None:
    drive.session.locked(True)
    assert drive.run(60, volts=14.0, traffic_hz=10) is State.ASLEEP

    drive.session.locked(False)
    assert drive.run(4.0, volts=14.0) is State.DISCOVERING


def test_a_car_that_locks_itself_while_it_drives_is_asked_on_and_one_that_stands_is_not(drive: Drive) -> None:
    drive.wake()
    drive.session.locked(True)
    assert drive.ask(60, every_s=0.5, volts=14.2, answered=True, running=True) is State.AWAKE

    drive.ask(10, every_s=0.5, volts=12.7, answered=True)
    assert drive.session.state is State.ASLEEP


def test_where_asking_is_tampering_only_a_car_that_is_seen_to_run_is_asked() -> None:
    drive = Drive(ignition_first=True)
    assert drive.run(600, volts=14.2, traffic_hz=10) is State.ASLEEP

    assert drive.run(0.1, volts=14.2, running=True) is State.DISCOVERING


def test_a_lorry_sleeps_and_wakes_at_twice_the_volts() -> None:
    drive = Drive()
    assert drive.run(600, volts=25.2) is State.ASLEEP
    drive.run(WAKE_DWELL_S + 1.0, volts=27.8)
    assert drive.meet() is State.AWAKE

    assert drive.ask(10, every_s=0.5, volts=25.6, answered=True) is State.ASLEEP
    assert drive.run(600, volts=25.4) is State.ASLEEP


def test_a_cold_battery_is_not_protected_before_it_is_low() -> None:
    for degc, protects in ((25.0, True), (-20.0, False)):
        drive = Drive()
        drive.session.temperature(degc)
        drive.run(SLEEP_DWELL_S + 5.0, volts=12.17)
        assert (drive.run(1.0, volts=12.17, traffic_hz=10) is State.ASLEEP) == protects
