"""Partners as GeoJSON and CSV: what goes out comes in again, and nothing else does."""

import contextlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rescue.network.hours import Hours
from cloud.rescue.network.terms import Price
from cloud.store import network
from cloud.store.errors import FleetError
from cloud.store.partners_file import PartnerEntry, TruckEntry, as_csv, as_geojson, parse
from tests.cloud.acting import World

SQUARE = ((120.0, 30.0), (122.0, 30.0), (122.0, 32.0), (120.0, 30.0))
WHOLE = PartnerEntry(
    id="p-1",
    name='=Bund, "Roadside"',
    services=("tow", "jump_start"),
    capacity=3,
    lat=31.2,
    lon=-0.5,
    hours=Hours("22:00", "06:00", 480),
    equipment=("flatbed", "hv_trained"),
    mode="exclusive",
    codes=("310000",),
    prices={"tow": Price(base=300.0, per_km=8.5, free_km=10.0)},
    promise_min={"city": 15.0},
    score=0.9,
    polygons=((SQUARE,),),
    trucks=(TruckEntry(id="t-1", name="One", equipment=("flatbed",)), TruckEntry(id="t-2", on_duty=False)),
)
PLAIN = PartnerEntry(id="p-2", name="Plain", services=("tow",), lat=31.0, lon=121.0, polygons=(), trucks=())
SEATS = "adcode,name,longitude,latitude\n310109000000,虹口区,121.505133,31.2646\n310000000000,上海市,121.4,31.2\n"


def test_geojson_comes_back_whole() -> None:
    assert parse(as_geojson([WHOLE, PLAIN]).encode(), is_csv=False) == (WHOLE, PLAIN)


def test_csv_comes_back_without_polygons_and_trucks_and_is_no_formula() -> None:
    text = as_csv([WHOLE, PLAIN])

    bare = [msgspec.structs.replace(entry, polygons=None, trucks=None) for entry in (WHOLE, PLAIN)]
    assert list(parse(text.encode(), is_csv=True)) == bare
    assert "'=Bund" in text


@given(st.binary(max_size=200), st.booleans())
def test_whatever_is_read_only_our_error_comes_out(data: bytes, is_csv: bool) -> None:
    with contextlib.suppress(FleetError):
        parse(data, is_csv=is_csv)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["id", "services", "hours", "prices", "trucks", "score", "geometry"]), json_values)
def test_a_feature_with_anything_in_one_place_is_read_or_refused(name: str, value: Any) -> None:
    found = json.loads(as_geojson([WHOLE]))
    target = found["features"][0] if name == "geometry" else found["features"][0]["properties"]
    target[name] = value
    with contextlib.suppress(FleetError):
        assert len(parse(json.dumps(found).encode(), is_csv=False)) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("p-1,Bund,tow,x", "line 2.capacity: 'x' is not a number"),
        ("p-1,Bund,flying,1", "line 2"),
        ("p-1,Bund,tow", "line 2: it has 3 fields"),
    ],
)
def test_a_wrong_line_is_named(line: str, said: str) -> None:
    with pytest.raises(FleetError, match=said.replace(".", r"\.")):
        parse(f"id,name,services,capacity\n{line}\n".encode(), is_csv=True)


def test_what_is_kept_is_what_was_said_and_a_csv_leaves_polygons_and_trucks_alone(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.write() as connection:
        with pytest.raises(FleetError, match="import the administrative areas first"):
            network.keep_partners(connection, [WHOLE])
        network.keep_seats(connection, network.parse_seats(SEATS.encode()))
        network.keep_partners(connection, [WHOLE, PLAIN])
        network.keep_partners(connection, parse(as_csv([WHOLE]).encode(), is_csv=True))
    with world.read() as connection:
        assert network.kept_partners(connection) == [WHOLE, PLAIN]
    world.close()


@pytest.mark.parametrize(
    "text", ["adcode,name\n1,2\n", SEATS.replace("121.505133", "nowhere"), SEATS.replace("310109", "x")]
)
def test_areas_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(FleetError, match="line 2"):
        network.parse_seats(text.encode())


def test_provinces_are_no_seats() -> None:
    assert [seat.code for seat in network.parse_seats(SEATS.encode())] == ["310109"]
