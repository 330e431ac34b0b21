"""Charging points: read from tables and maps, refused by row, and the nearest that suits and is open."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.chargers.points import ChargePoint, nearest_km, parse
from cloud.rescue.network.hours import Hours

NOON_MS = 12 * 3_600_000
CSV = """latitude,longitude,power_kw,connectors,hours
31.20,121.40,120,GB/T DC;CCS2,24/7
31.30,121.40,7,Type2,08:00-10:00
91.0,121.4,,,
,121.4,,,
31.2,121.4,,,sometimes
"""


def test_a_table_gives_points_and_says_of_every_other_row_why_it_is_none() -> None:
    found = list(parse(CSV))

    assert found[0] == ChargePoint(
        latitude_deg=31.2, longitude_deg=121.4, power_kw=120.0, connectors=("gb/t dc", "ccs2")
    )
    assert isinstance(found[1], ChargePoint)
    assert found[1].hours == Hours(start="08:00", end="10:00")
    assert found[2:] == [
        "line 4: latitude '91.0' is out of range",
        "line 5: latitude '' is no number",
        "line 6: hours 'sometimes' are neither 24/7 nor HH:MM-HH:MM",
    ]


def test_a_map_gives_the_same_points() -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [121.4, 31.2]},
        "properties": {"power_kw": 120, "connectors": "GB/T DC;CCS2"},
    }

    found = list(parse(json.dumps({"type": "FeatureCollection", "features": [feature, {}]})))

    assert found == [next(parse(CSV)), "feature 2: it has no point"]


def test_the_nearest_is_the_one_that_suits_and_is_open() -> None:
    found = [one for one in parse(CSV) if isinstance(one, ChargePoint)]

    any_open = nearest_km(found, 31.31, 121.40, None, NOON_MS)
    assert any_open == pytest.approx(1.3 * 0.11 * 111.195, rel=1e-3)
    assert nearest_km(found, 31.31, 121.40, "Type2", 9 * 3_600_000) == pytest.approx(1.3 * 0.01 * 111.195, rel=1e-3)
    assert nearest_km(found, 31.31, 121.40, "Type2", NOON_MS) is None
    assert nearest_km([], 31.31, 121.40, None, NOON_MS) is None


@given(st.text())
def test_whatever_is_read_only_points_and_sentences_come_out(text: str) -> None:
    assert all(isinstance(one, ChargePoint | str) for one in parse(text))
    assert all(isinstance(one, ChargePoint | str) for one in parse("{" + text))
