"""Linear conversions into the catalogue's units."""

from typing import Final, NamedTuple


class Linear(NamedTuple):
    """y = x * mul + add."""

    mul: float
    add: float


SAME: Final = Linear(1.0, 0.0)

_INTO: Final = {
    ("psi", "kPa"): Linear(6.894757293168361, 0.0),
    ("bar", "kPa"): Linear(100.0, 0.0),
    ("Pa", "kPa"): Linear(0.001, 0.0),
    ("mV", "V"): Linear(0.001, 0.0),
    ("kV", "V"): Linear(1000.0, 0.0),
    ("degF", "degC"): Linear(5 / 9, -160 / 9),
    ("K", "degC"): Linear(1.0, -273.15),
    ("mi", "km"): Linear(1.609344, 0.0),
    ("m", "km"): Linear(0.001, 0.0),
    ("km", "m"): Linear(1000.0, 0.0),
    ("mph", "km/h"): Linear(1.609344, 0.0),
    ("min", "s"): Linear(60.0, 0.0),
    ("day", "s"): Linear(86_400.0, 0.0),
    ("kOhm", "Ohm"): Linear(1000.0, 0.0),
    ("mA", "A"): Linear(0.001, 0.0),
    ("m/s", "km/h"): Linear(3.6, 0.0),
    ("hPa", "kPa"): Linear(0.1, 0.0),
    ("h", "s"): Linear(3600.0, 0.0),
    ("h", "min"): Linear(60.0, 0.0),
}


def conversion(unit: str, into: str) -> Linear | None:
    """Return the way from `unit` into `into`, or None where there is none."""
    return SAME if unit == into else _INTO.get((unit, into))
