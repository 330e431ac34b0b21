"""What amqtt does not do by itself, and the embedded broker must."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.broker import passwords
from cloud.broker.adapters.amqtt import EmbeddedBroker
from cloud.errors import StartError
from tests.cloud.broker.peers import Message, Peer
from tests.support.waiting import until

STATUS = "outrider/v1/car-1/up/status"
CONFIG = "outrider/v1/car-1/down/config"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    passwords.store(path, {"car-1": "one", "car-2": "two"})
    return path


@pytest.fixture
def port(users: Path) -> Iterator[int]:
    broker = EmbeddedBroker("127.0.0.1", 0, users, "secret")
    yield broker.start()
    broker.close()


def car(port: int, number: int = 1, *, clean: bool = True, will: tuple[str, bytes] | None = None) -> Peer:
    password = {1: "one", 2: "two"}[number]
    return Peer(port, f"car-{number}", password, f"car-{number}", version="3.1.1", clean=clean, will=will)


def ingest(port: int) -> Peer:
    return Peer(port, "ingest", "secret", "ingest", version="3.1.1")


def test_it_listens_on_loopback_only(users: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.0.1", "example.invalid"):
        with pytest.raises(StartError, match="loopback only"):
            EmbeddedBroker(host, 0, users, "secret")


def test_a_port_that_is_taken_is_named_with_what_to_do(port: int, users: Path) -> None:
    second = EmbeddedBroker("127.0.0.1", port, users, "secret")

    with pytest.raises(StartError, match="--mqtt-port"):
        second.start()
    second.close()


def test_a_retained_message_reaches_who_subscribed_to_it_and_no_newcomer(port: int) -> None:
    cloud, first = ingest(port), car(port)
    first.subscribe("outrider/v1/car-1/down/+")
    cloud.publish(CONFIG, b"for car-1", retain=True)
    assert first.messages.get(timeout=10.0) == Message(CONFIG, b"for car-1", False)

    newcomer = car(port, 2, clean=False)
    newcomer.subscribe("outrider/v1/car-2/down/+")
    cloud.publish("outrider/v1/car-2/down/receipt", b"for car-2")

    assert newcomer.messages.get(timeout=10.0).payload == b"for car-2"
    assert newcomer.messages.empty()
    for peer in (cloud, first, newcomer):
        peer.leave()


def test_a_retained_message_is_there_for_a_car_that_comes_later(port: int) -> None:
    cloud = ingest(port)
    cloud.publish(CONFIG, b"for car-1", retain=True)

    late = car(port)
    late.subscribe("outrider/v1/car-1/down/+")

    assert late.messages.get(timeout=10.0) == Message(CONFIG, b"for car-1", True)
    late.leave()
    cloud.leave()


def test_the_will_of_a_car_that_vanishes_is_published(port: int) -> None:
    cloud = ingest(port)
    cloud.subscribe("outrider/v1/+/up/+")

    car(port, will=(STATUS, b"offline")).vanish()

    assert cloud.messages.get(timeout=10.0).payload == b"offline"
    cloud.leave()


def test_a_second_line_of_the_same_car_ends_the_first_without_its_will(port: int) -> None:
    cloud = ingest(port)
    cloud.subscribe("outrider/v1/+/up/+")
    car(port, will=(STATUS, b"offline"))

    second = car(port, clean=False)
    second.publish(STATUS, b"online")

    assert cloud.messages.get(timeout=10.0).payload == b"online"
    second.subscribe("outrider/v1/car-1/down/+")
    cloud.publish("outrider/v1/car-1/down/receipt", b"r")
    assert second.messages.get(timeout=10.0).payload == b"r"
    assert cloud.messages.empty()
    second.leave()
    cloud.leave()


def test_a_car_that_is_imported_later_may_connect_without_a_restart(port: int, users: Path) -> None:
    assert not Peer(port, "car-3", "three", "car-3", version="3.1.1").connected

    passwords.store(users, {"car-3": "three"})

    peer = Peer(port, "car-3", "three", "car-3", version="3.1.1")
    assert peer.connected
    peer.leave()


def test_what_is_refused_is_counted(users: Path) -> None:
    denied: list[str] = []
    broker = EmbeddedBroker("127.0.0.1", 0, users, "secret", denied.append)
    port = broker.start()
    Peer(port, "car-1", "guessed", "car-1", version="3.1.1").leave()
    Peer(port, "car-1", "one", "car-2", version="3.1.1").leave()
    honest = car(port)
    honest.publish("outrider/v1/car-2/up/telemetry", b"forged")
    honest.subscribe("#")

    until(lambda: denied == ["password", "connect", "publish", "subscribe"])
    honest.leave()
    broker.close()


def test_mqtt_5_is_told_that_it_is_not_spoken_here(port: int) -> None:
    peer = Peer(port, "car-1", "one", "car-1", version="5")

    assert not peer.connected
    peer.leave()


def test_many_cars_that_come_and_go_while_messages_pass_lose_none(port: int) -> None:
    cloud, steady = ingest(port), car(port)
    cloud.subscribe("outrider/v1/+/up/+")
    topic = "outrider/v1/car-1/up/telemetry"

    for number in range(6):
        passing = car(port, 2)
        passing.subscribe("outrider/v1/car-2/down/+")
        steady.publish(topic, b"%d" % number)
        passing.leave()

    heard = [cloud.messages.get(timeout=10.0).payload for _ in range(6)]
    assert heard == [b"%d" % number for number in range(6)]
    steady.leave()
    cloud.leave()


def test_clients_that_vanish_leave_no_noise(port: int, caplog: pytest.LogCaptureFixture) -> None:
    cloud = ingest(port)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            peer = car(port)
            peer.subscribe("outrider/v1/car-1/down/+")
            cloud.publish("outrider/v1/car-1/down/receipt", b"r" * 100_000)
            peer.vanish()
        again = car(port)
        again.subscribe("outrider/v1/car-1/down/+")
        cloud.publish("outrider/v1/car-1/down/receipt", b"last")
        until(lambda: again.messages.get(timeout=10.0).payload == b"last")

    assert [record for record in caplog.records if record.name == "asyncio"] == []
    again.leave()
    cloud.leave()
