"""The 12 V machine: the same as its slow twin, and what it makes of waking, resting, cranking and charging."""

import math
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb, traction, voltage
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import AWAKE, EVENT, MODULE_V, RPM, SPEED, SUPPLY_V
from tests.cloud.scoring.naive_voltage import Battery

PHASES = {0: "unknown", 1: "rest", 2: "still", 3: "run"}


class Event(NamedTuple):
    """One sample: seconds after the one before it, its code, its value."""

    step_s: float
    code: int
    value: float


steps = st.one_of(st.floats(0.5, 120.0), st.floats(200.0, 400.0), st.floats(800.0, 40_000.0))
events = st.one_of(
    st.builds(Event, steps, st.just(AWAKE), st.sampled_from([0.0, 1.0])),
    st.builds(Event, steps, st.just(RPM), st.sampled_from([0.0, 250.0, 800.0, 2500.0])),
    st.builds(Event, steps, st.just(SPEED), st.sampled_from([0.0, 50.0])),
    st.builds(Event, steps, st.sampled_from([SUPPLY_V, MODULE_V]), st.floats(8.0, 15.5)),
    st.builds(Event, steps, st.just(SUPPLY_V), st.floats(12.0, 12.8)),
)


def blank_car() -> Any:
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    return cars[0]


def feed(car: Any, twin: Battery, t: float, event: Event) -> None:
    """Give one sample to both, as `absorb.take` does."""
    if event.code not in {AWAKE, SUPPLY_V}:
        voltage.wake(car, t)
        twin.wake(t)
    if event.code == AWAKE:
        voltage.take_awake(car, t, event.value)
        twin.say_awake(t, event.value > 0.5)
    elif event.code == RPM:
        voltage.take_rpm(car, t, event.value)
        twin.turn(t, event.value)
    elif event.code == SPEED:
        traction.take_speed(car, t, event.value)
        twin.speed = (t, event.value)
    else:
        voltage.take_volts(car, t, event.value, event.code)
        twin.volts(t, event.value, supply=event.code == SUPPLY_V)


def assert_agrees(car: Any, twin: Battery) -> None:
    assert PHASES[int(car["phase"])] == twin.phase
    assert car["active_s"] == twin.active
    near = {"rel_tol": 1e-9, "abs_tol": 1e-9}
    assert math.isnan(car["rest_v"]) == math.isnan(twin.rest_v)
    if not math.isnan(twin.rest_v):
        assert math.isclose(car["rest_v"], twin.rest_v, **near)
        assert math.isclose(car["rest_h"], twin.rest_h, **near)
        assert bool(car["wake_only"]) == twin.from_wake
    if twin.x is not None:
        assert math.isclose(car["slope_vph"], twin.x[1], rel_tol=1e-7, abs_tol=1e-7)
        assert math.isclose(car["p_slope"], twin.p[1, 1], rel_tol=1e-6, abs_tol=1e-9)
    assert int(car["crank_n"]) == twin.crank_n
    assert twin.crank_n == 0 or math.isclose(car["crank_ewma_v"], twin.crank_ewma, **near)
    assert math.isclose(car["weak_s"], twin.weak_s, **near)
    assert math.isclose(car["dead_s"], twin.dead_s, **near)
    assert math.isclose(car["charged_h"], twin.charged_h, **near)
    assert int(car["weak_trips"]) == twin.weak_trips


@settings(max_examples=150, deadline=None)
@given(tape=st.lists(events, min_size=1, max_size=60))
def test_the_machine_agrees_with_its_slow_twin(tape: list[Event]) -> None:
    car, twin, t = blank_car(), Battery(), 1.7e9

    for event in tape:
        t += event.step_s
        feed(car, twin, t, event)
        assert_agrees(car, twin)


def drive_then_rest(*, minutes: float, volts: float = 14.1) -> tuple[Any, float]:
    car, t = blank_car(), 1.7e9
    voltage.take_awake(car, t, 1.0)
    for _ in range(round(minutes)):
        t += 60.0
        voltage.wake(car, t)
        voltage.take_rpm(car, t, 2000.0)
        voltage.take_volts(car, t, volts, SUPPLY_V)
    voltage.take_awake(car, t, 0.0)
    return car, t


def test_a_reading_within_the_first_hour_of_rest_says_nothing() -> None:
    car, t = drive_then_rest(minutes=30)

    voltage.take_volts(car, t + 3500.0, 12.9, SUPPLY_V)
    assert math.isnan(car["rest_v"])

    voltage.take_volts(car, t + 3700.0, 12.85, SUPPLY_V)
    assert 12.6 < car["rest_v"] < 12.85


def test_a_reading_after_four_hours_is_taken_as_it_is() -> None:
    car, t = drive_then_rest(minutes=30)

    voltage.take_volts(car, t + 4.5 * 3600.0, 12.61, SUPPLY_V)

    assert car["rest_v"] == 12.61


def test_a_car_that_falls_silent_is_at_rest_since_its_last_sign_of_life() -> None:
    car, t = blank_car(), 1.7e9
    voltage.wake(car, t)
    voltage.take_rpm(car, t, 900.0)
    voltage.take_volts(car, t, 14.0, MODULE_V)

    voltage.take_volts(car, t + 7200.0, 12.7, SUPPLY_V)

    assert PHASES[int(car["phase"])] == "rest"
    assert car["rest_s"] == t


def test_without_a_supply_source_only_the_first_reading_after_waking_counts_as_rest() -> None:
    car, t = drive_then_rest(minutes=30)
    car["supply_s"] = -math.inf
    t += 8 * 3600.0

    for k, volts in enumerate((12.5, 12.0, 11.9)):
        voltage.wake(car, t + k)
        voltage.take_volts(car, t + k, volts, MODULE_V)

    assert car["rest_v"] == 12.5
    assert car["wake_only"] == 1.0
    assert car["filter_n"] == 0.0


def test_a_dip_seen_once_a_second_is_marked_as_polled_and_one_seen_at_100_hz_is_not() -> None:
    for step_s, polled in ((1.0, 1.0), (0.01, 0.0)):
        car, t = drive_then_rest(minutes=30)
        t += 8 * 3600.0
        for k, volts in enumerate((12.4, 9.8, 10.6)):
            voltage.wake(car, t + k * step_s)
            voltage.take_volts(car, t + k * step_s, volts, MODULE_V)
        voltage.take_rpm(car, t + 3 * step_s, 900.0)

        assert car["crank_ewma_v"] == 9.8
        assert car["crank_polled"] == polled


def test_a_new_battery_is_noticed_as_a_step_and_starts_the_filter_again() -> None:
    car, t = drive_then_rest(minutes=30)
    for k in range(12):
        voltage.take_volts(car, t + 18_000.0 + 300.0 * k, 12.0, SUPPLY_V)

    for k in range(2):
        voltage.take_volts(car, t + 22_000.0 + 300.0 * k, 12.7, SUPPLY_V)

    assert car["level_v"] == 12.7
    assert car["filter_n"] == 1.0


def test_a_single_outlier_barely_moves_the_level() -> None:
    car, t = drive_then_rest(minutes=30)
    for k in range(12):
        voltage.take_volts(car, t + 18_000.0 + 300.0 * k, 12.6, SUPPLY_V)

    voltage.take_volts(car, t + 22_000.0, 11.6, SUPPLY_V)

    assert car["level_v"] > 12.55


def test_three_trips_of_weak_charging_are_counted_and_a_good_one_clears_them() -> None:
    car, t = blank_car(), 1.7e9
    for trip, volts in enumerate((12.7, 12.7, 12.7, 14.1)):
        t += 7200.0
        voltage.take_awake(car, t, 1.0)
        for _ in range(40):
            t += 60.0
            voltage.wake(car, t)
            voltage.take_rpm(car, t, 2000.0)
            voltage.take_volts(car, t, volts, SUPPLY_V)
        voltage.take_awake(car, t, 0.0)
        assert car["weak_trips"] == (trip + 1 if trip < 3 else 0)
