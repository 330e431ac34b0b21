"""Which area a point lies in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rescue.network.areas import Found, Seat, contains, covers, find, stem
from cloud.rescue.network.terms import Area
from cloud.store.views import Point

SQUARE = ((120.0, 30.0), (122.0, 30.0), (122.0, 32.0), (120.0, 32.0), (120.0, 30.0))
LAKE = ((120.5, 30.5), (121.0, 30.5), (121.0, 31.0), (120.5, 31.0), (120.5, 30.5))
SEATS = [Seat("310109", "虹口区", 31.2646, 121.5051), Seat("310151", "崇明县", 31.6236, 121.3973)]


def at(latitude: float, longitude: float) -> Point:
    return Point(latitude_deg=latitude, longitude_deg=longitude, crs="WGS84", precision="pin")


def test_a_hole_is_not_within() -> None:
    assert contains((SQUARE, LAKE), 121.5, 31.5)
    assert not contains((SQUARE, LAKE), 120.7, 30.7)
    assert not contains((SQUARE,), 119.9, 31.0)
    assert not contains((), 121.0, 31.0)


@given(st.floats(-0.99, 0.99), st.floats(-0.99, 0.99), st.integers(3, 12))
def test_a_regular_polygon_holds_what_is_nearer_than_its_edges(x: float, y: float, corners: int) -> None:
    ring = [(math.cos(2 * math.pi * k / corners), math.sin(2 * math.pi * k / corners)) for k in range(corners)]
    polygon = ((*ring, ring[0]),)
    distance = math.hypot(x, y)

    if distance < math.cos(math.pi / corners) - 1e-9:
        assert contains(polygon, x, y)
    if distance > 1.0 + 1e-9:
        assert not contains(polygon, x, y)


@pytest.mark.parametrize(
    ("code", "short"), [("310000", "31"), ("310100", "3101"), ("310109", "310109"), ("310109000000", "310109")]
)
def test_a_code_stands_for_all_below_it(code: str, short: str) -> None:
    assert stem(code) == short


def test_codes_and_polygons_add_up_and_nothing_said_is_everywhere() -> None:
    place = at(31.2, 121.5)

    assert covers(Area(), place, "")
    assert covers(Area(codes=("310000",)), place, "310109")
    assert not covers(Area(codes=("330000",)), place, "310109")
    assert not covers(Area(codes=("310000",)), place, "")
    assert covers(Area(codes=("330000",), polygons=((SQUARE,),)), place, "310109")


def test_a_district_is_city_a_county_is_county_and_far_from_both_is_remote() -> None:
    assert find(SEATS, at(31.27, 121.5)) == Found("310109", "city")
    assert find(SEATS, at(31.6, 121.4)) == Found("310151", "county")
    assert find(SEATS, at(33.5, 118.0)).area_class == "remote"
    assert find([], at(31.0, 121.0)) == Found("", None)
