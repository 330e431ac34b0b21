"""The lowest supply of a start: captured where the wire is read fast, and marked as polled where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.cranking import Cranking, CrankWatch
from edge.levels import levels

CAR = levels(12.0, 25.0)


def crank_v(at_s: float) -> float:
    """A start at 10 s: 300 ms down to 9.05 V, cranking at 10.4 V, running from 11 s on."""
    if at_s < 10.0:
        return 12.5
    if at_s < 10.3:
        return 9.05 + abs(at_s - 10.15) * 8.0
    return 10.4 if at_s < 11.0 else 14.2


def starts(every_s: float, *, since_s: float = 0.0, offset_s: float = 0.0, factor: float = 1.0) -> list[Cranking]:
    watch = CrankWatch()
    times = [since_s + offset_s + n * every_s for n in range(int((20.0 - since_s) / every_s))]
    car = levels(12.0 * factor, 25.0)
    found = (watch.read(at_s, factor * crank_v(at_s), car) for at_s in times)
    return [cranking for cranking in found if cranking is not None]


def test_two_hundred_readings_a_second_capture_the_lowest_point() -> None:
    (start,) = starts(0.005)

    assert start.is_captured
    assert start.low_v == pytest.approx(9.05, abs=0.05)


def test_a_hundred_a_second_are_enough_and_fifty_are_not() -> None:
    assert [start.is_captured for start in starts(0.0099)] == [True]
    assert [start.is_captured for start in starts(0.02)] == [False]


def test_one_reading_a_second_is_marked_as_polled_and_is_what_it_met() -> None:
    (start,) = starts(1.0, offset_s=0.2)

    assert not start.is_captured
    assert start.low_v == pytest.approx(crank_v(10.2))


def test_polling_that_misses_the_start_says_nothing() -> None:
    assert starts(4.0, offset_s=3.0) == []


def test_a_capture_that_began_too_late_is_none() -> None:
    (start,) = starts(0.005, since_s=9.8)

    assert not start.is_captured


def test_a_capture_with_a_hole_is_none() -> None:
    watch = CrankWatch()
    times = [n * 0.005 for n in range(4_000) if not 10.1 < n * 0.005 < 10.2]
    found = [start for at_s in times if (start := watch.read(at_s, crank_v(at_s), CAR)) is not None]

    assert [start.is_captured for start in found] == [False]


def test_a_lorry_starts_at_twice_the_volts() -> None:
    (start,) = starts(0.005, factor=2.0)

    assert start.low_v == pytest.approx(18.1, abs=0.1)


def test_an_alternator_that_stops_is_no_start() -> None:
    watch = CrankWatch()

    assert [watch.read(n * 0.005, 14.2 if n < 2_000 else 12.4, CAR) for n in range(4_000)] == [None] * 4_000


def test_two_starts_are_two() -> None:
    watch = CrankWatch()
    found = [watch.read(n * 0.005, crank_v(n * 0.005 % 20.0), CAR) for n in range(8_000)]

    assert len([start for start in found if start is not None]) == 2


@given(st.lists(st.tuples(st.floats(0.001, 3.0), st.floats(0.0, 40.0)), max_size=60))
def test_whatever_is_read_a_start_is_never_higher_than_what_was_read(steps: list[tuple[float, float]]) -> None:
    watch, now_s, lowest = CrankWatch(), 0.0, 100.0
    for wait_s, volts in steps:
        now_s += wait_s
        lowest = min(lowest, volts)
        start = watch.read(now_s, volts, CAR)
        assert start is None or start.low_v >= lowest
