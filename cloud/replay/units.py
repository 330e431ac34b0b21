"""Units a map may name, and what brings a number in them to the unit of a signal."""

from typing import Final, NamedTuple


class Line(NamedTuple):
    """A straight line: value = factor * number + offset."""

    factor: float = 1.0
    offset: float = 0.0


# By the unit of the signal: every unit a column may have, and the line to the signal's own.
UNITS: Final[dict[str, dict[str, Line]]] = {
    "V": {"V": Line(), "mV": Line(1e-3), "kV": Line(1e3)},
    "A": {"A": Line(), "mA": Line(1e-3), "kA": Line(1e3)},
    "Ohm": {"Ohm": Line(), "kOhm": Line(1e3), "MOhm": Line(1e6)},
    "degC": {"degC": Line(), "degF": Line(5.0 / 9.0, -160.0 / 9.0), "K": Line(1.0, -273.15)},
    "km/h": {"km/h": Line(), "m/s": Line(3.6), "mph": Line(1.609344), "kn": Line(1.852)},
    "kPa": {
        "kPa": Line(),
        "Pa": Line(1e-3),
        "MPa": Line(1e3),
        "bar": Line(100.0),
        "mbar": Line(0.1),
        "psi": Line(6.894757293168361),
    },
    "percent": {"percent": Line(), "%": Line(), "fraction": Line(100.0)},
    "km": {"km": Line(), "m": Line(1e-3), "mi": Line(1.609344)},
    "s": {"s": Line(), "ms": Line(1e-3), "min": Line(60.0), "h": Line(3600.0)},
    "min": {"min": Line(), "s": Line(1.0 / 60.0), "h": Line(60.0)},
    "m/s^2": {"m/s^2": Line(), "g": Line(9.80665), "mg": Line(9.80665e-3), "cm/s^2": Line(0.01)},
    "degrees/s": {
        "degrees/s": Line(),
        "deg/s": Line(),
        "mdeg/s": Line(1e-3),
        "rad/s": Line(57.29577951308232),
        "mrad/s": Line(0.05729577951308232),
    },
    "degrees": {"degrees": Line()},
    "rpm": {"rpm": Line(), "1/min": Line()},
    "kWh": {"kWh": Line(), "Wh": Line(1e-3)},
    "Ah": {"Ah": Line(), "mAh": Line(1e-3)},
}


def choices(unit: str) -> dict[str, Line]:
    """Return the units that a column may have for a signal in `unit`; one without a table has its own only."""
    return UNITS.get(unit, {unit: Line()})
