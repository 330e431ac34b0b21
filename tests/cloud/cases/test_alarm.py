"""The alarm by itself: delays, deadband, late and repeated samples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.cases.alarm import Alarm, Change, Limits, Reading, is_at_risk, step

LIMITS = Limits(raise_at=0.3, clear_below=0.18, on_delay=3, off_delay=5)


def run(readings: list[tuple[int, float | None]], alarm: Alarm | None = None) -> tuple[Alarm, list[Change]]:
    """Feed (as_of_ms, p) pairs and return the alarm and every change."""
    alarm = Alarm() if alarm is None else alarm
    changes: list[Change] = []
    for as_of_ms, p in readings:
        alarm, change = step(alarm, Reading(as_of_ms, p, False), LIMITS)
        if change:
            changes.append(change)
    return alarm, changes


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ([0.3, 0.3], []),
        ([0.3, 0.3, 0.3], ["raised"]),
        ([0.3, 0.29, 0.3, 0.3], []),
        ([0.9, None, 0.9, None, 0.9], ["raised"]),
        ([0.9] * 3 + [0.1] * 4, ["raised"]),
        ([0.9] * 3 + [0.1] * 5, ["raised", "cleared"]),
        ([0.9] * 3 + [0.1] * 4 + [0.18] + [0.1] * 4, ["raised"]),
        ([0.9] * 3 + [0.1] * 4 + [None] + [0.1], ["raised", "cleared"]),
        ([0.9] * 3 + [0.1] * 5 + [0.9] * 3, ["raised", "cleared", "raised"]),
        ([0.2] * 50, []),
    ],
)
def test_delays_and_the_deadband(values: list[float | None], changes: list[Change]) -> None:
    assert run(list(enumerate(values)))[1] == changes


def test_the_same_sample_time_counts_once_but_its_latest_value_is_kept() -> None:
    alarm, changes = run([(1, 0.9), (1, 0.9), (1, 0.5), (2, 0.9)])

    assert changes == []
    assert (alarm.above, alarm.p) == (2, 0.9)


def test_samples_older_than_the_newest_change_nothing() -> None:
    alarm, _ = run([(100, 0.9)])

    assert run([(50, 0.9), (60, 0.1), (99, 0.9)], alarm) == (alarm, [])


def test_a_stop_class_reading_raises_at_once_and_again_only_when_it_is_new() -> None:
    alarm, first = step(Alarm(), Reading(1, None, True), LIMITS)
    alarm, again = step(alarm, Reading(2, 0.9, True), LIMITS)
    alarm, gone = step(alarm, Reading(3, 0.9, False), LIMITS)
    alarm, back = step(alarm, Reading(4, 0.9, True), LIMITS)

    assert (first, again, gone, back) == ("raised", "", "", "raised")


@pytest.mark.parametrize(
    ("alarm", "risky"),
    [
        (Alarm(), False),
        (Alarm(p=0.29), False),
        (Alarm(p=0.3, above=1), True),
        (Alarm(raised=True, p=0.1), True),
        (Alarm(raised=False, p=None), False),
    ],
)
def test_what_counts_as_risk_when_a_car_falls_silent(alarm: Alarm, risky: bool) -> None:
    assert is_at_risk(alarm, LIMITS) is risky


@given(st.lists(st.tuples(st.integers(0, 50), st.none() | st.floats(0, 1)), max_size=80))
def test_raised_and_cleared_take_turns_and_times_never_run_back(readings: list[tuple[int, float | None]]) -> None:
    alarm, changes = run(readings)

    assert changes == (["raised", "cleared"] * len(changes))[: len(changes)]
    assert alarm.newest_ms == max((at for at, _ in readings), default=None)
    assert alarm.raised is (len(changes) % 2 == 1)


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0, 1)), max_size=40), st.integers(1, 4))
def test_a_replay_of_every_reading_changes_nothing(readings: list[tuple[int, float]], times: int) -> None:
    ordered = sorted(readings, key=lambda reading: reading[0])
    first = dict(reversed(ordered))
    distinct = sorted(first.items())

    once = run([(at, p) for at, p in distinct])
    replayed = run([(at, p) for at, p in distinct for _ in range(times)])

    assert once == replayed
