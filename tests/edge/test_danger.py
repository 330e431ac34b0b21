"""What the agent says at once: a possible collision, a pack that runs away, an engine that must stop; each once."""

import math

import pytest

from contract.dtc import meaning
from contract.messages import DtcSet, DtcStatus
from contract.signals import COOLANT_TEMPERATURE, PACK_TEMPERATURE_MAX, SPEED, Signal
from contract.validity import Validity
from edge.danger import QUIET_S, STOP_NOW, Danger, DangerWatch
from edge.obd.codes import CodeRound
from edge.obd.decode import Reading
from tests.edge.car import Car


def feed(watch: DangerWatch, signal: Signal, values: list[float], *, every_s: float = 1.0) -> list[Danger]:
    said = [watch.read(reading(signal, value), n * every_s) for n, value in enumerate(values)]
    return [danger for danger in said if danger is not None]


def reading(signal: Signal, value: float) -> Reading:
    if math.isnan(value):
        return Reading(signal.path, "7E8", value, Validity.INVALID, b"\xff")
    return Reading(signal.path, "7E8", value, Validity.VALUE, b"")


def confirmed(*codes: str, status: DtcStatus = "confirmed") -> CodeRound:
    return CodeRound((DtcSet(ecu="7E8", status=status, codes=codes),), mil_on=True)


def test_a_crash_is_a_sudden_loss_of_speed_and_then_standing() -> None:
    said = feed(DangerWatch(), SPEED, [50.0, 50.0, 12.0, *[0.0] * 40])

    assert said == [Danger("collision", {"speed_before_kmh": 50.0})]


@pytest.mark.parametrize(
    "speeds",
    [
        [90.0, 60.0, 30.0, *[0.0] * 60],  # full braking
        [60.0, 20.0, 18.0, 25.0, 12.0, *[0.0] * 60],  # it drove on
        [50.0, math.nan, 50.0, 45.0, *[40.0] * 30],  # a reading that is none
        [50.0, 5.0, *[0.0] * 20, *[30.0] * 20],  # a short stop
    ],
)
def test_hard_braking_and_short_stops_are_no_crash(speeds: list[float]) -> None:
    assert feed(DangerWatch(), SPEED, speeds) == []


def test_two_readings_far_apart_say_nothing_of_a_crash() -> None:
    assert feed(DangerWatch(), SPEED, [90.0, 0.0, 0.0, 0.0], every_s=60.0) == []


def test_a_pack_that_gains_a_degree_a_second_for_three_seconds_is_a_thermal_event() -> None:
    said = feed(DangerWatch(), PACK_TEMPERATURE_MAX, [30.0, 31.0, 32.5, 34.0, 36.0, 38.0])

    assert [danger.event for danger in said] == ["thermal_event"]
    assert said[0].facts["pack_degc"] == 34.0


def test_a_hot_pack_that_still_rises_is_a_thermal_event_and_one_that_cools_is_not() -> None:
    assert len(feed(DangerWatch(), PACK_TEMPERATURE_MAX, [54.0, 55.0, 56.0, 57.0], every_s=30.0)) == 1
    assert feed(DangerWatch(), PACK_TEMPERATURE_MAX, [58.0, 57.0, 56.0, 55.5], every_s=30.0) == []


def test_a_single_spike_of_the_pack_is_no_runaway() -> None:
    assert feed(DangerWatch(), PACK_TEMPERATURE_MAX, [30.0, 33.0, 30.0, 30.0, 30.0]) == []


def test_coolant_too_hot_for_five_seconds_is_a_reason_to_stop() -> None:
    assert feed(DangerWatch(), COOLANT_TEMPERATURE, [119.0, 122.0, 122.0, 120.0, 122.0, 122.0]) == []
    said = feed(DangerWatch(), COOLANT_TEMPERATURE, [122.0] * 20)
    assert said == [Danger("red_lamp", {"coolant_degc": 122.0})]


def test_only_a_confirmed_code_of_the_list_stops_the_car() -> None:
    watch = DangerWatch()

    assert watch.codes(confirmed("P0420", "P0335"), 0.0) is None
    assert watch.codes(confirmed("P0524", status="pending"), 1.0) is None
    assert watch.codes(confirmed("P0524", "P0300"), 2.0) == Danger("red_lamp", {"codes": "P0524"})


def test_a_red_stop_lamp_of_j1939_is_a_reason_to_stop_whatever_the_codes_are() -> None:
    watch = DangerWatch()

    assert watch.codes(CodeRound((), mil_on=None, lamps=(("red_stop", "off"),)), 0.0) is None
    lit = CodeRound((), mil_on=None, lamps=(("red_stop", "slow_flash"),))
    assert watch.codes(lit, 1.0) == Danger("red_lamp", {"lamp": "red_stop"})


def test_a_danger_that_lasts_is_told_once_and_one_that_comes_back_is_told_again() -> None:
    watch = DangerWatch()
    assert watch.codes(confirmed("P0217"), 0.0) is not None

    assert all(watch.codes(confirmed("P0217"), at_s) is None for at_s in (60.0, 120.0, 600.0))
    assert watch.codes(confirmed("P0217"), 600.0 + QUIET_S) is not None


def test_the_agent_sends_a_reason_to_stop_as_an_urgent_event_once() -> None:
    car = Car().live(200)

    car.ecu.codes = "010217"
    car.live(400)

    assert [(event.event, event.facts) for event in car.events()] == [("red_lamp", {"codes": "P0217"})]


def test_every_code_that_stops_the_car_at_once_is_one_of_the_most_severe_in_the_table() -> None:
    assert {code: meaning(code).severity for code in STOP_NOW} == dict.fromkeys(STOP_NOW, 5)


def test_a_failure_type_after_the_code_hides_no_danger() -> None:
    danger = DangerWatch().codes(confirmed("P0217-00"), 0.0)

    assert danger is not None
    assert danger.facts == {"codes": "P0217"}
