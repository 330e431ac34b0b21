"""gpsd's JSON: a TPV of a real fix is a position, everything else is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.gpsd import fix
from edge.ports import Fix

GOOD = {"class": "TPV", "device": "/dev/ttyACM0", "mode": 3, "lat": 31.2304, "lon": 121.4737, "speed": 12.5}


def line(**changed: object) -> bytes:
    return json.dumps(GOOD | changed).encode() + b"\r"


def test_a_fix_of_two_or_three_dimensions_is_a_position() -> None:
    assert fix(line()) == Fix(31.2304, 121.4737)
    assert fix(line(mode=2)) == Fix(31.2304, 121.4737)


@pytest.mark.parametrize(
    "changed",
    [
        {"mode": 1},
        {"mode": 0},
        {"class": "SKY"},
        {"class": None},
        {"lat": None},
        {"lat": 91.0},
        {"lon": -181.0},
        {"lat": "31"},
        {"status": 6},
        {"status": 8},
    ],
)
def test_what_is_no_fix_is_no_position(changed: dict[str, object]) -> None:
    assert fix(line(**changed)) is None


@given(some=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_no_position_and_no_error(some: bytes) -> None:
    assert fix(some) is None


def test_a_line_longer_than_gpsd_s_longest_is_none() -> None:
    assert fix(line(more="x" * 11_000)) is None
