"""The bars of the long evaluation are read off its last line."""

from typing import Any

from scripts.long_evaluate import missed_bars


def result(net_cost: float, rescue: float = 0.0) -> dict[str, Any]:
    told = {"events": 3, "net_cost": net_cost, "baselines": {"fixed_thresholds": -100.0, "half_space_trees": None}}
    return {
        "causes": {"tyre": told},
        "rescue_grade_false_per_1000_vehicle_years": rescue,
        "advice_false_per_vehicle_year": 0.5,
        "annunciations_per_excursion": None,
    }


def test_a_result_within_every_bar_misses_none() -> None:
    assert missed_bars(result(-200.0)) == []


def test_each_bar_that_is_missed_is_named() -> None:
    missed = missed_bars(result(-50.0, rescue=12.0))

    assert missed == [
        "rescue_grade_false_per_1000_vehicle_years is 12.000, at most 10 is allowed",
        "tyre: net cost -50, fixed_thresholds has -100",
    ]
