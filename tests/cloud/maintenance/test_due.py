"""When maintenance is due: the arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.maintenance.due import DAY_MS, Plan, due, further

NOW_MS = 1_768_464_000_000


@pytest.mark.parametrize(
    ("odometer_km", "state"),
    [
        (18_999.9, None),
        (19_000.0, "due_soon"),
        (19_999.9, "due_soon"),
        (20_000.0, "due"),
        (20_499.9, "due"),
        (20_500.0, "overdue"),
        (None, None),
    ],
)
def test_by_distance(odometer_km: float | None, state: str | None) -> None:
    found = due(Plan(10_000.0, None, 10_000.0, None), odometer_km, NOW_MS)

    assert (None if found is None else found.state) == state
    assert found is None or found.due_km == 20_000.0


@pytest.mark.parametrize(
    ("days_since", "state"),
    [(334.9, None), (335.0, "due_soon"), (365.0, "due"), (378.9, "due"), (379.0, "overdue")],
)
def test_by_date_without_any_odometer(days_since: float, state: str | None) -> None:
    found = due(Plan(None, 365.0, None, NOW_MS - round(days_since * DAY_MS)), None, NOW_MS)

    assert (None if found is None else found.state) == state


def test_whichever_comes_first_counts() -> None:
    both = due(Plan(10_000.0, 365.0, 10_000.0, NOW_MS - round(340 * DAY_MS)), 20_600.0, NOW_MS)

    assert both is not None
    assert both.state == "overdue"


def test_a_plan_whose_last_time_is_unknown_says_nothing() -> None:
    assert due(Plan(10_000.0, 365.0, None, None), 1e6, NOW_MS) is None


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_driving_on_never_makes_it_less_due(a: float, b: float) -> None:
    near, far = sorted((a, b))
    plan = Plan(10_000.0, None, 5_000.0, None)

    before, after = due(plan, near, NOW_MS), due(plan, far, NOW_MS)

    assert before is None or (after is not None and not further(after.state, before.state))
