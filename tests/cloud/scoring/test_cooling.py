"""Cooling: heat is seen coming and stopped for, missing coolant is noticed, and what cannot be is bad data."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb, coolant, cooling
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import EVENT
from tests.cloud.scoring.acting import action, hours
from tests.cloud.scoring.stories import ENGINE_SOUND, HOT_SENTINEL, LOSES_COOLANT, OVERHEATS, PETROL_DAY, of_cause

CAUSE = "coolant"


def test_a_sound_engine_calls_for_nothing_and_its_thermostat_is_learned() -> None:
    said = [a for story in (ENGINE_SOUND, PETROL_DAY) for a in of_cause(story, CAUSE) if a.risks is not None]

    assert {action(a) for a in said} == {"nothing"}
    last = of_cause(ENGINE_SOUND, CAUSE)[-1]
    assert last.reasons[2].code == "thermostat"
    assert last.reasons[2].numbers["degc"] == pytest.approx(90.0, abs=1.5)


def test_heat_is_said_to_come_before_it_is_there_and_then_the_car_is_stopped() -> None:
    said = of_cause(OVERHEATS, CAUSE)

    warned = next(a for a in said if a.severity == 4)
    stopped = next(a for a in said if a.severity == 5)
    assert hours(warned) < hours(stopped)
    assert warned.time_to_threshold_h is not None
    assert warned.ttt_low_h is not None
    assert warned.ttt_high_h is not None
    assert warned.ttt_low_h <= warned.time_to_threshold_h <= warned.ttt_high_h
    reached_h = 0.9 + 31.0 * 12.0 / 3600.0
    assert abs(hours(warned) + warned.time_to_threshold_h - reached_h) < 0.02
    assert action(stopped) == "emergency"
    assert stopped.reasons[0].code == "coolant_stop"


def test_a_sensor_left_in_the_air_speaks_of_missing_coolant() -> None:
    lost = [a for a in of_cause(LOSES_COOLANT, CAUSE) if a.risks is not None and a.reasons[0].code == "coolant_lost"]

    assert lost
    assert lost[0].severity == 4
    assert lost[0].service == "tow"


def test_an_impossible_temperature_is_bad_data_and_never_heat() -> None:
    said = of_cause(HOT_SENTINEL, CAUSE)

    assert max(a.severity for a in said) == 0
    assert any(a.risks is not None and a.reasons[2].code == "coolant_doubted" for a in said)
    assert said[-1].risks is None
    assert said[-1].abstained == "coolant_temperature_implausible"


def blank_car() -> Any:
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    return cars[0]


def test_heat_that_nothing_led_up_to_is_not_believed_however_often_it_is_said() -> None:
    car = blank_car()
    for k in range(60):
        car["rpm"], car["rpm_s"] = 2000.0, float(k)
        coolant.take_coolant(car, float(k), 140.0 + k % 2)

    assert math.isnan(car["coolant_degc"])
    assert cooling.assess(car).p is None


def test_two_control_units_at_one_instant_leave_the_slope_a_number() -> None:
    car = blank_car()
    for k in range(60):
        car["rpm"], car["rpm_s"] = 2000.0, float(k)
        coolant.take_coolant(car, float(k), 60.0 + k // 10)
        coolant.take_coolant(car, float(k), 60.0 + k // 10)

    assert 0.0 < car["coolant_slope"] < 1.0


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.tuples(st.floats(0.5, 60.0), st.floats(-2.0, 2.0)), min_size=1, max_size=60),
)
def test_level_and_slope_agree_with_a_slow_twin(steps: list[tuple[float, float]]) -> None:
    car, t, degc = blank_car(), 0.0, 80.0
    level, slope = math.nan, 0.0
    for step_s, change in steps:
        t, degc = t + step_s, min(110.0, max(60.0, degc + change))
        coolant.take_coolant(car, t, degc)
        if math.isnan(level):
            level = degc
            continue
        keep = math.exp(-step_s / max(30.0, 2.0 * step_s))
        ahead = level + slope * step_s
        level = keep * ahead + (1.0 - keep) * degc
        slope += (1.0 - keep) ** 2 * (degc - ahead) / step_s

    assert math.isclose(car["coolant_level"], level, rel_tol=1e-9)
    assert math.isclose(car["coolant_slope"], slope, rel_tol=1e-7, abs_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 4000.0), st.floats(-40.0, 150.0)), max_size=40))
def test_whatever_comes_a_car_that_never_ran_is_never_stopped(readings: list[tuple[float, float]]) -> None:
    car, t = blank_car(), 0.0
    for step_s, degc in readings:
        t += step_s
        coolant.take_coolant(car, t, degc)

    found = cooling.assess(car)
    assert found.severity in {0, 2} or (found.ttt_h is not None and found.severity == 4)
