"""What Home Assistant is told: the documented form of a device, values as they are, and neither place nor speed."""

import datetime as dt
import json
import re

import pytest

from contract import signals
from contract.columns import Sample
from contract.validity import Validity
from edge import home_assistant
from edge.home_assistant import HEARD, SHOWN, Values, discovery, discovery_topic

NOW = dt.datetime(2026, 1, 15, 8, tzinfo=dt.UTC)
ALL = frozenset(shown.id for shown in SHOWN)
# From Home Assistant's documentation of the MQTT sensor and binary sensor.
UNITS = {
    "voltage": {"V", "mV"},
    "battery": {"%"},
    "temperature": {"°C", "°F", "K"},
    "distance": {"km", "m", "mi"},
    "pressure": {"kPa", "hPa", "bar", "psi", "Pa"},
}
BINARY = {"problem", "battery_charging"}
STATE_CLASSES = {"measurement", "total", "total_increasing"}


def test_the_device_stands_under_the_documented_topic_with_what_is_required() -> None:
    said = json.loads(discovery("car-1", "The van", "0.1.0", ALL))

    assert re.fullmatch(r"homeassistant/device/[A-Za-z0-9_-]+/config", discovery_topic("homeassistant", "car-1"))
    assert said["device"]["identifiers"] == ["outrider_car-1"]
    assert said["device"]["name"] == "The van"
    assert said["origin"]["name"] == "Outrider"
    assert set(said["components"]) == ALL | {HEARD}


def test_every_component_has_platform_stable_id_and_a_unit_that_fits_its_class() -> None:
    components = json.loads(discovery("car-1", "", "0.1.0", ALL))["components"]

    ids = {component["unique_id"] for component in components.values()}
    assert len(ids) == len(components)
    for component in components.values():
        assert component["platform"] in {"sensor", "binary_sensor"}
        assert component["value_template"].startswith("{{ value_json.")
        if component["platform"] == "binary_sensor":
            assert component["device_class"] in BINARY
        elif unit := component.get("unit_of_measurement"):
            assert unit in UNITS.get(component.get("device_class", ""), {"%"})
            assert component["state_class"] in STATE_CLASSES


def test_a_car_shows_only_what_was_ever_read() -> None:
    values = Values()
    values.take(signals.FUEL_LEVEL.path, Sample(1, 55.0), NOW)

    assert values.components == {"fuel_level"}
    assert set(json.loads(discovery("car-1", "", "0", values.components))["components"]) == {"fuel_level", HEARD}


def test_the_last_value_stays_and_its_age_can_be_seen() -> None:
    values = Values()
    values.take(signals.SUPPLY_VOLTAGE.path, Sample(1, 12.6), NOW)
    values.take(signals.MIL_ON.path, Sample(2, 1.0), NOW)

    assert json.loads(values.payload()) == {
        "supply_voltage": 12.6,
        "mil": "ON",
        HEARD: "2026-01-15T08:00:00+00:00",
    }


@pytest.mark.parametrize("validity", [kind for kind in Validity if kind is not Validity.VALUE])
def test_what_is_no_value_is_unknown_and_never_zero(validity: Validity) -> None:
    values = Values()
    assert not values.take(signals.TYRE_FRONT_LEFT.path, Sample(1, 0.0, validity), NOW)
    values.take(signals.TYRE_FRONT_LEFT.path, Sample(1, 240.0), NOW)

    values.take(signals.TYRE_FRONT_LEFT.path, Sample(2, 0.0, validity), NOW)

    assert json.loads(values.payload())["tyre_front_left"] is None


@pytest.mark.parametrize("signal", [signals.LATITUDE, signals.LONGITUDE, signals.SPEED])
def test_where_the_car_is_and_how_it_is_driven_is_not_shown(signal: signals.Signal) -> None:
    values = Values()

    assert not values.take(signal.path, Sample(1, 1.0), NOW)
    assert values.components == frozenset()


def test_units_are_those_of_the_catalogue() -> None:
    for shown in SHOWN:
        unit = {"percent": "%", "degC": "°C", "bool": ""}.get(shown.signal.unit, shown.signal.unit)
        assert shown.unit == unit
    assert home_assistant.birth_topic("homeassistant") == "homeassistant/status"
