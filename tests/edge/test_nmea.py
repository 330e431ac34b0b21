"""Positions out of a receiver's sentences: only what is valid, checked and complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.nmea import checksum, fix

# The examples of the receivers' own manuals, checksums included.
RMC = b"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A"
GGA = b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"


def sentence(body: str) -> bytes:
    """Return `body` with its checksum."""
    return b"$%s*%02X\r\n" % (body.encode(), checksum(body.encode()))


@pytest.mark.parametrize("line", [RMC, GGA, RMC + b"\r\n", b"  " + GGA + b"\r"])
def test_a_valid_sentence_is_a_position(line: bytes) -> None:
    found = fix(line)

    assert found is not None
    assert found.latitude_deg == pytest.approx(48 + 7.038 / 60)
    assert found.longitude_deg == pytest.approx(11 + 31.0 / 60)


def test_south_and_west_are_below_zero() -> None:
    found = fix(sentence("GNRMC,000000.00,A,3351.1234,S,15112.5678,W,0.0,,010126,,,A"))

    assert found is not None
    assert found.latitude_deg == pytest.approx(-(33 + 51.1234 / 60))
    assert found.longitude_deg == pytest.approx(-(151 + 12.5678 / 60))


@pytest.mark.parametrize(
    "body",
    [
        "GPRMC,123519,V,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W",
        "GPRMC,123519,A,,,,,,,230394,,",
        "GPGGA,123519,4807.038,N,01131.000,E,0,08,0.9,545.4,M,46.9,M,,",
        "GPGGA,123519,4807.038,N,01131.000,E,8,08,0.9,545.4,M,46.9,M,,",
        "GNRMC,000000.00,A,3351.1234,S,15112.5678,W,0.0,,010126,,,S",
        "GPRMC,123519,A,9107.038,N,01131.000,E,022.4,084.4,230394,003.1,W",
        "GPRMC,123519,A,4861.038,N,01131.000,E,022.4,084.4,230394,003.1,W",
        "GPRMC,123519,A,4807.038,X,01131.000,E,022.4,084.4,230394,003.1,W",
        "GPRMC,123519,A,4807.038,N,18131.000,E,022.4,084.4,230394,003.1,W",
        "GPRMC,123519,A,nan,N,01131.000,E,022.4,084.4,230394,003.1,W",
        "GPRMC",
        "GPVTG,084.4,T,077.8,M,022.4,N,041.5,K",
    ],
)
def test_what_the_receiver_does_not_vouch_for_is_no_position(body: str) -> None:
    assert fix(sentence(body)) is None


@pytest.mark.parametrize("line", [RMC[:-1] + b"B", RMC[:-3], b"", b"$", RMC + b"garbage", b"$" * 500, RMC[1:]])
def test_a_broken_sentence_is_no_position(line: bytes) -> None:
    assert fix(line) is None


@given(st.binary(max_size=150))
def test_any_bytes_are_a_position_or_none(line: bytes) -> None:
    fix(line)
    fix(b"$GPRMC," + line)


@given(st.integers(1, len(RMC) - 4), st.integers(1, 255))
def test_one_changed_byte_is_noticed(at: int, change: int) -> None:
    line = bytearray(RMC)
    line[at] ^= change

    assert fix(bytes(line)) is None
