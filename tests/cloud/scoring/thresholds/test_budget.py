"""The thresholds of a fleet keep its budget."""

import pytest

from cloud.scoring.thresholds import cusum
from cloud.scoring.thresholds.budget import Fleet, choose


@pytest.mark.parametrize(("per_day", "h"), [(1.0, 10.1), (24.0, 13.3), (1440.0, 17.4)])
def test_a_million_vehicles_need_these_heights(per_day: float, h: float) -> None:
    assert choose(Fleet(1_000_000, 8, 100.0, per_day)).cusum_h == pytest.approx(h, abs=0.05)


def test_the_charts_of_the_whole_fleet_alarm_as_often_as_the_budget_allows() -> None:
    fleet = Fleet(5000, 8, 4.0, 24.0)

    chosen = choose(fleet)

    charts = 2 * fleet.vehicles * fleet.signals
    assert charts * fleet.readings_per_day / cusum.exact_arl(chosen.cusum_h, chosen.cusum_k) == pytest.approx(
        4.0, rel=0.01
    )
    assert chosen.spot_q * fleet.tests_per_day == pytest.approx(4.0)
    assert chosen.annunciations_per_excursion <= 1.5


def test_autocorrelated_readings_need_more_height_or_prewhitening() -> None:
    chosen = choose(Fleet(5000, 8, 1.0, 24.0, 0.5))

    assert chosen.cusum_h_raw > 2.0 * chosen.cusum_h
    assert chosen.delay_prewhitened > choose(Fleet(5000, 8, 1.0, 24.0)).delay_prewhitened


@pytest.mark.parametrize(
    ("fleet", "k", "why"),
    [
        (Fleet(0, 8, 1.0), 0.5, "vehicles must be"),
        (Fleet(10, 8, float("nan")), 0.5, "budget must be"),
        (Fleet(10, 8, 1.0, 1.0, 0.95), 0.5, "phi must be"),
        (Fleet(10, 8, 1.0), 0.3, "k must be"),
        (Fleet(10, 8, 79.0), 0.5, "a budget of 79"),
    ],
)
def test_what_is_out_of_range_is_named(fleet: Fleet, k: float, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        choose(fleet, k)
