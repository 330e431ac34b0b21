"""Which of OBDb's signals the catalogue knows."""

import pytest

from contract.signals import CATALOGUE, LOW_VOLTAGE, SPEED
from edge.obd.obdb.metrics import PATHS, UNITS, target, why_not
from edge.obd.obdb.model import Signal
from edge.obd.units import Linear


def measured(metric: str | None, unit: str = "volts", ident: str = "S", texts: dict[int, str] | None = None) -> Signal:
    return Signal(ident, ident, 8, unit=unit, metric=metric, texts=texts)


def test_a_metric_leads_to_a_path_and_a_unit_into_its_unit() -> None:
    assert target(measured("starterBatteryVoltage", "millivolts")) == (LOW_VOLTAGE, Linear(0.001, 0.0))
    assert target(measured("speed", "milesPerHour")) == (SPEED, Linear(1.609344, 0.0))


@pytest.mark.parametrize(
    ("signal", "why"),
    [
        (measured("tractionBatteryCurrent", "amps"), "leaves open what is meant"),
        (measured("starterBatteryVoltage", "percent"), "percent cannot become V"),
        (measured("speed", "kilometersPerHour", texts={0: "SLOW"}), "its values are words"),
        (measured("starterBatteryVoltage", ident="IONIQ5_BATTERY_DC_VOLTAGE"), "known to be wrong"),
    ],
)
def test_what_cannot_be_mapped_says_why(signal: Signal, why: str) -> None:
    assert target(signal) is None
    assert why in why_not(signal)


def test_a_path_that_the_catalogue_lacks_is_named() -> None:
    absent = [metric for metric, path in PATHS.items() if path not in CATALOGUE]

    assert all("is not in the catalogue" in why_not(measured(metric)) for metric in absent)


def test_every_unit_of_a_path_that_can_be_meant_is_one_of_the_catalogues_or_leads_there() -> None:
    known = {signal.unit for signal in CATALOGUE.values()}

    assert {"V", "percent", "km/h", "km", "kPa", "degC", "A", "bool"} <= known & set(UNITS.values())
