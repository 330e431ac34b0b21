"""A car on the owner's broker, a real Mosquitto, with a Home Assistant in miniature listening."""

import json
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from contract.columns import Sample
from contract.signals import FUEL_LEVEL, SUPPLY_VOLTAGE
from edge.adapters.home_assistant import HomeAssistantShow
from edge.config_tables import HomeAssistant
from tests.edge.brokers import eventually, mosquitto_broker

pytestmark = pytest.mark.broker
CONFIG = "homeassistant/device/outrider_car-1/config"
STATE = "outrider/home/car-1/state"


class House:
    """Hears everything, and can say that Home Assistant has started."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self._client.on_message = lambda _, __, message: self.heard.append((message.topic, bytes(message.payload)))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def on(self, topic: str) -> list[bytes]:
        return [payload for heard, payload in list(self.heard) if heard == topic]

    def say_online(self) -> None:
        self._client.publish("homeassistant/status", b"online", qos=1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def port(mosquitto_program: Path, tmp_path: Path) -> Iterator[int]:
    with mosquitto_broker(mosquitto_program, tmp_path) as port:
        yield port


@pytest.fixture
def house(port: int) -> Iterator[House]:
    made = House(port)
    yield made
    made.close()


@pytest.fixture
def show(port: int) -> Iterator[HomeAssistantShow]:
    made = HomeAssistantShow(HomeAssistant(host="127.0.0.1", port=port), "car-1", "0.1.0", every_s=0.02)
    made.start()
    yield made
    made.close()


def test_a_device_appears_with_its_first_value_and_grows_with_what_is_read(
    house: House, show: HomeAssistantShow
) -> None:
    show.take(SUPPLY_VOLTAGE.path, Sample(1, 12.6))
    eventually(lambda: house.on(STATE))
    assert set(json.loads(house.on(CONFIG)[-1])["components"]) == {"supply_voltage", "last_heard"}

    show.take(FUEL_LEVEL.path, Sample(2, 55.0))

    eventually(lambda: json.loads(house.on(STATE)[-1]).get("fuel_level") == 55.0)
    assert "fuel_level" in json.loads(house.on(CONFIG)[-1])["components"]


def test_what_a_house_that_starts_later_needs_is_retained(port: int, show: HomeAssistantShow, house: House) -> None:
    show.take(SUPPLY_VOLTAGE.path, Sample(1, 12.6))
    eventually(lambda: house.on(STATE))

    late = House(port)

    eventually(lambda: late.on(CONFIG) and late.on(STATE))
    late.close()


def test_a_home_assistant_that_starts_again_is_told_again(house: House, show: HomeAssistantShow) -> None:
    show.take(SUPPLY_VOLTAGE.path, Sample(1, 12.6))
    eventually(lambda: house.on(STATE))
    before = len(house.on(CONFIG))

    house.say_online()

    eventually(lambda: len(house.on(CONFIG)) > before)
