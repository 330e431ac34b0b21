"""The car as Home Assistant discovers it: one device, its components, and their values as one JSON. Pure.

The form is MQTT device discovery as Home Assistant documents it (PREFIX/device/ID/config: device, origin, components).
There is no availability: a sleeping car keeps its last values, and `Last heard` says how old they are. What is no value
becomes null, which Home Assistant shows as unknown. No position and no driving behaviour is among them.
"""

import datetime as dt
import json
from typing import Final, NamedTuple

from contract import signals
from contract.columns import Sample
from contract.signals import Signal
from contract.validity import Validity

HEARD: Final = "last_heard"
DIGITS: Final = 3


class Shown(NamedTuple):
    """A signal that is shown, under a stable id."""

    id: str
    name: str
    signal: Signal
    device_class: str = ""
    unit: str = ""
    platform: str = "sensor"
    state_class: str = "measurement"


SHOWN: Final = (
    Shown("supply_voltage", "12 V supply", signals.SUPPLY_VOLTAGE, "voltage", "V"),
    Shown("low_voltage", "12 V battery", signals.LOW_VOLTAGE, "voltage", "V"),
    Shown("soc", "Traction battery", signals.SOC_DISPLAYED, "battery", "%"),
    Shown("soh", "Traction battery health", signals.SOH, "", "%"),
    Shown("pack_temperature", "Traction battery temperature", signals.PACK_TEMPERATURE_MAX, "temperature", "°C"),
    Shown("fuel_level", "Fuel", signals.FUEL_LEVEL, "", "%"),
    Shown("coolant_temperature", "Coolant", signals.COOLANT_TEMPERATURE, "temperature", "°C"),
    Shown("odometer", "Odometer", signals.DISTANCE, "distance", "km", state_class="total_increasing"),
    Shown("tyre_front_left", "Tyre front left", signals.TYRE_FRONT_LEFT, "pressure", "kPa"),
    Shown("tyre_front_right", "Tyre front right", signals.TYRE_FRONT_RIGHT, "pressure", "kPa"),
    Shown("tyre_rear_left", "Tyre rear left", signals.TYRE_REAR_LEFT, "pressure", "kPa"),
    Shown("tyre_rear_right", "Tyre rear right", signals.TYRE_REAR_RIGHT, "pressure", "kPa"),
    Shown("mil", "Engine lamp", signals.MIL_ON, "problem", platform="binary_sensor", state_class=""),
    Shown("charging", "Charging", signals.IS_CHARGING, "battery_charging", platform="binary_sensor", state_class=""),
)
_BY_PATH: Final = {shown.signal.path: shown for shown in SHOWN}


def discovery_topic(prefix: str, vehicle: str) -> str:
    """Return where Home Assistant looks for the device."""
    return f"{prefix}/device/{_device_id(vehicle)}/config"


def state_topic(vehicle: str) -> str:
    """Return where the values are."""
    return f"outrider/home/{vehicle}/state"


def birth_topic(prefix: str) -> str:
    """Return where Home Assistant says that it has started."""
    return f"{prefix}/status"


def discovery(vehicle: str, name: str, version: str, components: frozenset[str]) -> bytes:
    """Return the payload that makes the device with `components` (ids of `SHOWN`) and the time of the last word."""
    described = {shown.id: _component(vehicle, shown) for shown in SHOWN if shown.id in components}
    described[HEARD] = {
        "platform": "sensor",
        "unique_id": f"{_device_id(vehicle)}_{HEARD}",
        "name": "Last heard",
        "device_class": "timestamp",
        "entity_category": "diagnostic",
        "value_template": _template(HEARD),
    }
    return json.dumps(
        {
            "device": {"identifiers": [_device_id(vehicle)], "name": name or vehicle, "sw_version": version},
            "origin": {"name": "Outrider", "sw_version": version},
            "components": described,
            "state_topic": state_topic(vehicle),
            "qos": 1,
        },
        ensure_ascii=False,
    ).encode()


class Values:
    """The newest value of everything that is shown."""

    def __init__(self) -> None:
        self._newest: dict[str, float | bool | str | None] = {}

    @property
    def components(self) -> frozenset[str]:
        """The ids that anything was ever read for: a petrol car shows no traction battery."""
        return frozenset(self._newest) - {HEARD}

    def take(self, path: str, sample: Sample, at: dt.datetime) -> bool:
        """Take one sample, and say whether it is shown at all."""
        shown = _BY_PATH.get(path)
        if shown is None:
            return False
        value: float | bool | None = None
        if sample.validity is Validity.VALUE:
            is_word = shown.platform == "binary_sensor"
            value = bool(sample.value) if is_word else round(sample.value, DIGITS)
        elif shown.id not in self._newest:
            return False  # what never had a value is no component
        self._newest[shown.id] = value
        self._newest[HEARD] = at.isoformat(timespec="seconds")
        return True

    def payload(self) -> bytes:
        """Return the values as Home Assistant's templates read them."""
        words = {True: "ON", False: "OFF"}
        said = {key: words[value] if isinstance(value, bool) else value for key, value in self._newest.items()}
        return json.dumps(said).encode()


def _component(vehicle: str, shown: Shown) -> dict[str, str]:
    described = {
        "platform": shown.platform,
        "unique_id": f"{_device_id(vehicle)}_{shown.id}",
        "name": shown.name,
        "device_class": shown.device_class,
        "unit_of_measurement": shown.unit,
        "state_class": shown.state_class,
        "value_template": _template(shown.id),
    }
    return {key: value for key, value in described.items() if value}


def _template(key: str) -> str:
    return f"{{{{ value_json.{key} }}}}"


def _device_id(vehicle: str) -> str:
    return f"outrider_{vehicle}"
