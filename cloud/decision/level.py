"""How bad a risk looks, in words for a list, and how far up the list it goes."""

from collections.abc import Sequence
from typing import Literal

from cloud.decision.policy import Costs

Level = Literal["unknown", "ok", "watch", "risk", "critical"]
STOP_SEVERITY = 5


def probability(risks: Sequence[tuple[int, float]] | None, horizon_h: int) -> float | None:
    """Return p for `horizon_h`, for the next longer horizon where that one is missing, None when nothing is known."""
    if not risks:
        return None
    longer = [(horizon, p) for horizon, p in sorted(risks) if horizon >= horizon_h]
    return longer[0][1] if longer else max(risks)[1]


def level_of(p: float | None, severity: int, costs: Costs) -> Level:
    """Return the word for `p`; without a measurement it is `unknown`, never `ok`."""
    if severity >= STOP_SEVERITY:
        return "critical"
    if p is None:
        return "unknown"
    weight = p / costs.p_star
    if weight >= 2.0:
        return "critical"
    if weight >= 1.0:
        return "risk"
    return "watch" if weight >= 0.5 else "ok"


def urgency_of(p: float | None, severity: int, costs: Costs) -> float:
    """Return p in units of p*, plus 10 for a stop-class fault; 0 when nothing is known."""
    return (0.0 if p is None else p / costs.p_star) + (10.0 if severity >= STOP_SEVERITY else 0.0)
