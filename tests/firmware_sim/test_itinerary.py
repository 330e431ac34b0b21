"""What rescuers do and how long it takes."""

import pytest

from firmware_sim.itinerary import steps, travel_s

pytestmark = pytest.mark.wheel


def test_the_way_takes_its_distance_and_a_usual_time_where_it_is_unknown() -> None:
    ten_km = travel_s((31.0, 121.0), (31.0 + 10.0 / 111.32, 121.0))

    assert ten_km == pytest.approx(10.0 * 1.3 / 36.0 * 3_600.0)
    assert travel_s(None, (31.0, 121.0)) == travel_s((31.0, 121.0), None) == 900.0


def test_help_on_site_ends_with_the_car_served() -> None:
    assert [(step.report, step.serves) for step in steps("tyre_change", 600.0)] == [
        ("en-route", False),
        ("arrive", False),
        ("complete", True),
    ]


def test_a_towed_car_is_served_at_its_destination() -> None:
    reports = [step.report for step in steps("flatbed_tow", 600.0)]

    assert reports == ["en-route", "arrive", "tow", "at-destination", "complete"]
    assert [step.report for step in steps("tow", 600.0) if step.serves] == ["at-destination"]
