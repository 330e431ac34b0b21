"""Manoeuvres found in motion, however the sensor sits."""

import numpy as np
import pytest

from cloud.trips.manoeuvres import HEAVY, Event, manoeuvres
from cloud.trips.orientation import Axes, oriented
from cloud.trips.recording import Floats, Series, recording
from tests.cloud.trips.drives import GRAVITY, Drive, Manoeuvre, drive, mounted, of_the_earth

PLAN = [
    Manoeuvre("acceleration", 32.0, 3.0, 4.2),
    Manoeuvre("braking", 70.0, 2.5, 5.5),
    Manoeuvre("left", 110.0, 3.0, 4.6),
    Manoeuvre("right", 150.0, 3.0, 4.6),
    Manoeuvre("lane_left", 190.0, 3.6, 3.6),
    Manoeuvre("lane_right", 230.0, 3.6, 3.6),
]
EXPECTED = [
    ("harsh_acceleration", "", 32.0),
    ("harsh_braking", "", 70.0),
    ("harsh_turn", "left", 110.0),
    ("harsh_turn", "right", 150.0),
    ("harsh_lane_change", "left", 190.0),
    ("harsh_lane_change", "right", 230.0),
]
WHOLE = drive(PLAN)
UP = np.array([0.0, 0.0, GRAVITY])


def found(
    acceleration: Floats, rotation: Floats | None, axes: Axes, speed: Floats | None = None, one: Drive = WHOLE
) -> list[Event]:
    turning = None if rotation is None else Series(one.times_s, rotation)
    moving = None if speed is None else Series(one.times_s, speed[:, None])
    whole = recording(Series(one.times_s, acceleration), turning, moving)
    assert whole is not None
    return manoeuvres(whole, oriented(whole, axes))


def named(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.kind, event.direction) for event in events]


def as_expected(events: list[Event]) -> bool:
    same = named(events) == [(kind, direction) for kind, direction, _ in EXPECTED]
    return same and all(abs(e.start_s - at) < 1.5 for e, (_, _, at) in zip(events, EXPECTED, strict=True))


def test_every_manoeuvre_is_found_in_the_cars_own_axes_and_nothing_else() -> None:
    assert as_expected(found(WHOLE.pushed + UP, WHOLE.turned, "vehicle"))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("speed", [True, False])
def test_the_mounting_does_not_matter_when_gravity_is_in_the_numbers(seed: int, speed: bool) -> None:
    seen = mounted(WHOLE.pushed + UP, seed), mounted(WHOLE.turned, seed)

    assert as_expected(found(*seen, "device", WHOLE.kmh if speed else None))


def test_left_and_right_are_told_where_gravity_was_taken_out_and_the_screen_looks_up() -> None:
    tilt = np.deg2rad(35.0)
    turn = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(tilt), -np.sin(tilt)], [0.0, np.sin(tilt), np.cos(tilt)]])
    about = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    seen = WHOLE.pushed @ (turn @ about).T, WHOLE.turned @ (turn @ about).T

    assert as_expected(found(*seen, "device"))


@pytest.mark.parametrize("heading_deg", [0.0, 123.0, 250.0])
def test_axes_of_the_earth_are_turned_with_the_car(heading_deg: float) -> None:
    assert as_expected(found(*of_the_earth(WHOLE, heading_deg), "earth"))


def test_a_calm_drive_has_no_manoeuvres() -> None:
    calm = drive([])

    assert found(calm.pushed + UP, calm.turned, "vehicle", one=calm) == []


def test_what_lies_between_marked_and_harsh_is_marked_and_less_sure() -> None:
    gentle = drive([Manoeuvre("braking", 60.0, 2.5, 3.6), Manoeuvre("braking", 120.0, 2.5, 7.0)])

    one, two = found(gentle.pushed, gentle.turned, "vehicle", one=gentle)

    assert (one.grade, two.grade) == ("marked", "harsh")
    assert one.confidence < two.confidence


def test_a_lorry_is_held_to_less() -> None:
    gentle = drive([Manoeuvre("braking", 60.0, 2.5, 4.0)])
    whole = recording(Series(gentle.times_s, gentle.pushed), Series(gentle.times_s, gentle.turned), None)
    assert whole is not None

    assert [e.grade for e in manoeuvres(whole, oriented(whole, "vehicle"), HEAVY)] == ["harsh"]


def test_a_car_that_stands_brakes_for_nobody() -> None:
    assert found(WHOLE.pushed, WHOLE.turned, "vehicle", np.zeros(len(WHOLE.times_s))) == []


def test_a_sensor_that_repeats_itself_is_not_believed() -> None:
    frozen = WHOLE.pushed.copy()
    frozen[3000:4000] = [-6.0, 0.0, 0.0]

    events = found(frozen, WHOLE.turned, "vehicle")

    assert [e for e in events if 60.0 <= e.start_s <= 80.0] == []


def test_one_push_within_three_seconds_of_another_is_the_same() -> None:
    twice = drive([Manoeuvre("braking", 60.0, 1.5, 6.0), Manoeuvre("braking", 62.5, 1.5, 6.0)])

    assert named(found(twice.pushed, twice.turned, "vehicle", one=twice)) == [("harsh_braking", "")]
