"""The agent's own periods: on time, the latest first, and never a burst to catch up."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edge.schedule import NEVER_S, Schedule


def test_a_task_is_due_at_once_and_then_once_a_period() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.every("seal", 60.0, 100.0)

    assert schedule.due(100.0) == ["seal"]
    assert schedule.due(159.9) == []
    assert schedule.due(160.0) == ["seal"]


def test_what_is_latest_in_its_own_periods_comes_first() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.every("slow", 300.0, 0.0)
    schedule.every("fast", 10.0, 0.0)
    schedule.due(0.0)

    assert schedule.due(330.0) == ["fast", "slow"]


def test_a_long_pause_is_made_up_for_once_only() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.every("seal", 60.0, 0.0)
    schedule.due(0.0)

    assert schedule.due(6_000.0) == ["seal"]
    assert schedule.due(6_001.0) == []


def test_a_shorter_period_takes_effect_now_and_a_longer_one_after_the_next() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.every("supply", 300.0, 0.0)
    schedule.due(0.0)

    schedule.every("supply", 60.0, 10.0)
    assert schedule.due(70.0) == ["supply"]
    schedule.every("supply", 300.0, 80.0)
    assert schedule.due(130.0) == ["supply"]
    assert schedule.next_s() == 430.0


def test_saying_the_same_again_changes_nothing() -> None:
    schedule: Schedule[str] = Schedule()
    for now_s in range(60):
        schedule.every("seal", 60.0, float(now_s))
        assert schedule.due(float(now_s)) == (["seal"] if now_s == 0 else [])


def test_soon_brings_forward_and_drop_ends() -> None:
    schedule: Schedule[str] = Schedule()
    schedule.every("seal", 60.0, 0.0)
    schedule.due(0.0)

    schedule.soon("seal", 5.0)
    assert schedule.due(5.0) == ["seal"]
    schedule.drop("seal")

    assert schedule.due(1_000.0) == []
    assert schedule.next_s() == NEVER_S


@given(st.lists(st.floats(0.0, 500.0), min_size=1, max_size=60), st.floats(1.0, 100.0))
def test_a_task_is_never_done_twice_within_one_period(steps: list[float], period_s: float) -> None:
    schedule: Schedule[str] = Schedule()
    now_s, done = 0.0, []
    schedule.every("task", period_s, now_s)
    for step in steps:
        now_s += step
        if schedule.due(now_s):
            done.append(now_s)

    assert all(later - earlier >= period_s * (1 - 1e-9) for earlier, later in pairwise(done))
