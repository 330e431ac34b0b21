"""An alert is right while its trouble is there; a forecast is labelled only where somebody can tell."""

import math
from typing import Any

from cloud.decision.policy import Costs
from cloud.evaluation.costs import Alert, net_cost
from cloud.evaluation.truth import DAY_MS, HOUR_MS, SETTLE_MS, Truth

END = 100 * DAY_MS
COSTS = Costs(visit=100, annoy=10, breakdown=1_000, planned=200, eta=0.5)


def row(onset: float, breakdown: float | None, treated: float | None = None, cause: str = "tyre") -> dict[str, Any]:
    def ms(day: float | None) -> int | None:
        return None if day is None else round(day * DAY_MS)

    return {
        "vehicle": "v",
        "cause": cause,
        "onset_ms": ms(onset),
        "breakdown_ms": ms(breakdown),
        "treated_ms": ms(treated),
    }


def test_an_alert_is_right_from_the_onset_until_the_repair_has_settled() -> None:
    truth = Truth([row(10, 20)], END)

    said = {day: truth.is_true("v", "tyre", day * DAY_MS) for day in (9, 11, 21, 28)}

    assert said == {9: False, 11: True, 21: True, 28: False}


def test_an_alert_of_a_kindred_cause_is_right_too_and_a_code_announces_all() -> None:
    truth = Truth([row(10, 20, cause="charging_system")], END)

    assert truth.is_true("v", "low_voltage_battery", 11 * DAY_MS)
    assert truth.is_true("v", "dtc", 11 * DAY_MS)
    assert not truth.is_true("v", "tyre", 11 * DAY_MS)


def test_a_forecast_is_labelled_by_the_breakdown_within_its_horizon() -> None:
    truth = Truth([row(10, 20)], END)

    labels = [truth.label("v", "tyre", day * DAY_MS, 72 * HOUR_MS) for day in (12, 18, 30)]

    assert labels == [0.0, 1.0, 0.0]


def test_where_nobody_can_tell_there_is_no_label() -> None:
    treated, broken = Truth([row(10, None, 20)], END), Truth([row(10, 20)], END)

    cut = Truth([row(10, 99)], END)

    within_treatment = treated.label("v", "tyre", 18 * DAY_MS, 72 * HOUR_MS)
    settling = broken.label("v", "tyre", 20 * DAY_MS + SETTLE_MS // 2, 72 * HOUR_MS)
    at_the_end = broken.label("v", "tyre", END - DAY_MS, 72 * HOUR_MS)
    # Where only those that break down could be told, they are told apart from nothing.
    broken_at_the_end = cut.label("v", "tyre", END - 2 * DAY_MS, 72 * HOUR_MS)

    assert all(math.isnan(label) for label in (within_treatment, settling, at_the_end, broken_at_the_end))


def test_a_visit_in_time_saves_a_breakdown_and_a_false_one_costs_itself() -> None:
    truth = Truth([row(10, 20)], END)
    in_time, false = Alert("v", 15 * DAY_MS, drives_out=True), Alert("v", 5 * DAY_MS, drives_out=True)

    assert net_cost([in_time], "tyre", truth, COSTS) == 110.0 - 400.0
    assert net_cost([in_time, in_time], "tyre", truth, COSTS) == 110.0 - 400.0
    assert net_cost([false], "tyre", truth, COSTS) == 110.0
    assert net_cost([Alert("v", 20 * DAY_MS - HOUR_MS // 2, drives_out=True)], "tyre", truth, COSTS) == 110.0


def test_advice_must_come_a_day_ahead_and_costs_only_the_annoyance() -> None:
    truth = Truth([row(10, 20)], END)

    assert net_cost([Alert("v", 15 * DAY_MS, drives_out=False)], "tyre", truth, COSTS) == 10.0 - 400.0
    assert net_cost([Alert("v", 20 * DAY_MS - HOUR_MS, drives_out=False)], "tyre", truth, COSTS) == 10.0


def test_what_was_treated_costs_and_saves_nothing() -> None:
    truth = Truth([row(10, None, 20)], END)

    assert net_cost([Alert("v", 15 * DAY_MS, drives_out=True)], "tyre", truth, COSTS) == 0.0
