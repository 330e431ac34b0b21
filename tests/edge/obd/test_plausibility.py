"""Readings held against each other: what cannot be is marked and counted, what a breakdown could cause is believed."""

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.signals import DISTANCE, PACK_VOLTAGE, SOC, SPEED, TYRES, Signal
from contract.validity import Validity
from edge.obd.decode import Reading
from edge.obd.plausibility import CONFIRM, FORGET_S, MAX_SOURCES, Plausibility

FL, FR, RL, RR = TYRES


def reading(signal: Signal, value: float, ecu: str = "7EC") -> Reading:
    return Reading(signal.path, ecu, value, Validity.VALUE, b"")


class Car:
    """Tells one reading after the other and notes which were doubted."""

    def __init__(self) -> None:
        self.judge = Plausibility()

    def tell(self, at_s: float, *told: tuple[Signal, float]) -> list[bool]:
        """Return for each whether it was believed."""
        found = self.judge.judge([reading(signal, value) for signal, value in told], at_s)
        return [one.validity is Validity.VALUE for one in found]

    def believes(self, at_s: float, signal: Signal, value: float) -> bool:
        return self.tell(at_s, (signal, value)) == [True]


def test_a_doubted_reading_keeps_its_number_and_is_counted_by_why() -> None:
    judge = Plausibility()
    judge.judge([reading(SOC, 80.0)], 0.0)

    (doubted,) = judge.judge([reading(SOC, 0.5)], 10.0)

    assert doubted.validity is Validity.INVALID
    assert math.isnan(doubted.value)
    assert doubted.raw == b"0.5"
    assert judge.counts == {"soc_jump": 1}


def test_what_is_no_value_already_passes_as_it_is() -> None:
    missing = Reading(SOC.path, "7EC", math.nan, Validity.NOT_MEASURED, b"\xff")

    assert Plausibility().judge([missing], 0.0) == [missing]


def test_a_glimpse_of_zero_charge_is_doubted_and_the_truth_after_it_is_not() -> None:
    car = Car()

    believed = [car.believes(10.0 * n, SOC, value) for n, value in enumerate([64.0, 63.9, 0.0, 63.8, 63.8])]

    assert believed == [True, True, False, True, True]


def test_a_state_of_charge_that_was_set_anew_is_believed_once_it_stays() -> None:
    car = Car()
    car.believes(0.0, SOC, 40.0)

    believed = [car.believes(10.0 * n, SOC, 22.0) for n in range(1, CONFIRM + 2)]

    assert believed == [False] * (CONFIRM - 1) + [True, True]


def test_the_fastest_charger_is_believed_and_so_is_a_night_of_charging() -> None:
    car = Car()

    assert all(car.believes(10.0 * n, SOC, 10.0 + 1.5 * n) for n in range(50))
    assert car.believes(490.0 + FORGET_S + 1.0, SOC, 12.0)


def test_a_charge_that_falls_while_the_pack_fills_is_doubted() -> None:
    car = Car()
    for n in range(200):
        car.tell(10.0 * n, (PACK_VOLTAGE, 360.0 + 0.2 * n), (SOC, 60.0))

    believed = [car.tell(2_000.0 + 10.0 * n, (PACK_VOLTAGE, 400.0), (SOC, 60.0 - 1.5 * n))[1] for n in range(1, 10)]

    assert believed[:6] == [True] * 6
    assert believed[6:9] == [False, False, False]
    assert car.judge.counts["soc_against_voltage"] == 3


def test_the_sag_of_an_overtaking_is_no_contradiction() -> None:
    car = Car()

    believed = [
        car.tell(10.0 * n, (PACK_VOLTAGE, 360.0 - (40.0 if n % 10 == 0 else 0.0) - 0.05 * n), (SOC, 80.0 - 0.1 * n))[1]
        for n in range(500)
    ]

    assert all(believed)


def test_a_puncture_is_believed_at_once_however_sudden() -> None:
    car = Car()
    car.tell(0.0, *((tyre, 240.0) for tyre in TYRES))

    assert car.tell(60.0, (FL, 240.0), (FR, 40.0), (RL, 240.0), (RR, 240.0)) == [True] * 4
    assert car.tell(120.0, (FL, 110.0), (FR, 30.0), (RL, 240.0), (RR, 240.0)) == [True] * 4


def test_four_tyres_do_not_lose_their_air_together() -> None:
    car = Car()
    car.tell(0.0, *((tyre, 240.0) for tyre in TYRES))

    assert car.tell(60.0, *((tyre, 60.0) for tyre in TYRES)) == [False] * 4
    assert car.tell(120.0, *((tyre, 240.0) for tyre in TYRES)) == [True] * 4
    assert car.judge.counts == {"tyres_fell_together": 4}


def test_air_that_was_let_off_for_sand_is_believed_once_it_stays() -> None:
    car = Car()
    car.tell(0.0, *((tyre, 240.0) for tyre in TYRES))

    believed = [car.tell(60.0 * n, *((tyre, 110.0) for tyre in TYRES)) for n in range(1, CONFIRM + 2)]

    assert believed[: CONFIRM - 1] == [[False] * 4] * (CONFIRM - 1)
    assert believed[-1] == [True] * 4


def test_a_tyre_far_above_the_others_is_doubted_but_not_a_laden_axle() -> None:
    car = Car()
    car.tell(0.0, (FL, 250.0), (FR, 250.0), (RL, 380.0), (RR, 380.0))

    assert car.tell(3_000.0, (FL, 250.0), (FR, 250.0), (RL, 380.0), (RR, 380.0)) == [True] * 4
    assert car.tell(3_300.0, (RR, 580.0)) == [False]
    assert car.judge.counts == {"tyre_above_others": 1}


def test_a_tyre_that_is_pumped_up_is_believed_and_one_that_leaps_is_not() -> None:
    car = Car()
    car.tell(0.0, *((tyre, 180.0) for tyre in TYRES))

    assert all(car.believes(10.0 * n, FL, 180.0 + 10.0 * n) for n in range(1, 5))
    assert not car.believes(11.0, FR, 235.0)


def test_full_braking_and_a_crash_are_believed_a_leap_upwards_is_not() -> None:
    car = Car()
    car.believes(0.0, SPEED, 120.0)

    assert car.believes(0.5, SPEED, 0.0)
    assert not car.believes(1.0, SPEED, 180.0)
    assert car.believes(1.5, SPEED, 3.0)


def test_an_odometer_does_not_run_backwards_not_even_overnight() -> None:
    car = Car()
    car.believes(0.0, DISTANCE, 50_000.0)

    assert not car.believes(80_000.0, DISTANCE, 49_000.0)
    assert car.believes(80_060.0, DISTANCE, 50_300.0)
    assert not car.believes(80_120.0, DISTANCE, 1_677_721.5)
    assert car.judge.counts == {"odometer_back": 1, "odometer_jump": 1}


def drive(car: Car, kmh: float, odometer_per_km: float, minutes: int) -> list[bool]:
    """Drive steadily and return what was thought of the odometer, once a minute."""
    believed = []
    for second in range(0, 60 * minutes, 5):
        assert car.believes(float(second), SPEED, kmh)
        if second % 60 == 0:
            driven_km = kmh * second / 3600.0
            believed.append(car.believes(float(second), DISTANCE, 10_000.0 + math.floor(driven_km * odometer_per_km)))
    return believed


def test_speed_and_distance_that_agree_are_believed_miles_for_kilometres_too() -> None:
    assert all(drive(Car(), 100.0, 1.0, 60))
    assert all(drive(Car(), 100.0, 0.62, 60))


def test_an_odometer_that_stands_while_the_car_drives_is_doubted_now_and_then() -> None:
    car = Car()

    believed = drive(car, 100.0, 0.0, 30)

    assert not all(believed)
    assert set(car.judge.counts) == {"speed_without_distance"}


def test_an_odometer_that_runs_while_the_car_crawls_is_doubted() -> None:
    car = Car()

    believed = drive(car, 20.0, 4.0, 30)

    assert not all(believed)
    assert set(car.judge.counts) == {"distance_without_speed"}


def test_a_gap_in_the_speeds_is_no_contradiction() -> None:
    car = Car()
    car.tell(0.0, (SPEED, 100.0), (DISTANCE, 10_000.0))
    car.tell(5.0, (SPEED, 100.0), (DISTANCE, 10_000.0))

    assert car.tell(400.0, (SPEED, 100.0), (DISTANCE, 10_011.0)) == [True, True]


def test_state_stays_bounded_however_many_ecus_speak() -> None:
    judge = Plausibility()

    for ecu in range(500):
        judge.judge([reading(SOC, 50.0, f"{ecu:03X}")], float(ecu))

    assert len(judge._levels) == MAX_SOURCES
    assert sys.getsizeof(judge._tyres) < 200


SIGNALS = st.sampled_from([SOC, SPEED, DISTANCE, PACK_VOLTAGE, *TYRES])


@given(st.lists(st.tuples(SIGNALS, st.floats(0.1, 500.0), st.floats(0.0, 1_000.0)), max_size=60))
def test_whatever_is_told_every_reading_comes_back_as_itself_or_invalid_with_its_number(
    told: list[tuple[Signal, float, float]],
) -> None:
    judge, at_s = Plausibility(), 0.0

    for signal, value, later_s in told:
        at_s += later_s
        before = reading(signal, value)
        (after,) = judge.judge([before], at_s)
        doubted = after.validity is Validity.INVALID
        assert after == before or (doubted and math.isclose(float(after.raw), value, rel_tol=1e-5))


@pytest.mark.parametrize("value", [0.0, 100.0, 55.5])
def test_whatever_stays_is_believed_in_the_end(value: float) -> None:
    car = Car()
    car.believes(0.0, SOC, 30.0)

    assert [car.believes(float(n), SOC, value) for n in range(1, CONFIRM + 2)][-1]
