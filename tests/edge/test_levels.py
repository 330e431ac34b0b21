"""What a voltage means: 12 V and 24 V systems, warm and cold."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.levels import IS_24_V, OTHER_CAR_S, SURE_S, Nominal, levels


def fed(nominal: Nominal, volts: float | None, seconds: float, since_s: float = 0.0) -> float:
    for n in range(round(seconds) + 1):
        nominal.read(volts, since_s + n)
    return nominal.nominal_v


def test_the_thresholds_of_a_12_v_system_at_25_degrees() -> None:
    assert levels(12.0, 25.0)[:4] == (1.0, 12.2, 13.2, 13.8)


def test_sleep_and_wake_are_apart_at_any_temperature() -> None:
    for degc in range(-60, 90, 5):
        sleep_v, wake_v = levels(12.0, float(degc))[1:3]
        assert wake_v - sleep_v > 0.9


def test_a_24_v_system_has_twice_the_thresholds() -> None:
    assert levels(24.0, 25.0) == tuple(2.0 * level for level in levels(12.0, 25.0))


def test_a_cold_battery_rests_lower() -> None:
    assert levels(12.0, -20.0).sleep_v == pytest.approx(12.2 - 45.0 * 6 * 0.0002)
    assert levels(12.0, -20.0).wake_v == 13.2


@pytest.mark.parametrize("degc", [None, nan, -41.0, 200.0])
def test_what_is_no_temperature_changes_nothing(degc: float | None) -> None:
    assert levels(12.0, degc) == levels(12.0, 25.0)


def test_a_lorry_is_known_after_some_seconds_and_until_then_nothing_is_concluded() -> None:
    nominal = Nominal()
    nominal.read(25.2, 0.0)
    assert (nominal.nominal_v, nominal.is_in_doubt) == (12.0, True)

    assert fed(nominal, 25.2, SURE_S) == 24.0
    assert not nominal.is_in_doubt


def test_a_surge_makes_no_lorry() -> None:
    nominal = Nominal()
    for at_s in range(0, 60, 4):
        nominal.read(IS_24_V + 10.0, at_s)
        nominal.read(14.1, at_s + 2)
        assert (nominal.nominal_v, nominal.is_in_doubt) == (12.0, False)


def test_a_lorrys_starter_makes_no_car_and_a_dongle_that_moved_into_one_does() -> None:
    nominal = Nominal()
    fed(nominal, 25.2, 10)
    assert fed(nominal, 14.0, 5, 11.0) == 24.0

    assert fed(nominal, 12.6, OTHER_CAR_S + 1, 20.0) == 12.0


def test_what_is_told_is_not_found_out() -> None:
    assert fed(Nominal(12.0), 28.0, 1_000) == 12.0
    assert fed(Nominal(24.0), 12.0, 1_000) == 24.0


@given(st.lists(st.none() | st.floats(allow_nan=True), max_size=40))
def test_any_readings_leave_it_at_one_of_the_two(readings: list[float | None]) -> None:
    nominal = Nominal()
    for n, volts in enumerate(readings):
        nominal.read(volts, float(n))
        assert nominal.nominal_v in (12.0, 24.0)
