"""What acting and replaying both ask of a case: its limits, whether it is over, whether its decision stands. Pure."""

from typing import Final

from cloud.cases.alarm import Alarm, Limits
from cloud.cases.silence import is_late
from cloud.decision.level import probability
from cloud.decision.policy import Policy
from cloud.decision.rule import Decision
from cloud.scoring.types import Assessment

COMMITTED: Final = ("ask", "dispatch", "emergency")
WEEK_H: Final = 168


def limits_of(cause: str, policy: Policy) -> Limits:
    """Return the alarm limits of `cause`."""
    costs = policy.cost_of(cause)
    return Limits(costs.p_star, policy.clear_below * costs.p_star, costs.on_delay, policy.off_delay)


def weighed(a: Assessment, policy: Policy) -> float | None:
    """Return the probability that a decision about `a` weighs, None when nothing was measured."""
    found = None if a.risks is None else [(risk.horizon_h, risk.p) for risk in a.risks]
    return probability(found, policy.cost_of(a.cause).horizon_h)


def is_due_again(
    alarm: Alarm, asked_ms: int | None, p: float | None, limits: Limits, now_ms: int, policy: Policy
) -> bool:
    """Return whether a risk that was served or refused is still there when the cool-down has passed."""
    if not alarm.raised or p is None or p < limits.raise_at or asked_ms is None:
        return False
    return now_ms - asked_ms >= policy.cool_down_s * 1000.0


def is_over(after: Alarm, action: str, limits: Limits) -> bool:
    """Return whether the risk has gone; what was an emergency is for a person to close."""
    return not after.raised and after.below >= limits.off_delay and action != "emergency"


def stands(action: str, code: str, new: Decision, asked_ms: int | None, now_ms: int, policy: Policy) -> bool:
    """Return whether a case's decision stays: the same one again, or one that is being carried out."""
    if new.action == "emergency":
        return action == "emergency"
    if action in COMMITTED:
        return asked_ms is None or now_ms - asked_ms < policy.cool_down_s * 1000.0
    return action == new.action and code == new.code


def calls_for_shop(a: Assessment, now_ms: int, policy: Policy) -> bool:
    """Return whether a workshop should settle what `a` sees coming, though it is not yet a rescue's matter."""
    if a.risks is None or a.quality < policy.min_quality or is_late(a.as_of_ms, now_ms, policy.fresh_s):
        return False
    costs = policy.cost_of(a.cause)
    if not costs.workshop:
        return False
    if 0 < a.severity < costs.rescue_severity:
        return True
    week = probability([(risk.horizon_h, risk.p) for risk in a.risks], WEEK_H)
    return a.time_to_threshold_h is not None and week is not None and week >= costs.p_star
