"""Whether a rest was watched: only the whole of it counts, and nothing measured is nothing watched."""

import pytest

from edge.night import LONGEST_GAP_S, SHORTEST_REST_S, NightWatch

HOUR_S = 3_600.0


def rest(
    watch: NightWatch, since_s: float, seconds: float, *, every_s: float = 60.0, volts: float | None = 12.6
) -> float:
    """Rest for `seconds`, read every `every_s`; return when it ends."""
    for n in range(int(seconds / every_s) + 1):
        assert watch.read(volts, since_s + n * every_s, is_asleep=True) is None
    return since_s + seconds


@pytest.fixture
def watch() -> NightWatch:
    """A watch of a car that has been awake before."""
    made = NightWatch()
    made.read(14.2, 0.0, is_asleep=False)
    return made


def test_a_night_that_was_read_all_through_was_watched(watch: NightWatch) -> None:
    end_s = rest(watch, 10.0, 8 * HOUR_S)

    assert watch.read(14.2, end_s, is_asleep=False) is True
    assert watch.read(14.2, end_s + 1.0, is_asleep=False) is None


def test_a_night_without_a_wire_was_not_watched(watch: NightWatch) -> None:
    assert watch.read(None, rest(watch, 10.0, 8 * HOUR_S, volts=None), is_asleep=False) is False


def test_a_night_with_a_hole_was_not_watched(watch: NightWatch) -> None:
    middle_s = rest(watch, 10.0, 4 * HOUR_S)
    end_s = rest(watch, middle_s + LONGEST_GAP_S + 60.0, 4 * HOUR_S)

    assert watch.read(14.2, end_s, is_asleep=False) is False


def test_a_wire_that_died_towards_morning_shows(watch: NightWatch) -> None:
    end_s = rest(watch, 10.0, 4 * HOUR_S) + LONGEST_GAP_S + 60.0

    assert watch.read(14.2, end_s, is_asleep=False) is False


def test_a_stop_at_the_shop_is_no_night(watch: NightWatch) -> None:
    end_s = rest(watch, 10.0, SHORTEST_REST_S - 60.0)

    assert watch.read(14.2, end_s, is_asleep=False) is None


def test_the_rest_before_the_first_waking_was_watched_by_nobody() -> None:
    for watched_s in (0.0, 3.0, 10 * HOUR_S):
        fresh = NightWatch()
        end_s = rest(fresh, 0.0, watched_s) if watched_s else 0.0
        assert fresh.read(14.2, end_s, is_asleep=False) is False
        assert fresh.read(14.2, end_s + 1.0, is_asleep=False) is None
