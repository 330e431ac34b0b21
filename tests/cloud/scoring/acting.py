"""What the decision rule would make of an assessment, so that tests can say "would act" and mean it."""

from collections.abc import Iterable
from typing import Final

from cloud.decision.policy import Policy
from cloud.decision.rule import Situation, decide
from cloud.scoring.types import Assessment
from tests.cloud.scoring.journeys import HOUR, START_S

POLICY: Final = Policy()
HELP: Final = frozenset({"ask", "dispatch", "emergency", "inform", "remind"})


def action(a: Assessment) -> str:
    """Return the action for `a`, decided when it came."""
    horizon_h = POLICY.cost_of(a.cause).horizon_h
    return decide(
        Situation(
            cause=a.cause,
            service=a.service,
            severity=a.severity,
            p=None if a.risks is None else {risk.horizon_h: risk.p for risk in a.risks}[horizon_h],
            quality=a.quality,
            calibrated=a.calibrated,
            abstained=a.abstained,
            as_of_ms=a.as_of_ms,
            now_ms=a.received_ms,
            time_to_threshold_h=a.time_to_threshold_h,
        ),
        POLICY,
    ).action


def first_act_h(assessments: Iterable[Assessment]) -> float | None:
    """Return when something would first be done, in hours since the journey began, None when nothing would."""
    return next((hours(a) for a in assessments if action(a) in HELP), None)


def hours(a: Assessment) -> float:
    """Return when the newest sample of `a` was taken, in hours since the journey began."""
    return (a.as_of_ms / 1000.0 - START_S) / HOUR
