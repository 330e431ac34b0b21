"""What the acting part would have told anybody of each assessment, without a store: alarms, cases and decisions, pure.

Alarm, decision rule and what is asked of a case are the service's own; a test holds this against the acting part.
Every vehicle is judged alone: nobody answers, no job is open, and the fleet's breaker, which needs one clock for all,
is left out.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from cloud.cases import alarm
from cloud.cases.alarm import Alarm, Reading
from cloud.cases.standing import COMMITTED, calls_for_shop, is_due_again, is_over, limits_of, stands, weighed
from cloud.decision.level import STOP_SEVERITY
from cloud.decision.policy import Action, Policy
from cloud.decision.rule import Decision, Situation, decide
from cloud.maintenance.due import State, further
from cloud.scoring.types import Assessment

Grade = Literal["advice", "rescue", "emergency"]
GRADES: Final[dict[Action, Grade]] = {
    "inform": "advice",
    "remind": "advice",
    "ask": "rescue",
    "dispatch": "rescue",
    "emergency": "emergency",
}
AGREEING: Final = 3
SOON_H: Final = 24.0
WEEK_H: Final = 168.0


class Alert(NamedTuple):
    """Something a person would have been told: when, how urgent, why (a decision's code), and on what."""

    at_ms: int
    action: Action
    grade: Grade
    code: str
    assessment: Assessment


@dataclass
class _Case:
    """What is remembered of one vehicle and cause."""

    alarm: Alarm = field(default_factory=Alarm)
    is_open: bool = False
    action: Action | None = None
    code: str = ""
    informed: bool = False
    asked_ms: int | None = None
    planned: int = 0
    reminded: State | None = None


@dataclass
class Desk:
    """The acting part's memory of a whole replay."""

    policy: Policy
    _cases: dict[tuple[str, str], _Case] = field(default_factory=dict)

    def take(self, a: Assessment) -> Alert | None:
        """Return what somebody is told of `a`, None when nobody is told anything new."""
        policy, now_ms = self.policy, a.received_ms
        case = self._cases.setdefault((a.vehicle, a.cause), _Case())
        if a.as_of_ms - now_ms > policy.future_s * 1000.0:
            return None
        p, limits, before = weighed(a, policy), limits_of(a.cause, policy), case.alarm
        reading = Reading(a.as_of_ms, p, a.severity >= STOP_SEVERITY)
        case.alarm, change = alarm.step(before, reading, limits)
        if not case.is_open and (
            change == "raised" or is_due_again(case.alarm, case.asked_ms, p, limits, now_ms, policy)
        ):
            case.is_open, case.action, case.code, case.informed = True, None, "", False
        elif case.is_open and is_over(case.alarm, case.action or "", limits):
            case.is_open = False
            return None
        return self._decided(a, case, p) if case.is_open else self._reviewed(a, case, before)

    def _decided(self, a: Assessment, case: _Case, p: float | None) -> Alert | None:
        known = case.alarm.newest_ms
        if known is not None and a.as_of_ms < known:
            return None
        decision = decide(self._situation(a, case, p), self.policy)
        if case.action is not None and stands(
            case.action, case.code, decision, case.asked_ms, a.received_ms, self.policy
        ):
            return None
        case.action, case.code = decision.action, decision.code
        return self._told(a, case, decision)

    def _told(self, a: Assessment, case: _Case, decision: Decision) -> Alert | None:
        action = decision.action
        if action in COMMITTED:
            case.asked_ms = a.received_ms
        elif action == "remind":
            return self._remind(a, case, decision.code)
        elif action == "inform" and not case.informed:
            case.informed = True
        else:
            return None
        return Alert(a.received_ms, action, GRADES[action], decision.code, a)

    def _reviewed(self, a: Assessment, case: _Case, before: Alarm) -> Alert | None:
        """Count assessments that call for a workshop though no case is open."""
        if before.newest_ms is not None and a.as_of_ms <= before.newest_ms:
            return None
        cool_ms = self.policy.cool_down_s * 1000.0
        rescued = case.asked_ms is not None and a.received_ms - case.asked_ms < cool_ms
        calls = not rescued and calls_for_shop(a, a.received_ms, self.policy)
        case.planned = case.planned + 1 if calls else 0
        agreeing = min(AGREEING, self.policy.cost_of(a.cause).on_delay)
        return self._remind(a, case, "shop_matter") if case.planned == agreeing else None

    def _remind(self, a: Assessment, case: _Case, code: str) -> Alert | None:
        """Remind once, and once more when it became more urgent: a reminder that is open stays open."""
        hours = WEEK_H if a.time_to_threshold_h is None else a.time_to_threshold_h
        state: State = "due_soon" if hours > SOON_H else "due"
        if case.reminded is not None and not further(case.reminded, state):
            return None
        case.reminded = state
        return Alert(a.received_ms, "remind", "advice", code, a)

    def _situation(self, a: Assessment, case: _Case, p: float | None) -> Situation:
        asked = [c.asked_ms for (name, _), c in self._cases.items() if name == a.vehicle and c.asked_ms is not None]
        return Situation(
            cause=a.cause,
            service=a.service,
            severity=a.severity,
            p=p,
            quality=a.quality,
            calibrated=a.calibrated,
            abstained=a.abstained,
            as_of_ms=a.as_of_ms,
            now_ms=a.received_ms,
            time_to_threshold_h=a.time_to_threshold_h,
            cause_asked_ms=case.asked_ms,
            driver_asked_ms=max(asked, default=None),
            model=a.model,
        )
