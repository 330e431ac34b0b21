"""A candidate model beside the active one: the same state, another answer, and where decisions would differ. Pure.

Both go through alarm and decision of a desk of their own; nobody is ever told what the candidate's says.
"""

from collections import Counter
from typing import Any

from cloud.decision.policy import Policy
from cloud.replay.desk import Desk
from cloud.scoring.types import Assessment


class Shadow:
    """What a candidate would have done, counted since it began."""

    def __init__(self, candidate: str, policy: Policy) -> None:
        """Begin with nothing seen; `candidate` is its version."""
        self.candidate = candidate
        self._policy = policy
        self._desks: dict[str, tuple[Desk, Desk]] = {}
        self._told: dict[str, Counter[str]] = {}
        self._agreed: Counter[str] = Counter()
        self._apart: dict[str, float] = {}
        self._measured: Counter[str] = Counter()

    def see(self, active: Assessment, candidate: Assessment) -> None:
        """Take one assessment as the active model and as the candidate made it."""
        desks = self._desks.get(active.vehicle)
        if desks is None:
            desks = self._desks[active.vehicle] = Desk(self._policy), Desk(self._policy)
        ours, theirs = (desk.take(a) for desk, a in zip(desks, (active, candidate), strict=True))
        if ours is not None or theirs is not None:
            pair = " -> ".join("nothing" if told is None else told.action for told in (ours, theirs))
            self._told.setdefault(active.cause, Counter())[pair] += 1
        else:
            self._agreed[active.cause] += 1
        if active.risks and candidate.risks:
            apart = abs(active.risks[-1].p - candidate.risks[-1].p)
            self._apart[active.cause] = self._apart.get(active.cause, 0.0) + apart
            self._measured[active.cause] += 1

    def report(self) -> dict[str, Any]:
        """Return the counts: by cause, what was told by the active model and by the candidate at the same moment."""
        causes = sorted({*self._agreed, *self._told})
        return {
            "candidate": self.candidate,
            "vehicles": len(self._desks),
            "causes": {cause: self._of(cause) for cause in causes},
            "differences": sum(self._of(cause)["differences"] for cause in causes),
        }

    def _of(self, cause: str) -> dict[str, Any]:
        told = self._told.get(cause, Counter[str]())
        same = {pair: count for pair, count in told.items() if len(set(pair.split(" -> "))) == 1}
        measured = self._measured[cause]
        return {
            "assessments": self._agreed[cause] + sum(told.values()),
            "differences": sum(told.values()) - sum(same.values()),
            "told": dict(sorted(told.items())),
            "mean_p_apart_week": self._apart.get(cause, 0.0) / measured if measured else None,
        }
