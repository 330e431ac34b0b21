"""Where the car is: silence by default, and no finer than granted, whatever the clock says."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import ClockQuality, Config, PositionGrant, Precision
from edge import consent
from edge.consent import cell
from edge.ports import Fix

NOW_MS = 1_768_464_000_000
fixes = st.builds(Fix, st.floats(-90, 90), st.floats(-180, 180))


def config(*grants: PositionGrant) -> Config:
    return Config(vehicle="car-1", revision=1, grants=grants)


def grant(precision: Precision, until_ms: int = NOW_MS + 1, job: str = "") -> PositionGrant:
    return PositionGrant(precision=precision, until_ms=until_ms, job=job)


def test_without_a_config_nothing_is_granted() -> None:
    assert consent.running(None, NOW_MS, "synchronised") == ()


def test_a_grant_ends_at_its_minute() -> None:
    granted = config(grant("exact", NOW_MS))

    assert len(consent.running(granted, NOW_MS - 1, "free_running")) == 1
    assert consent.running(granted, NOW_MS, "free_running") == ()


def test_a_clock_that_was_never_set_grants_nothing() -> None:
    quality: ClockQuality = "unset"

    assert consent.running(config(grant("exact", 1 << 50)), 0, quality) == ()


def test_a_grant_of_nothing_is_none() -> None:
    assert consent.running(config(grant("none")), NOW_MS, "synchronised") == ()
    assert consent.position(Fix(1.0, 2.0), "none") is None


def test_the_finest_running_grant_counts() -> None:
    cell_grant, exact = grant("cell"), grant("exact")

    assert consent.finest([cell_grant, exact]) is exact
    assert consent.finest([cell_grant]) is cell_grant
    assert consent.finest([]) is None


def test_an_exact_grant_gives_the_point_and_names_its_reference() -> None:
    said = consent.position(Fix(31.2304, 121.4737), "exact")

    assert said is not None
    assert (said.latitude_deg, said.longitude_deg, said.crs, said.precision) == (31.2304, 121.4737, "WGS84", "exact")


def distance_km(one: Fix, other: Fix) -> float:
    """Return the distance on a sphere, by the haversine."""
    a, b = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    along = math.radians(other.longitude_deg - one.longitude_deg)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(along / 2) ** 2
    return 2 * 6_371.0 * math.asin(math.sqrt(min(1.0, half)))


@given(st.builds(Fix, st.floats(-80, 80), st.floats(-179, 179)))
def test_a_cell_is_about_a_kilometre(fix: Fix) -> None:
    assert distance_km(fix, cell(fix)) < 0.75


@given(fixes)
def test_every_point_near_the_middle_of_a_cell_says_the_same(fix: Fix) -> None:
    middle = cell(fix)

    assert cell(middle) == middle
    if abs(middle.latitude_deg) < 80 and abs(middle.longitude_deg) < 179:
        for north, east in ((0.003, 0.003), (-0.003, 0.003), (0.003, -0.003), (-0.003, -0.003)):
            assert cell(Fix(middle.latitude_deg + north, middle.longitude_deg + east)) == middle


@given(fixes)
def test_a_cell_grant_never_lets_the_point_through(fix: Fix) -> None:
    said = consent.position(fix, "cell")

    assert said is not None
    assert (said.latitude_deg, said.longitude_deg) == cell(fix)
    assert said.precision == "cell"


@pytest.mark.parametrize("fix", [Fix(90.0, 180.0), Fix(-90.0, -180.0), Fix(0.0, 0.0), Fix(89.9999, -0.0001)])
def test_the_ends_of_the_earth_are_cells_too(fix: Fix) -> None:
    latitude_deg, longitude_deg = cell(fix)

    assert abs(latitude_deg) <= 90.0
    assert abs(longitude_deg) <= 180.0
