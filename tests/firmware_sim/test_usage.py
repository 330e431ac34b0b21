"""A car's day."""

import pytest

from firmware_sim.usage import Activity, Day, drive, park

pytestmark = pytest.mark.wheel

HOUR_S = 3_600.0


def test_phases_follow_each_other_and_the_day_begins_again() -> None:
    day = Day((drive(1.0, 50.0), park(23.0)))

    activities = [day.phase_at(hour * HOUR_S).activity for hour in (0.0, 0.99, 1.0, 23.9, 24.0, 25.1)]

    assert activities == [*[Activity.DRIVE] * 2, *[Activity.PARK] * 2, Activity.DRIVE, Activity.PARK]


def test_a_detour_comes_first_and_then_the_plan_goes_on() -> None:
    day = Day((drive(10.0, 50.0), park(14.0)))

    day.detour((park(1.0), drive(1.0, 30.0)), 5.0 * HOUR_S)

    assert day.phase_at(5.5 * HOUR_S).activity is Activity.PARK
    assert day.phase_at(6.5 * HOUR_S).traffic.mean_kmh == 30.0
    assert day.phase_at(7.5 * HOUR_S).traffic.mean_kmh == 50.0
