"""The choice of a partner and the default travel time, without a store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rescue.choose import Candidate, Choice, Hours, choices
from cloud.rescue.ports import TravelTime
from cloud.rescue.travel import StraightLine
from cloud.store.views import Point

NOON_MS = 1_768_478_400_000  # 2026-01-15T12:00:00Z


def at(latitude: float, longitude: float = 121.0) -> Point:
    return Point(latitude_deg=latitude, longitude_deg=longitude, crs="WGS84", precision="exact")


def choose(candidates: list[Candidate], place: Point | None = None, tried: frozenset[str] = frozenset()) -> list[str]:
    found = choices(candidates, service="tow", place=place, now_ms=NOON_MS, tried=tried, travel=StraightLine(40.0))
    return [choice.partner_id for choice in found]


def test_the_nearest_comes_first_and_who_has_no_known_base_last() -> None:
    crew = [
        Candidate("unknown", ["tow"], 1, None, None),
        Candidate("far", ["tow"], 1, at(31.5), None),
        Candidate("near", ["tow"], 1, at(31.1), None),
    ]

    assert choose(crew, at(31.0)) == ["near", "far", "unknown"]


def test_without_a_place_the_order_is_still_always_the_same() -> None:
    crew = [Candidate(name, ["tow"], 1, at(31.0), None) for name in ("b", "a", "c")]

    assert choose(crew) == ["a", "b", "c"]
    assert choices(crew, service="tow", place=None, now_ms=NOON_MS, tried=(), travel=StraightLine(40.0))[0] == Choice(
        "a", None
    )


def test_nobody_is_asked_twice_or_beyond_its_trucks_or_for_what_it_cannot_do() -> None:
    crew = [
        Candidate("tried", ["tow"], 1, at(31.0), None),
        Candidate("full", ["tow"], 0, at(31.0), None),
        Candidate("other", ["jump_start"], 1, at(31.0), None),
        Candidate("closed", ["tow"], 1, at(31.0), Hours("13:00", "18:00")),
    ]

    assert choose(crew, at(31.0), frozenset({"tried"})) == []


@pytest.mark.parametrize(
    ("start", "end", "offset_min", "is_open"),
    [
        ("00:00", "24:00", 0, True),
        ("12:00", "12:01", 0, True),
        ("11:00", "12:00", 0, False),
        ("20:00", "06:00", 0, False),
        ("20:00", "06:00", 480, True),
        ("20:01", "06:00", 480, False),
    ],
)
def test_hours_are_the_partners_own(start: str, end: str, offset_min: int, is_open: bool) -> None:
    assert Hours(start, end, offset_min).open_at(NOON_MS) is is_open


travel_times: list[TravelTime] = [StraightLine(40.0), StraightLine(120.0)]


@pytest.mark.parametrize("travel", travel_times)
@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-80, 80), st.floats(-180, 180))
def test_travel_time_keeps_its_promise(travel: TravelTime, a: float, b: float, c: float, d: float) -> None:
    there, back = travel.minutes(at(a, b), at(c, d)), travel.minutes(at(c, d), at(a, b))

    assert there >= 0.0
    assert there == pytest.approx(back)
    assert travel.minutes(at(a, b), at(a, b)) == 0.0


def test_a_straight_line_of_ten_kilometres_takes_a_quarter_of_an_hour_and_a_detour() -> None:
    minutes = StraightLine(40.0).minutes(at(31.0), at(31.0 + 10.0 / 111.195))

    assert minutes == pytest.approx(15.0 * 1.3, rel=1e-3)
