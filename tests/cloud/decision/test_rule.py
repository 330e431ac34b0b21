"""The rule against numbers worked out by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.decision.policy import Costs, Policy
from cloud.decision.rule import Situation, decide

NOW_MS = 1_768_464_000_000
HOUR_MS = 3_600_000
# C = 100 + 20 = 120; E = 0.8 x (1000 - 250) = 600; p* = 120 / 600 = 0.2
COSTS = Costs(visit=100, annoy=20, breakdown=1000, planned=250, eta=0.8, advise_above_h=72.0, rescue_severity=2)
POLICY = Policy(costs={"tyre": COSTS})


def situation(**more: Any) -> Situation:
    """Return a fresh, good, uncomplicated situation."""
    fields: dict[str, Any] = {
        "cause": "tyre",
        "service": "tyre_change",
        "severity": 3,
        "p": 0.3,
        "quality": 0.9,
        "calibrated": False,
        "abstained": "",
        "as_of_ms": NOW_MS - 30_000,
        "now_ms": NOW_MS,
    }
    return Situation(**(fields | more))


def test_the_threshold_is_cost_over_saving() -> None:
    assert COSTS.act == pytest.approx(120)
    assert COSTS.saved == pytest.approx(600)
    assert COSTS.p_star == pytest.approx(0.2)


def test_both_expected_costs_are_kept_with_the_decision() -> None:
    decision = decide(situation(p=0.3), POLICY)

    assert decision.expected_cost_act == pytest.approx(120)
    assert decision.expected_cost_wait == pytest.approx(180)
    assert decision.inputs["p_star"] == pytest.approx(0.2)
    assert decision.inputs["costs"]["breakdown"] == 1000


@pytest.mark.parametrize(
    ("given_", "action", "code"),
    [
        ({"p": 0.04}, "nothing", "low_risk"),
        ({"p": 0.06}, "watch", "below_ask"),
        ({"p": 0.0999}, "watch", "below_ask"),
        ({"p": 0.1}, "ask", "ask_first"),
        ({"p": 0.2}, "ask", "ask_first"),
        ({"p": 0.3999, "standing_consent": True}, "ask", "ask_first"),
        ({"p": 0.4, "standing_consent": True}, "dispatch", "standing_consent"),
        ({"p": 0.99}, "ask", "ask_first"),
        ({"p": None, "abstained": "no_reading"}, "watch", "unmeasured"),
        ({"quality": 0.49}, "watch", "poor_quality"),
        ({"quality": 0.5}, "ask", "ask_first"),
        ({"as_of_ms": NOW_MS - 600_000}, "ask", "ask_first"),
        ({"as_of_ms": NOW_MS - 600_001}, "watch", "stale"),
        ({"as_of_ms": NOW_MS + 300_001}, "watch", "future"),
        ({"severity": 1}, "remind", "shop_matter"),
        ({"time_to_threshold_h": 72.1}, "inform", "time_enough"),
        ({"time_to_threshold_h": 72.0}, "ask", "ask_first"),
        ({"job_open": True}, "watch", "job_open"),
        ({"cause_asked_ms": NOW_MS - 72 * HOUR_MS + 1}, "watch", "cool_down"),
        ({"cause_asked_ms": NOW_MS - 72 * HOUR_MS}, "ask", "ask_first"),
        ({"driver_asked_ms": NOW_MS - 2 * HOUR_MS + 1}, "watch", "quiet_period"),
        ({"driver_asked_ms": NOW_MS - 2 * HOUR_MS}, "ask", "ask_first"),
        ({"held": True}, "watch", "breaker"),
        ({"severity": 5, "p": None}, "emergency", "stop_class"),
        ({"severity": 5, "held": True, "cause_asked_ms": NOW_MS, "quality": 0.0}, "emergency", "stop_class"),
        ({"severity": 5, "as_of_ms": NOW_MS - 600_001}, "watch", "stale"),
        ({"severity": 5, "job_open": True}, "watch", "job_open"),
    ],
)
def test_each_situation_has_its_action_and_its_reason(given_: dict[str, Any], action: str, code: str) -> None:
    decision = decide(situation(**given_), POLICY)

    assert (decision.action, decision.code) == (action, code)
    assert decision.zh
    assert decision.en
    assert decision.zh != decision.en


def test_no_reason_claims_certainty() -> None:
    assert ">99 %" in decide(situation(p=0.999), POLICY).en
    assert "<1 %" in decide(situation(p=0.0005), POLICY).en
    assert "30 %" in decide(situation(p=0.3), POLICY).en


@given(
    p=st.none() | st.floats(0, 1),
    quality=st.floats(0, 1),
    severity=st.integers(0, 4),
    age_s=st.floats(-1e6, 1e6),
    standing=st.booleans(),
)
def test_nothing_is_sent_or_asked_on_stale_poor_or_missing_data(
    p: float | None, quality: float, severity: int, age_s: float, standing: bool
) -> None:
    decision = decide(
        situation(
            p=p,
            quality=quality,
            severity=severity,
            as_of_ms=NOW_MS - round(age_s * 1000),
            standing_consent=standing,
        ),
        POLICY,
    )

    if decision.action in ("ask", "dispatch", "inform", "remind"):
        assert p is not None
        assert quality >= POLICY.min_quality
        assert -300.0 <= round(age_s, 3) <= 600.0


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_more_risk_never_does_less(low: float, high: float) -> None:
    low, high = sorted((low, high))
    order = ("nothing", "watch", "ask", "dispatch")

    first = decide(situation(p=low, standing_consent=True), POLICY)
    second = decide(situation(p=high, standing_consent=True), POLICY)

    assert order.index(first.action) <= order.index(second.action)


def test_every_cause_has_a_threshold_that_a_probability_can_reach() -> None:
    for cause in ("low_voltage_battery", "tyre", "traction_battery", "dtc", "never heard of"):
        assert 0.0 < Policy().cost_of(cause).p_star < 0.5


def test_charge_is_weighed_over_a_day_and_the_rest_over_three() -> None:
    policy = Policy()

    assert policy.cost_of("traction_battery").horizon_h == 24
    assert {policy.cost_of(cause).horizon_h for cause in ("low_voltage_battery", "tyre", "dtc")} == {72}
