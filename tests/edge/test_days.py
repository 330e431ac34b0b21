"""Simulated days: nothing is sent to a car that sleeps, what we woke is let go, nothing flaps and nothing loops."""

from typing import NamedTuple

import pytest

from edge.levels import levels
from edge.power_off import CutOff, LowSupply
from edge.protection import LowVoltage
from edge.session import Session, State
from tests.edge.days import DAY_S, Days

GRACE_S = 5


class Lived(NamedTuple):
    """When requests went to a car that slept, how often the session woke, and how much of the driving it was awake."""

    astray: list[int]
    wakes: int
    share: float


def live(car: Days, session: Session, days: float, *, has_supply: bool = True) -> Lived:
    """Live `days`."""
    astray: list[int] = []
    wakes = driven = seen = 0
    before = session.state
    for _ in range(round(days * DAY_S)):
        car.step()
        now_s = float(car.now_s)
        if has_supply:
            session.supply(car.supply_v, now_s)
        for tenth in range(0, 10, 2) if car.talks else ():
            session.frame(now_s + tenth / 10.0)
        if session.state is not State.ASLEEP:
            astray += [car.now_s] if _is_astray(car) else []
            session.asked(now_s)
            if car.ask():
                session.answered(now_s)
                session.discovered(True, now_s)
            elif session.state is State.DISCOVERING:
                session.discovered(False, now_s)
            if car.ignition:
                session.runs(now_s)
        state = session.check(now_s + 0.9, now_s)
        wakes += before is State.ASLEEP and state is not State.ASLEEP
        driven += car.ignition
        seen += car.ignition and state is State.AWAKE
        before = state
    return Lived(astray, wakes, seen / max(driven, 1))


def _is_astray(car: Days) -> bool:
    """Say whether a request now meets a car that was switched off and has not woken by itself since."""
    return not car.ignition and car.now_s - car.off_since >= GRACE_S and car.alive_since < car.off_since


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rest_v", [12.6, 13.35], ids=["lead", "lithium"])
def test_not_one_frame_is_sent_from_five_seconds_after_ignition_off_until_the_car_itself_wakes(
    seed: int, rest_v: float
) -> None:
    car = Days(seed, rest_v=rest_v, after_run_s=(0, 30, 120, 600)[seed % 4], reacts=seed % 2 == 1)
    session = Session(has_supply=True)

    lived = live(car, session, 1.0)

    assert lived.astray == []
    assert lived.wakes >= 2
    assert lived.share > 0.98  # silence alone would be no merit


@pytest.mark.parametrize("seed", range(3))
def test_without_a_supply_wire_silence_follows_from_the_bus_alone(seed: int) -> None:
    """Nothing but the bus tells it that the ignition went off, so the car must fall silent for that to be known."""
    car = Days(seed, after_run_s=0)

    lived = live(car, Session(has_supply=False), 2.0, has_supply=False)

    assert lived.astray == []
    assert lived.wakes >= 2
    assert lived.share > 0.98


def test_a_car_that_our_knock_wakes_is_knocked_ever_more_rarely() -> None:
    car = Days(1, reacts=True, is_parked=True)
    session = Session(has_supply=False, may_knock=True)

    lived = live(car, session, 3.0, has_supply=False)

    assert session.self_caused >= 5
    assert lived.wakes <= 30  # every quarter of an hour would be 288


def test_a_battery_that_runs_flat_is_told_once_and_switched_off_once_a_day() -> None:
    alarm, cut_off = LowVoltage(), LowSupply(11.8)
    told, cuts = 0, 0
    car_levels = levels(12.0, 25.0)
    for now_s in range(3 * DAY_S):
        volts = 12.7 - 2.5 * now_s / (3 * DAY_S)
        if now_s % 7_000 == 0:
            volts = 6.0  # somebody tries to start it
        told += alarm.read(volts / car_levels.factor, float(now_s), is_resting=now_s > 7_200)
        cuts += cut_off.read(volts, float(now_s)) is CutOff.OFF

    assert (told, cuts) == (1, 1)
