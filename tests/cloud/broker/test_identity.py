"""Forged identities (S1): of every combination of user, client id, topic and payload only the honest one is stored.

Against the embedded broker and against Mosquitto with the shipped access list, with the real ingest behind each.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from threading import Event, Thread
from typing import Final, NamedTuple

import pytest

from cloud.broker import passwords
from cloud.broker.adapters.amqtt import EmbeddedBroker
from cloud.ingest.adapters.memory import MemoryLines
from cloud.ingest.adapters.mqtt import Address, MqttPipe
from cloud.ingest.allowance import Allowance
from cloud.ingest.urgent import Urgent
from cloud.ingest.worker import Ingest, Parts
from cloud.log.adapters.memory import MemoryLog
from contract import codec, topics
from contract.messages import Receipt
from tests.cloud.broker.peers import Peer
from tests.cloud.ingest.fakes import FakeCounts, FakeEmergencies, SetClock
from tests.support import made
from tests.support.mosquitto import Mosquitto
from tests.support.waiting import until

NAMES: Final = ("car-1", "car-2", "car-3", "ingest")
PASSWORDS: Final = {name: f"password of {name}" for name in NAMES}


class Cloud(NamedTuple):
    """A broker with ingest behind it."""

    port: int
    version: str
    log: MemoryLog
    counts: FakeCounts
    ingest_password: str

    def peer(self, user: str, client_id: str) -> Peer:
        """Return a client that knows `user`'s password."""
        return Peer(self.port, user, PASSWORDS[user], client_id, version=self.version)


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.broker)])
def cloud(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cloud]:
    with ExitStack() as ending:
        if request.param == "embedded":
            passwords.store(tmp_path / "users", {name: PASSWORDS[name] for name in NAMES[:3]})
            embedded = EmbeddedBroker("127.0.0.1", 0, tmp_path / "users", PASSWORDS["ingest"])
            port, version = embedded.start(), "3.1.1"
            ending.callback(embedded.close)
        else:
            program = request.getfixturevalue("mosquitto_program")
            mosquitto = Mosquitto(program, tmp_path / "mosquitto", PASSWORDS)
            mosquitto.start()
            port, version = mosquitto.port, "5"
            ending.callback(mosquitto.kill)
        log, counts, stop = MemoryLog(), FakeCounts(), Event()
        pipe = MqttPipe(Address("127.0.0.1", port, "ingest", PASSWORDS["ingest"], version), counts)
        urgent = Urgent(log, FakeEmergencies())
        parts = Parts(pipe, log, MemoryLines(), urgent, counts, SetClock(), Allowance(1e6, 1e6))
        worker = Thread(target=Ingest(parts).run, args=(stop,))
        pipe.start()
        worker.start()
        ending.callback(pipe.close)
        ending.callback(worker.join)
        ending.callback(stop.set)
        until(lambda: not pipe.trouble, what="ingest's line")
        yield Cloud(port, version, log, counts, PASSWORDS["ingest"])


def test_of_every_combination_of_four_names_only_the_honest_ones_are_stored_and_each_under_its_own(
    cloud: Cloud,
) -> None:
    honest, seq = 0, 0
    for user, client_id in product(NAMES, NAMES):
        if "ingest" in (user, client_id):
            continue  # ingest itself holds that session; `test_a_vehicle_cannot_pass_for_ingest` tries the rest
        peer = cloud.peer(user, client_id)
        if not peer.connected:
            assert user != client_id
            peer.leave()
            continue
        for topic_name, payload_name in product(NAMES, NAMES):
            seq += 1
            peer.publish(topics.build(topic_name, "telemetry"), made.telemetry(seq, 1.0, vehicle=payload_name))
            honest += user == topic_name == payload_name
        peer.leave()
    last = cloud.peer("car-1", "car-1")
    last.publish(topics.build("car-1", "telemetry"), made.telemetry(seq + 1, 1.0, vehicle="car-1"))

    stored = until(lambda: [e for e in cloud.log.read(0, 1_000) if e.seq == seq + 1] and cloud.log.read(0, 1_000))

    assert len(stored) == honest + 1
    assert honest >= 3
    for entry in stored:
        message = codec.decode(entry.payload)
        assert message.vehicle == entry.vehicle
    # Where the broker lets a client name itself at will, its topics are still its user's.
    assert cloud.counts.counts["refused"] == len(cloud.log.dead_letters(1_000))
    for letter in cloud.log.dead_letters(1_000):
        assert "the payload of" in letter.reason
    last.leave()


def test_a_wrong_password_opens_no_line_and_touches_no_session(cloud: Cloud) -> None:
    honest = cloud.peer("car-1", "car-1")

    thief = Peer(cloud.port, "car-1", "guessed", "car-1", version=cloud.version, clean=False)

    assert not thief.connected
    honest.publish(topics.build("car-1", "telemetry"), made.telemetry(1, 1.0))
    until(lambda: cloud.log.last_offset() == 1)
    thief.leave()
    honest.leave()


def test_a_vehicle_hears_its_own_receipt_and_nobody_elses(cloud: Cloud) -> None:
    own, other = cloud.peer("car-1", "car-1"), cloud.peer("car-2", "car-2")
    own.subscribe("outrider/v1/car-1/down/+")
    for topic_filter in ("outrider/v1/car-1/down/+", "outrider/v1/+/down/+", "#", "outrider/v1/car-1/up/+"):
        other.subscribe(topic_filter)
    other.subscribe("outrider/v1/car-2/down/+")

    own.publish(topics.build("car-1", "telemetry"), made.telemetry(1, 1.0))
    heard = own.messages.get(timeout=10.0)
    other.publish(topics.build("car-2", "telemetry"), made.telemetry(1, 1.0, vehicle="car-2"))
    first_heard_by_other = other.messages.get(timeout=10.0)

    receipt = codec.decode(heard.payload)
    assert isinstance(receipt, Receipt)
    assert receipt.stored == ((1, 1),)
    assert first_heard_by_other.topic == "outrider/v1/car-2/down/receipt"
    own.leave()
    other.leave()


def test_a_will_in_another_name_is_never_heard(cloud: Cloud) -> None:
    forged = made.status(online=False, vehicle="car-2")
    forger = Peer(
        cloud.port,
        "car-1",
        PASSWORDS["car-1"],
        "car-1",
        version=cloud.version,
        will=(topics.build("car-2", "status"), forged),
    )
    if forger.connected:
        forger.vanish()
    honest = cloud.peer("car-3", "car-3")
    honest.publish(topics.build("car-3", "telemetry"), made.telemetry(1, 1.0, vehicle="car-3"))
    until(lambda: cloud.log.last_offset() == 1)

    assert cloud.counts.counts["status"] == 0
    honest.leave()


def test_a_vehicle_cannot_pass_for_ingest(cloud: Cloud) -> None:
    forger = cloud.peer("car-1", "car-1")
    victim = cloud.peer("car-2", "car-2")
    victim.subscribe("outrider/v1/car-2/down/+")

    forger.publish(topics.build("car-2", "receipt"), b"forged")
    forger.publish(topics.build("car-2", "config"), b"forged", retain=True)
    victim.publish(topics.build("car-2", "telemetry"), made.telemetry(1, 1.0, vehicle="car-2"))

    heard = victim.messages.get(timeout=10.0)
    assert isinstance(codec.decode(heard.payload), Receipt)
    forger.leave()
    victim.leave()
