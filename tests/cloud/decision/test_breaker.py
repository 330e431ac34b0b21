"""How many cases at once are too many."""

import pytest

from cloud.decision.breaker import trips
from cloud.decision.policy import Policy


@pytest.mark.parametrize(
    ("opened", "fleet", "held"), [(9, 7, False), (10, 7, True), (29, 100, False), (30, 100, True), (300, 1001, False)]
)
def test_it_takes_ten_cars_or_three_in_ten(opened: int, fleet: int, held: bool) -> None:
    assert trips(opened, fleet, Policy()) is held
