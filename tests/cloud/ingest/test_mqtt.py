"""The pipe keeps trying, says why it has no line, and acknowledges nothing on a line that is not the one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.broker import passwords
from cloud.broker.adapters.amqtt import EmbeddedBroker
from cloud.ingest.adapters.mqtt import Address, MqttPipe
from tests.cloud.broker.peers import Peer
from tests.cloud.ingest.fakes import FakeCounts
from tests.support.mosquitto import Mosquitto, free_port
from tests.support.waiting import until

TOPIC = "outrider/v1/car-1/up/telemetry"
PASSWORDS = {"ingest": "secret", "car-1": "one"}


@pytest.fixture
def users(tmp_path: Path) -> Path:
    passwords.store(tmp_path / "users", {"car-1": "one"})
    return tmp_path / "users"


def pipe_to(port: int, password: str = "secret", version: str = "3.1.1") -> MqttPipe:
    pipe = MqttPipe(Address("127.0.0.1", port, "ingest", password, version), FakeCounts())
    pipe.start()
    return pipe


def test_a_broker_that_is_down_at_the_start_is_said_and_found_when_it_comes(users: Path) -> None:
    port = free_port()
    pipe = pipe_to(port)
    until(lambda: "nobody answers" in pipe.trouble)

    broker = EmbeddedBroker("127.0.0.1", port, users, "secret")
    broker.start()

    until(lambda: not pipe.trouble)
    pipe.close()
    broker.close()


def test_a_refused_password_is_said_in_words(users: Path) -> None:
    broker = EmbeddedBroker("127.0.0.1", 0, users, "secret")
    pipe = pipe_to(broker.start(), password="wrong")

    until(lambda: "refuses user 'ingest'" in pipe.trouble)
    pipe.close()
    broker.close()


@pytest.fixture
def mosquitto(mosquitto_program: Path, tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(mosquitto_program, tmp_path / "mosquitto", PASSWORDS)
    broker.start()
    yield broker
    broker.kill()


@pytest.mark.broker
def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(mosquitto: Mosquitto) -> None:
    first = pipe_to(mosquitto.port, version="5")
    until(lambda: not first.trouble)
    car = Peer(mosquitto.port, "car-1", "one", "car-1", version="5")
    for payload in (b"one", b"two"):
        car.publish(TOPIC, payload)
    one = until(lambda: first.take(1, 1.0))
    assert [delivery.payload for delivery in one] == [b"one"]
    first.acknowledge(one)
    first.close()

    second = pipe_to(mosquitto.port, version="5")

    assert [delivery.payload for delivery in until(lambda: second.take(10, 1.0))] == [b"two"]
    second.close()
    car.leave()


@pytest.mark.broker
def test_an_acknowledgement_of_a_broken_line_does_not_touch_the_next_ones_messages(mosquitto: Mosquitto) -> None:
    pipe = pipe_to(mosquitto.port, version="5")
    until(lambda: not pipe.trouble)
    car = Peer(mosquitto.port, "car-1", "one", "car-1", version="5")
    car.publish(TOPIC, b"before")
    before = until(lambda: pipe.take(10, 1.0))
    mosquitto.kill(wipe=True)
    until(lambda: pipe.trouble)
    mosquitto.start()
    until(lambda: not pipe.trouble)
    again = Peer(mosquitto.port, "car-1", "one", "car-1", version="5")
    again.publish(TOPIC, b"after")
    after = until(lambda: pipe.take(10, 1.0))

    pipe.acknowledge(before)
    pipe.close()

    successor = pipe_to(mosquitto.port, version="5")
    assert [delivery.payload for delivery in until(lambda: successor.take(10, 1.0))] == [b"after"]
    assert [delivery.payload for delivery in after] == [b"after"]
    successor.close()
    car.leave()
    again.leave()
