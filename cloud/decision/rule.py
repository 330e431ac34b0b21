"""The expected-cost rule: act when p x E exceeds C, the data are good and fresh, and nobody was asked just now.

Pure: a situation in, a decision with its reason and inputs out. Scales of p are in units of p* = C / E: below 0.5 the
car is watched, from 0.5 the driver is asked first, from 2 a truck goes at once where the owner has consented to that
beforehand, and otherwise the driver is asked there too.
"""

from typing import Any

import msgspec

from cloud.decision import texts
from cloud.decision.level import STOP_SEVERITY
from cloud.decision.policy import Action, Policy
from cloud.store.words import Sentence


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a decision may depend on; times in ms of the domain clock, None where it never happened."""

    cause: str
    service: str
    severity: int
    p: float | None
    quality: float
    calibrated: bool
    abstained: str
    as_of_ms: int
    now_ms: int
    time_to_threshold_h: float | None = None
    standing_consent: bool = False
    job_open: bool = False
    cause_asked_ms: int | None = None
    driver_asked_ms: int | None = None
    held: bool = False
    model: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, a stable code for why, the reason in both languages, both expected costs, and the inputs."""

    action: Action
    code: str
    zh: str
    en: str
    expected_cost_act: float | None
    expected_cost_wait: float | None
    inputs: dict[str, Any]


def decide(situation: Situation, policy: Policy) -> Decision:
    """Return the decision for `situation`."""
    costs = policy.cost_of(situation.cause)
    action, code = _judged(situation, policy)
    sentence = _sentence(code, situation, policy)
    known = situation.p is not None
    return Decision(
        action=action,
        code=code,
        zh=sentence.zh,
        en=sentence.en,
        expected_cost_act=round(costs.act, 2) if known else None,
        expected_cost_wait=round(situation.p * costs.saved, 2) if situation.p is not None else None,
        inputs=_inputs(situation, policy, code),
    )


def _judged(s: Situation, policy: Policy) -> tuple[Action, str]:
    if (doubt := _doubt(s, policy)) is not None:
        return "watch", doubt
    if s.severity >= STOP_SEVERITY:
        return ("watch", "job_open") if s.job_open else ("emergency", "stop_class")
    costs = policy.cost_of(s.cause)
    weight = (s.p or 0.0) / costs.p_star
    if weight < policy.ask_from:
        return ("nothing", "low_risk") if weight < policy.ask_from / 2.0 else ("watch", "below_ask")
    if s.severity < costs.rescue_severity:
        return "remind", "shop_matter"
    left_h, limit_h = s.time_to_threshold_h, costs.advise_above_h
    if left_h is not None and limit_h is not None and left_h > limit_h:
        return "inform", "time_enough"
    if (hold := _hold(s, policy)) is not None:
        return "watch", hold
    if weight >= policy.dispatch_from and s.standing_consent:
        return "dispatch", "standing_consent"
    return "ask", "ask_first"


def _doubt(s: Situation, policy: Policy) -> str | None:
    """Return why the data do not carry a decision, None when they do; a stop-class code needs no probability."""
    age_s = (s.now_ms - s.as_of_ms) / 1000.0
    if age_s > policy.fresh_s:
        return "stale"
    if age_s < -policy.future_s:
        return "future"
    if s.severity >= STOP_SEVERITY:
        return None
    if s.p is None:
        return "unmeasured"
    return "poor_quality" if s.quality < policy.min_quality else None


def _hold(s: Situation, policy: Policy) -> str | None:
    """Return what keeps us from asking or sending now, None when nothing does."""
    if s.job_open:
        return "job_open"
    if _within(s.cause_asked_ms, s.now_ms, policy.cool_down_s):
        return "cool_down"
    if _within(s.driver_asked_ms, s.now_ms, policy.quiet_s):
        return "quiet_period"
    return "breaker" if s.held else None


def _within(then_ms: int | None, now_ms: int, seconds: float) -> bool:
    return then_ms is not None and now_ms - then_ms < seconds * 1000.0


def _sentence(code: str, s: Situation, policy: Policy) -> Sentence:
    costs = policy.cost_of(s.cause)
    return texts.reason(
        code,
        p_pct=None if s.p is None else 100.0 * s.p,
        horizon_h=costs.horizon_h,
        act=costs.act,
        wait=None if s.p is None else s.p * costs.saved,
        age_s=(s.now_ms - s.as_of_ms) / 1000.0,
        quality=s.quality,
        abstained=s.abstained,
    )


def _inputs(s: Situation, policy: Policy, code: str) -> dict[str, Any]:
    costs = policy.cost_of(s.cause)
    return msgspec.structs.asdict(s) | {
        "code": code,
        "horizon_h": costs.horizon_h,
        "p_star": round(costs.p_star, 6),
        "costs": msgspec.structs.asdict(costs),
        "fresh_s": policy.fresh_s,
        "min_quality": policy.min_quality,
    }
