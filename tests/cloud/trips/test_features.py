"""Days that add up, and what is said of a period."""

from typing import Any

import pytest

from cloud.trips.features import PRIOR_KM, best_source, features, total
from cloud.trips.types import BINS, Counts, DayTotals


def day(day: str, **more: Any) -> DayTotals:
    return DayTotals(vehicle="car", day=day, **more)


def test_a_period_without_a_trip_says_nothing_and_not_that_all_was_calm() -> None:
    found = features("car", "2026-01-01", "2026-01-31", [])

    assert found.km == 0.0
    assert found.night_share is None
    assert found.harsh_per_100km == {"acceleration": None, "braking": None, "cornering": None}
    assert found.insufficient_data


def test_only_the_days_of_the_period_and_of_the_vehicle_count_whatever_their_order() -> None:
    days = [day("2026-01-02", km=10.0), day("2026-01-01", km=0.1), day("2026-02-01", km=99.0)]
    other = DayTotals(vehicle="other", day="2026-01-02", km=500.0)

    one = features("car", "2026-01-01", "2026-01-31", [*days, other])
    two = features("car", "2026-01-01", "2026-01-31", [other, *reversed(days)])

    assert one == two
    assert one.km == 0.1 + 10.0


def test_sources_are_never_mixed_in_one_rate() -> None:
    seen = {"imu": Counts(km=100.0, braking=3, cornering=1), "slow_speed": Counts(km=900.0, braking=90)}

    found = features("car", "a", "z", [day("b", km=1000.0, by_source=seen, observed_s=1.0)])

    assert found.source == "imu"
    assert found.harsh_per_100km["braking"] == pytest.approx(3.0)


def test_a_better_source_with_few_kilometres_does_not_speak_for_the_period() -> None:
    seen = {"imu": Counts(km=10.0), "slow_speed": Counts(km=40.0, braking=1)}

    assert best_source(day("b", by_source=seen)) == "slow_speed"


def test_speed_alone_cannot_see_cornering() -> None:
    found = features("car", "a", "z", [day("b", km=100.0, by_source={"fast_speed": Counts(km=100.0)})])

    assert found.harsh_per_100km["cornering"] is None
    assert found.shrunk_per_100km["cornering"] is None
    assert found.harsh_per_100km["braking"] == 0.0


def test_little_driven_is_drawn_towards_the_fleet_and_much_is_not() -> None:
    few = features("car", "a", "z", [day("b", km=PRIOR_KM, by_source={"imu": Counts(km=PRIOR_KM, braking=30)})])
    many = features("car", "a", "z", [day("b", km=1e6, by_source={"imu": Counts(km=1e6, braking=100_000)})])

    assert few.shrunk_per_100km["braking"] == pytest.approx((1.6 + 10.0) / 2.0)
    assert many.shrunk_per_100km["braking"] == pytest.approx(10.0, rel=1e-2)


def test_totals_keep_the_bins_and_the_exclusions() -> None:
    bins = tuple(float(n) for n in range(BINS))

    whole = total("car", [day("a", km_by_speed=bins, excluded={"stuck": 1}), day("b", excluded={"stuck": 2})])

    assert whole.km_by_speed == bins
    assert whole.excluded == {"stuck": 3}
