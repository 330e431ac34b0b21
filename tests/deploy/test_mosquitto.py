"""The shipped Mosquitto configuration, run as it is but for its paths, over TLS with real certificates."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from contract.codec import MAX_PAYLOAD_BYTES
from contract.topics import DOWN, UP, UP_FILTER, build
from tests.deploy.broker import PASSWORD, Broker, Peer

pytestmark = pytest.mark.broker

DEPLOY: Final = Path(__file__).resolve().parent.parent.parent / "deploy" / "mosquitto"
ACCEPTED: Final = {0, 16}  # success; success, and nobody listens
NOT_AUTHORIZED: Final = 135

Connect = Callable[..., Peer]


@pytest.fixture(scope="module")
def broker(mosquitto_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with Broker(mosquitto_program, DEPLOY, tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def connect(broker: Broker) -> Iterator[Connect]:
    peers: list[Peer] = []

    def connected(user: str, client_id: str = "") -> Peer:
        peers.append(broker.connect(user, client_id))
        return peers[-1]

    yield connected
    for peer in peers:
        peer.close()


@pytest.mark.parametrize("lane", UP)
def test_ingest_hears_what_a_vehicle_says_of_itself(connect: Connect, lane: str) -> None:
    ingest, vehicle = connect("ingest"), connect("CAR1")
    ingest.subscribe(UP_FILTER)

    assert vehicle.publish(build("CAR1", lane), b"x") in ACCEPTED
    assert ingest.next_message() == (build("CAR1", lane), b"x")


@pytest.mark.parametrize("lane", DOWN)
def test_a_vehicle_hears_what_ingest_tells_it(connect: Connect, lane: str) -> None:
    ingest, vehicle = connect("ingest"), connect("CAR1")
    vehicle.subscribe(build("CAR1", lane))

    assert ingest.publish(build("CAR1", lane), b"x") in ACCEPTED
    assert vehicle.next_message() == (build("CAR1", lane), b"x")


@pytest.mark.parametrize(
    "topic",
    [build("CAR2", "telemetry"), build("CAR1", "receipt"), "outrider/v1/CAR1/up", "outrider/v2/CAR1/up/x", "x"],
)
def test_a_vehicle_is_told_that_it_may_not_speak_there(connect: Connect, topic: str) -> None:
    assert connect("CAR1").publish(topic, b"x") == NOT_AUTHORIZED


def test_a_client_id_gives_no_rights(connect: Connect) -> None:
    forger = connect("CAR1", client_id="CAR2")

    assert forger.publish(build("CAR2", "telemetry"), b"x") == NOT_AUTHORIZED


@pytest.mark.parametrize("wish", ["#", "outrider/#", "outrider/v1/+/up/#", build("CAR1", "receipt"), "$SYS/#"])
def test_a_vehicle_hears_nothing_that_is_meant_for_others(connect: Connect, wish: str) -> None:
    ingest, curious, vehicle = connect("ingest"), connect("CAR2"), connect("CAR1")
    curious.subscribe(wish)
    curious.subscribe(build("CAR2", "receipt"))

    vehicle.publish(build("CAR1", "telemetry"), b"x")
    ingest.publish(build("CAR1", "receipt"), b"x")
    ingest.publish(build("CAR2", "receipt"), b"the last")

    # Mosquitto says yes to any subscription and then delivers only what may be read; one that fits two
    # subscriptions may come twice.
    assert curious.next_message() == (build("CAR2", "receipt"), b"the last")


def test_ingest_may_not_speak_for_a_vehicle(connect: Connect) -> None:
    assert connect("ingest").publish(build("CAR1", "telemetry"), b"x") == NOT_AUTHORIZED


def test_a_stranger_without_a_certificate_of_ours_does_not_get_in(broker: Broker) -> None:
    with pytest.raises(ConnectionError):
        broker.connect_stranger("CAR1")


def test_a_password_gives_a_vehicle_its_own_topics_and_no_others(broker: Broker) -> None:
    vehicle = broker.connect_by_password("CAR1", PASSWORD)

    assert vehicle.publish(build("CAR1", "telemetry"), b"x") in ACCEPTED
    assert vehicle.publish(build("CAR2", "telemetry"), b"x") == NOT_AUTHORIZED
    vehicle.close()


@pytest.mark.parametrize(("user", "password"), [("CAR1", "wrong"), ("CAR2", PASSWORD), ("", "")])
def test_a_wrong_password_does_not_get_in(broker: Broker, user: str, password: str) -> None:
    with pytest.raises(ConnectionError):
        broker.connect_by_password(user, password)


def test_the_largest_payload_that_the_contract_allows_gets_through(connect: Connect) -> None:
    ingest, vehicle = connect("ingest"), connect("CAR1")
    ingest.subscribe(UP_FILTER)

    vehicle.publish(build("CAR1", "telemetry"), bytes(MAX_PAYLOAD_BYTES))

    assert ingest.next_message() == (build("CAR1", "telemetry"), bytes(MAX_PAYLOAD_BYTES))


def test_a_much_larger_payload_does_not(connect: Connect) -> None:
    ingest, vehicle = connect("ingest"), connect("CAR1")
    ingest.subscribe(UP_FILTER)

    vehicle.publish(build("CAR1", "telemetry"), bytes(2 * MAX_PAYLOAD_BYTES))
    connect("CAR2").publish(build("CAR2", "telemetry"), b"next")

    assert ingest.next_message() == (build("CAR2", "telemetry"), b"next")
