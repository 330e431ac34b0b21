"""The default travel time and what it learns from completed jobs, without a store."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rescue.place import distance_km
from cloud.rescue.ports import TravelTime
from cloud.rescue.travel import Paces, StraightLine, Way, block_of, learn
from cloud.store.views import Point

NOON_MS = 1_768_478_400_000  # 2026-01-15T12:00:00Z
H_MS = 3_600_000


def at(latitude: float, longitude: float = 121.0) -> Point:
    return Point(latitude_deg=latitude, longitude_deg=longitude, crs="WGS84", precision="exact")


travel_times: list[TravelTime] = [StraightLine(40.0), StraightLine(120.0), StraightLine(40.0, Paces(1.5))]


@pytest.mark.parametrize("travel", travel_times)
@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-80, 80), st.floats(-180, 180))
def test_travel_time_keeps_its_promise(travel: TravelTime, a: float, b: float, c: float, d: float) -> None:
    there = travel.minutes(at(a, b), at(c, d), NOON_MS)
    back = travel.minutes(at(c, d), at(a, b), NOON_MS)
    (row,) = travel.table([at(a, b)], [at(c, d), None], NOON_MS).tolist()

    assert 0.0 <= there.low <= there.minutes <= there.high
    assert there.minutes == pytest.approx(back.minutes)
    assert row[0] == pytest.approx(there.minutes)
    assert math.isnan(row[1])
    assert travel.minutes(at(a, b), at(a, b), NOON_MS).minutes == 0.0


def test_a_straight_line_of_ten_kilometres_takes_a_quarter_of_an_hour_and_a_detour() -> None:
    eta = StraightLine(40.0).minutes(at(31.0), at(31.0 + 10.0 / 111.195), NOON_MS)

    assert eta.minutes == pytest.approx(15.0 * 1.3, rel=1e-3)


def days(seed: int, count: int) -> list[Way]:
    """Return ways in two areas, one slow and slower still at its rush hour, as different as ways are."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        area = draw.choice(("3101", "3301"))
        at_ms = NOON_MS + draw.randrange(24) * H_MS
        slow = (1.6 if area == "3101" else 0.9) * (1.5 if area == "3101" and block_of(at_ms) == 3 else 1.0)
        km = draw.uniform(1.0, 30.0)
        made.append(Way(km, km * 1.95 * slow * draw.lognormvariate(0.0, 0.35), area, at_ms))
    return made


def test_completed_jobs_teach_the_pace_of_their_area_and_hour() -> None:
    paces = learn(days(1, 4_000), 40.0)

    rush = NOON_MS - 2 * H_MS
    assert paces.factor("3101", NOON_MS) == pytest.approx(1.6, rel=0.1)
    assert paces.factor("3101", rush) == pytest.approx(2.4, rel=0.1)
    assert paces.factor("3301", rush) == pytest.approx(0.9, rel=0.1)
    assert 0.9 < paces.factor("5100", rush) < 1.6


@pytest.mark.parametrize("jobs", [60, 400, 4_000])
def test_nine_new_ways_of_ten_take_as_long_as_the_interval_says(jobs: int) -> None:
    held = []
    for seed in range(5):
        paces = learn(days(seed, jobs), 40.0)
        for way in days(1_000 + seed, 1_000):
            middle = way.km * 1.95 * paces.factor(way.area, way.at_ms)
            held.append(middle * paces.low <= way.minutes <= middle * paces.high)

    assert 0.86 <= sum(held) / len(held) <= 0.97


def test_too_few_jobs_teach_nothing_and_a_way_of_no_length_is_none() -> None:
    assert learn(days(1, 39), 40.0) == Paces()
    assert learn([Way(0.0, 5.0, "", 0)] * 100, 40.0) == Paces()


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500), st.sampled_from(["", "31"])), min_size=40, max_size=60))
def test_whatever_is_learned_is_a_pace(ways: list[tuple[float, float, str]]) -> None:
    paces = learn([Way(km, minutes, area, NOON_MS) for km, minutes, area in ways], 40.0)

    assert math.isfinite(paces.factor("31", NOON_MS))
    assert paces.factor("31", NOON_MS) > 0.0
    assert 0.0 < paces.low <= paces.high


def test_the_area_is_that_of_the_end() -> None:
    travel = StraightLine(40.0, Paces(by_area={"north": 2.0}), lambda end: "north" if end.latitude_deg > 31.5 else "")
    km = distance_km(31.0, 121.0, 32.0, 121.0)

    assert travel.minutes(at(31.0), at(32.0), NOON_MS).minutes == pytest.approx(2 * km * 1.95)
    assert travel.table([at(32.0)], [at(31.0)], NOON_MS)[0, 0] == pytest.approx(km * 1.95)
