"""NMEA sentences."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.nmea import gga, rmc, sentence
from firmware_sim.physics.place import Place

pytestmark = pytest.mark.wheel

AT_S = 1_768_464_245.25  # 2026-01-15T08:04:05.25Z


def degrees(text: str, hemisphere: str) -> float:
    """Return decimal degrees of NMEA's degrees and minutes."""
    point = text.index(".")
    value = int(text[: point - 2]) + float(text[point - 2 :]) / 60.0
    return -value if hemisphere in "SW" else value


def test_the_checksum_is_the_published_one() -> None:
    assert sentence("GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,").endswith("*47\r\n")


def test_a_moving_car_says_when_where_and_whither() -> None:
    fields = rmc(Place(31.2304, 121.4737, 45.0), 50.0, AT_S).split(",")

    assert fields[:3] == ["$GPRMC", "080405.25", "A"]
    assert fields[3:7] == ["3113.8240", "N", "12128.4220", "E"]
    assert fields[7:10] == ["27.0", "45.0", "150126"]


@settings(deadline=None)
@given(lat=st.floats(-90.0, 90.0), lon=st.floats(-180.0, 180.0))
def test_any_place_comes_back_within_a_metre(lat: float, lon: float) -> None:
    fields = gga(Place(lat, lon, 0.0), AT_S).split(",")

    assert degrees(fields[2], fields[3]) == pytest.approx(lat, abs=1e-5)
    assert degrees(fields[4], fields[5]) == pytest.approx(lon, abs=1e-5)
    assert float(fields[2][2:]) < 60.0
