"""Conversions into the catalogue's units, by numbers that everybody knows."""

import pytest

from edge.obd.units import SAME, conversion


@pytest.mark.parametrize(
    ("unit", "into", "number", "becomes"),
    [
        ("psi", "kPa", 32.0, 220.63),
        ("bar", "kPa", 2.5, 250.0),
        ("Pa", "kPa", 1000.0, 1.0),
        ("mV", "V", 12_600.0, 12.6),
        ("kV", "V", 0.4, 400.0),
        ("degF", "degC", 212.0, 100.0),
        ("degF", "degC", -40.0, -40.0),
        ("K", "degC", 273.15, 0.0),
        ("mi", "km", 1.0, 1.609344),
        ("mph", "km/h", 60.0, 96.56064),
        ("m", "km", 1500.0, 1.5),
        ("min", "s", 2.0, 120.0),
        ("h", "s", 1.0, 3600.0),
        ("h", "min", 1.5, 90.0),
    ],
)
def test_a_number_keeps_its_meaning(unit: str, into: str, number: float, becomes: float) -> None:
    linear = conversion(unit, into)

    assert linear is not None
    assert number * linear.mul + linear.add == pytest.approx(becomes, rel=1e-4, abs=1e-9)


def test_a_unit_is_itself_and_what_is_no_way_is_none() -> None:
    assert conversion("V", "V") == SAME
    assert conversion("V", "A") is None
