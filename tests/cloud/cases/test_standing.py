"""What a case is asked: is it over, does its decision stand, is the same risk due again, is it a workshop's matter."""

from typing import Any

import pytest

from cloud.cases.alarm import Alarm
from cloud.cases.standing import calls_for_shop, is_due_again, is_over, limits_of, stands, weighed
from cloud.decision.policy import Policy
from cloud.decision.rule import Situation, decide
from cloud.scoring.types import Assessment, Risk

POLICY = Policy()
NOW_MS = 1_768_464_000_000
LIMITS = limits_of("tyre", POLICY)


def assessment(p: tuple[float, float, float] | None, **more: Any) -> Assessment:
    fields: dict[str, Any] = {
        "vehicle": "car",
        "cause": "tyre",
        "offset": 1,
        "as_of_ms": NOW_MS,
        "received_ms": NOW_MS,
        "risks": None if p is None else tuple(Risk(h, value) for h, value in zip((24, 72, 168), p, strict=True)),
        "calibrated": False,
        "time_to_threshold_h": None,
        "ttt_low_h": None,
        "ttt_high_h": None,
        "quality": 0.9,
        "severity": 0,
        "service": "tyre_change",
        "reasons": (),
        "abstained": "",
        "model": "m",
        "features": "f",
        "state": "parked",
    }
    return Assessment(**(fields | more))


def decided(p: float, severity: int = 0) -> Any:
    return decide(
        Situation(
            cause="tyre",
            service="tyre_change",
            severity=severity,
            p=p,
            quality=0.9,
            calibrated=False,
            abstained="",
            as_of_ms=NOW_MS,
            now_ms=NOW_MS,
        ),
        POLICY,
    )


def test_the_limits_lie_at_p_star_and_below_it() -> None:
    assert LIMITS.raise_at == POLICY.cost_of("tyre").p_star
    assert LIMITS.clear_below == pytest.approx(0.6 * LIMITS.raise_at)


def test_what_is_weighed_is_the_probability_at_the_causes_own_horizon() -> None:
    assert weighed(assessment((0.1, 0.2, 0.3)), POLICY) == 0.2
    assert weighed(assessment((0.1, 0.2, 0.3), cause="traction_battery"), POLICY) == 0.1
    assert weighed(assessment((0.1, 0.2, 0.3), cause="traction_cells"), POLICY) == 0.3
    assert weighed(assessment(None), POLICY) is None


def test_a_case_is_over_when_the_risk_stayed_low_but_an_emergency_is_never_over_by_itself() -> None:
    low = Alarm(raised=False, below=POLICY.off_delay)

    assert is_over(low, "ask", LIMITS)
    assert not is_over(low, "emergency", LIMITS)
    assert not is_over(low._replace(raised=True), "ask", LIMITS)
    assert not is_over(low._replace(below=POLICY.off_delay - 1), "ask", LIMITS)


def test_a_question_stands_until_the_cool_down_has_passed() -> None:
    again, cool_ms = decided(0.9), round(POLICY.cool_down_s * 1000.0)

    assert stands("ask", "ask_first", again, NOW_MS - cool_ms + 1, NOW_MS, POLICY)
    assert not stands("ask", "ask_first", again, NOW_MS - cool_ms, NOW_MS, POLICY)


def test_an_emergency_overrides_a_question_and_stands_itself() -> None:
    emergency = decided(0.9, severity=5)

    assert not stands("ask", "ask_first", emergency, NOW_MS, NOW_MS, POLICY)
    assert stands("emergency", "stop_class", emergency, NOW_MS, NOW_MS, POLICY)


def test_watching_stands_only_for_the_same_reason() -> None:
    watching = decided(0.3 * LIMITS.raise_at)

    assert stands("watch", watching.code, watching, None, NOW_MS, POLICY)
    assert not stands("watch", "stale", watching, None, NOW_MS, POLICY)


def test_an_unbroken_risk_is_due_again_after_the_cool_down_only() -> None:
    alarm, cool_ms = Alarm(raised=True), round(POLICY.cool_down_s * 1000.0)
    p = LIMITS.raise_at

    assert is_due_again(alarm, NOW_MS - cool_ms, p, LIMITS, NOW_MS, POLICY)
    assert not is_due_again(alarm, NOW_MS - cool_ms + 1, p, LIMITS, NOW_MS, POLICY)
    assert not is_due_again(alarm, None, p, LIMITS, NOW_MS, POLICY)
    assert not is_due_again(alarm, NOW_MS - cool_ms, None, LIMITS, NOW_MS, POLICY)
    assert not is_due_again(Alarm(), NOW_MS - cool_ms, p, LIMITS, NOW_MS, POLICY)


def test_a_fault_that_is_coming_within_the_week_is_a_workshops_matter() -> None:
    coming = assessment((0.1, 0.2, 0.9), time_to_threshold_h=120.0)

    assert calls_for_shop(coming, NOW_MS, POLICY)
    assert not calls_for_shop(assessment((0.1, 0.2, 0.9)), NOW_MS, POLICY)
    assert not calls_for_shop(assessment(None), NOW_MS, POLICY)
    assert not calls_for_shop(coming, NOW_MS + 3_600_000, POLICY)
    assert calls_for_shop(assessment((0.0, 0.0, 0.1), cause="dtc", severity=2), NOW_MS, POLICY)
