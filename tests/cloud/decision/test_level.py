"""Words and order for lists."""

import pytest

from cloud.decision.level import level_of, probability, urgency_of
from cloud.decision.policy import Costs

COSTS = Costs(visit=100, annoy=20, breakdown=1000, planned=250, eta=0.8)  # p* = 0.2


@pytest.mark.parametrize(
    ("p", "severity", "level"),
    [
        (None, 0, "unknown"),
        (0.0, 0, "ok"),
        (0.099, 0, "ok"),
        (0.1, 0, "watch"),
        (0.2, 0, "risk"),
        (0.4, 0, "critical"),
        (None, 5, "critical"),
    ],
)
def test_a_missing_score_is_unknown_and_never_ok(p: float | None, severity: int, level: str) -> None:
    assert level_of(p, severity, COSTS) == level


@pytest.mark.parametrize(
    ("risks", "p"), [(None, None), ([], None), ([(24, 0.1), (72, 0.2), (168, 0.3)], 0.2), ([(24, 0.1)], 0.1)]
)
def test_the_probability_is_that_of_the_asked_horizon(risks: list[tuple[int, float]] | None, p: float | None) -> None:
    assert probability(risks, 72) == p


def test_urgency_is_in_units_of_the_threshold() -> None:
    assert urgency_of(0.4, 0, COSTS) == pytest.approx(2.0)
    assert urgency_of(None, 5, COSTS) == 10.0
    assert urgency_of(None, 0, COSTS) == 0.0
