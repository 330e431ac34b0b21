"""Heat, insulation and alarm levels: danger is told at once, a broken reading never is."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.scoring.pack_watch import is_leaky, take_insulation, take_level, take_temperature
from cloud.scoring.state import State

T0 = 1_768_464_000.0


def pack() -> Any:
    state = State(1)
    return state.packs[state.pack(0)]


def heated(readings: list[float], every_s: float = 1.0) -> Any:
    one = pack()
    for k, hot in enumerate(readings):
        take_temperature(one, T0 + k * every_s, hot, 20.0)
    return one


def test_one_degree_a_second_for_three_seconds_is_a_reason_to_stop() -> None:
    assert heated([30.0, 31.0, 32.0])["thermal_s"] == -math.inf
    assert heated([30.0, 31.0, 32.0, 33.0])["thermal_s"] == T0 + 3


def test_ten_seconds_between_readings_are_enough_to_see_a_rise() -> None:
    assert heated([30.0, 42.0, 55.0], every_s=10.0)["thermal_s"] == T0 + 20


@pytest.mark.parametrize("broken", [87.0, 120.0, -40.0, 150.0])
@pytest.mark.parametrize("length", [1, 3, 8])
@pytest.mark.parametrize("every_s", [1.0, 10.0])
def test_a_reading_that_jumps_and_comes_back_is_no_heat(broken: float, length: int, every_s: float) -> None:
    one = heated([25.0] * 20 + [broken] * length + [25.0] * 20, every_s)

    assert one["thermal_s"] == -math.inf


def test_a_hot_day_on_a_fast_charger_is_no_reason_to_stop() -> None:
    one = heated([30.0 + 0.012 * k for k in range(2000)])

    assert one["hot_degc"] > 50.0
    assert one["thermal_s"] == -math.inf


def test_above_fifty_five_and_still_rising_is_a_reason_to_stop() -> None:
    one = heated([50.0 + 0.1 * k for k in range(120)])

    assert one["thermal_s"] > T0


@given(st.lists(st.floats(-45.0, 45.0), max_size=60))
def test_readings_far_apart_in_time_say_nothing_of_a_rise(readings: list[float]) -> None:
    assert heated(readings, every_s=60.0)["thermal_s"] == -math.inf


def test_one_alarm_level_alone_is_not_believed() -> None:
    one = pack()
    for k, level in enumerate([0, 0, 3, 0, 0, 2, 0, 1, 0]):
        take_level(one, T0 + k, float(level))

    assert one["level_held"] == 0.0


def test_the_worst_alarm_level_of_a_day_is_held_and_then_let_go() -> None:
    one = pack()
    for k in range(3):
        take_level(one, T0 + k, 2.0)
    for k in range(3):
        take_level(one, T0 + 10 + k, 0.0)
    held = one["level_held"]
    for k in range(3):
        take_level(one, T0 + 90_000.0 + k, 0.0)

    assert (held, one["level_held"]) == (2.0, 0.0)


def test_insulation_must_be_low_for_five_minutes_to_count() -> None:
    one = pack()
    one["pack_v"] = 350.0
    for k in range(31):
        take_insulation(one, T0 + 10.0 * k, 100_000.0)
        assert is_leaky(one, T0 + 10.0 * k) == (k == 30)

    take_insulation(one, T0 + 320.0, 500_000.0)
    assert not is_leaky(one, T0 + 320.0)
