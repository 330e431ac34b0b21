"""The uplink against real brokers: amqtt in process (3.1.1), Mosquitto where it is installed (MQTT 5)."""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import structlog

from contract import codec, topics
from contract.messages import Config, Receipt, Status, TelemetryBatch, UrgentEvent
from edge.adapters.uplink import MqttUplink
from edge.config import Bus, Mqtt, Settings, SpoolSettings
from edge.errors import ConfigError
from edge.ports import Heard, LinkChange, Unreadable
from tests.conftest import program
from tests.contract.by_hand import one_of_each
from tests.edge.brokers import Cloud, amqtt_broker, eventually, free_port, mosquitto_broker

EACH = one_of_each()
# amqtt leaves the sockets of clients that vanished to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


def settings(port: int, **mqtt: object) -> Settings:
    """Return settings for a broker on loopback at `port`."""
    spoken = msgspec.convert({"host": "127.0.0.1", "port": port, "protocol": "3.1.1", "keepalive_s": 5} | mqtt, Mqtt)
    return Settings(
        vehicle="car-1",
        bus=Bus(interface="virtual", channel="x"),
        mqtt=spoken,
        spool=SpoolSettings(path="unused"),
    )


def status(online: bool) -> bytes:
    return codec.encode(Status(vehicle="car-1", online=online, boot_id="b", wall_ms=1, agent_version="0"))


class Link:
    """An uplink and all that it has heard."""

    def __init__(self, port: int, **mqtt: object) -> None:
        self.uplink = MqttUplink(settings(port, **mqtt), status)
        self.all: list[Heard] = []
        self.uplink.start()

    def hear(self) -> list[Heard]:
        self.all += self.uplink.heard()
        return self.all

    def has(self, kind: type, **wanted: object) -> bool:
        return any(
            isinstance(heard, kind) and all(getattr(heard, key) == value for key, value in wanted.items())
            for heard in self.hear()
        )

    def wait_up(self) -> "Link":
        eventually(lambda: self.has(LinkChange, up=True))
        return self


@pytest.fixture
def connect() -> Iterator[Callable[..., Link]]:
    made: list[Link] = []

    def link(port: int, **mqtt: object) -> Link:
        made.append(Link(port, **mqtt))
        return made[-1]

    yield link
    for one in made:
        one.uplink.stop(5.0)


@pytest.fixture
def broker() -> Iterator[int]:
    with amqtt_broker() as port:
        yield port


@pytest.fixture
def cloud(broker: int) -> Iterator[Cloud]:
    made = Cloud(broker)
    yield made
    made.close()


def test_it_says_birth_and_then_what_it_is_given_and_hears_the_receipt(
    broker: int, cloud: Cloud, connect: Callable[..., Link]
) -> None:
    link = connect(broker).wait_up()

    assert link.uplink.publish("telemetry", codec.encode(EACH["telemetry"]))
    assert link.uplink.publish("urgent", codec.encode(EACH["urgent"]))

    eventually(lambda: len([heard for heard in link.hear() if isinstance(heard, Receipt)]) == 2)
    assert cloud.of(TelemetryBatch) == [EACH["telemetry"]]
    assert cloud.of(UrgentEvent) == [EACH["urgent"]]
    assert cloud.statuses == [True]


def test_a_config_reaches_it(broker: int, cloud: Cloud, connect: Callable[..., Link]) -> None:
    link = connect(broker).wait_up()

    cloud.configure(Config(vehicle="car-1", revision=3))

    eventually(lambda: link.has(Config, revision=3))


def test_leaving_says_offline(broker: int, cloud: Cloud, connect: Callable[..., Link]) -> None:
    link = connect(broker).wait_up()
    link.uplink.stop(5.0)

    eventually(lambda: cloud.statuses[-1:] == [False])


def test_nothing_is_taken_while_the_link_is_down(connect: Callable[..., Link]) -> None:
    link = connect(free_port())

    assert not link.uplink.publish("telemetry", b"x")
    eventually(lambda: link.has(LinkChange, up=False))
    assert not link.uplink.publish("telemetry", b"x")


@pytest.mark.broker
def test_a_broker_that_comes_later_is_found_and_one_that_comes_back_too(
    mosquitto_program: Path, tmp_path: Path, connect: Callable[..., Link]
) -> None:
    port = free_port()
    link = connect(port)
    eventually(lambda: link.has(LinkChange, up=False))
    for _ in range(2):
        with mosquitto_broker(mosquitto_program, tmp_path, port=port):
            link.all.clear()
            link.wait_up()
        eventually(lambda: link.has(LinkChange, up=False))


@pytest.mark.parametrize(
    "payload",
    [b"", b"OR", b"OR\x02\x00", codec.encode(EACH["telemetry"]), b"OR\x01\x01" + b"x" * 50],
    ids=["empty", "short", "newer", "upside down", "damaged"],
)
def test_what_the_cloud_cannot_have_said_is_dropped_and_the_link_stays(
    broker: int, cloud: Cloud, connect: Callable[..., Link], payload: bytes
) -> None:
    link = connect(broker).wait_up()

    cloud.tell(topics.build("car-1", "receipt"), payload)
    cloud.tell(topics.build("car-1", "config"), codec.encode(Config(vehicle="car-2", revision=1)))
    cloud.configure(Config(vehicle="car-1", revision=7))

    eventually(lambda: link.has(Config, revision=7))
    assert not link.has(Receipt)
    assert not link.has(Config, revision=1)
    assert not link.has(LinkChange, up=False)


def test_mqtt_5_to_a_broker_that_does_not_speak_it_is_a_config_error(broker: int, connect: Callable[..., Link]) -> None:
    link = connect(broker, protocol="5")

    def complains() -> bool:
        try:
            link.hear()
        except ConfigError as error:
            return "mqtt.protocol" in str(error) and "3.1.1" in str(error)
        return False

    eventually(complains)


def test_a_port_that_closes_before_any_connack_is_a_config_error_only_under_mqtt_5(
    connect: Callable[..., Link],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def slam() -> None:
            while not stop.is_set():
                line, _ = server.accept()
                line.recv(64)
                line.close()

        thread = threading.Thread(target=slam, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        old, new = connect(port, protocol="3.1.1"), connect(port, protocol="5")

        def complains() -> bool:
            try:
                new.hear()
            except ConfigError:
                return True
            return False

        eventually(complains)
        eventually(lambda: len(old.hear()) >= 6)
        stop.set()
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join(5.0)


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    """Return a Mosquitto password file with car-1 in it."""
    path = tmp_path / "passwords"
    path.write_text("car-1:s3cret\n")
    subprocess.run([program("mosquitto_passwd", "mosquitto"), "-U", path], check=True, capture_output=True)
    return path


@pytest.fixture
def mosquitto(mosquitto_program: Path, tmp_path: Path) -> Iterator[int]:
    with mosquitto_broker(mosquitto_program, tmp_path) as port:
        yield port


def test_it_speaks_mqtt_5_to_mosquitto(mosquitto: int, connect: Callable[..., Link]) -> None:
    cloud = Cloud(mosquitto)
    link = connect(mosquitto, protocol="5").wait_up()

    assert link.uplink.publish("dtc", codec.encode(EACH["dtc"]))

    eventually(lambda: link.has(Receipt))
    cloud.close()


def test_a_wrong_password_is_told_apart_and_never_printed(
    mosquitto_program: Path, tmp_path: Path, passwords: Path, connect: Callable[..., Link]
) -> None:
    with (
        mosquitto_broker(mosquitto_program, tmp_path, f"password_file {passwords}") as port,
        structlog.testing.capture_logs() as logs,
    ):
        right = connect(port, protocol="5", password="s3cret")
        right.wait_up()
        wrong = connect(port, protocol="5", password="wr0ng")

        eventually(lambda: "uthori" in f"{wrong.hear()}")

    assert "s3cret" not in f"{logs}"
    assert "wr0ng" not in f"{logs}"


def test_a_denied_publish_is_logged_and_the_record_is_the_spool_s_to_send_again(
    mosquitto_program: Path, tmp_path: Path, connect: Callable[..., Link]
) -> None:
    rules = tmp_path / "acl"
    rules.write_text("topic read outrider/v1/+/down/#\ntopic write outrider/v1/+/up/status\n")
    with (
        mosquitto_broker(mosquitto_program, tmp_path, f"acl_file {rules}") as port,
        structlog.testing.capture_logs() as logs,
    ):
        link = connect(port, protocol="5").wait_up()
        assert link.uplink.publish("telemetry", codec.encode(EACH["telemetry"]))

        eventually(lambda: any(line["event"] == "publish_refused" for line in list(logs)))


def test_a_config_that_is_none_is_passed_on_as_such(broker: int, cloud: Cloud, connect: Callable[..., Link]) -> None:
    link = connect(broker).wait_up()

    cloud.tell(topics.build("car-1", "config"), b"OR\x01\x00\xff")

    eventually(lambda: link.has(Unreadable))


def test_a_status_in_between_reaches_the_cloud(broker: int, cloud: Cloud, connect: Callable[..., Link]) -> None:
    link = connect(broker).wait_up()

    link.uplink.tell(status(False))

    eventually(lambda: cloud.statuses == [True, False])
