"""What a network and its attackers can send, and what a machine can lack, is met, counted and survived."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import DeadLetter, LogEntry
from contract import codec, topics
from contract.messages import Receipt
from tests.cloud.broker.peers import Peer
from tests.support import made
from tests.support.mosquitto import Mosquitto
from tests.support.processes import Process
from tests.support.waiting import until

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]

PASSWORDS = {"car-1": "one", "car-2": "two", "ingest": "secret"}
UP = topics.build("car-1", "telemetry")


class Bench:
    """Mosquitto and a real ingest process."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.folder = folder
        self.broker = Mosquitto(program, folder / "mosquitto", PASSWORDS)
        self.ingest = self.with_settings()

    def with_settings(self, *lines: str) -> Process:
        """Return ingest with these settings besides the broker's."""
        config = self.folder / "cloud.toml"
        broker = f'mqtt_host = "127.0.0.1"\nmqtt_port = {self.broker.port}\nmqtt_password = "secret"\n'
        config.write_text(broker + "\n".join(lines) + "\n")
        words = ["ingest", "--data", str(self.folder / "cloud"), "--config", str(config), "--json"]
        self.ingest = Process("cloud", *words, log=self.folder / "ingest.log")
        return self.ingest

    def start_ingest(self) -> None:
        """Start ingest and wait until it listens: what comes before that, a car would send again."""
        before = self._connections()
        self.ingest.start()
        until(lambda: self._connections() > before, within_s=60.0, what="ingest's line")

    def car(self, name: str = "car-1") -> Peer:
        """Return a car that hears its receipts."""
        peer = Peer(self.broker.port, name, PASSWORDS[name], name, version="5")
        peer.subscribe(f"outrider/v1/{name}/down/+")
        return peer

    def _connections(self) -> int:
        log = self.folder / "ingest.log"
        return log.read_text().count("event=mqtt_connected") if log.exists() else 0

    def entries(self) -> list[LogEntry]:
        log = SqliteLog(self.folder / "cloud" / "log.sqlite")
        found = log.read(0, 1_000_000)
        log.close()
        return found

    def dead(self) -> list[DeadLetter]:
        log = SqliteLog(self.folder / "cloud" / "log.sqlite")
        found = log.dead_letters(1_000)
        log.close()
        return found


@pytest.fixture
def bench(tmp_path: Path, mosquitto_program: Path) -> Iterator[Bench]:
    made_bench = Bench(tmp_path, mosquitto_program)
    yield made_bench
    made_bench.ingest.clear_away()
    made_bench.broker.kill()


def receipt(peer: Peer) -> Receipt:
    message = codec.decode(peer.messages.get(timeout=20.0).payload)
    assert isinstance(message, Receipt)
    return message


def test_ingest_waits_for_a_broker_that_is_down_at_the_start_and_says_so(bench: Bench) -> None:
    bench.ingest.start()
    until(lambda: "mqtt_not_connected" in bench.ingest.words())
    assert "is the broker running there?" in bench.ingest.words()

    bench.broker.start()
    until(lambda: "mqtt_connected" in bench.ingest.words(), within_s=60.0)

    car = bench.car()
    car.publish(UP, made.telemetry(1, 1.0))
    assert receipt(car).stored == ((1, 1),)
    car.leave()


def test_messages_that_are_forged_cut_oversized_or_of_a_newer_version_are_kept_apart_and_hold_up_nobody(
    bench: Bench,
) -> None:
    bench.broker.start()
    bench.start_ingest()
    car, neighbour = bench.car(), bench.car("car-2")
    whole = made.telemetry(1, 1.0)
    bad: dict[str, bytes] = {
        "car-2": made.telemetry(1, 1.0, vehicle="car-2"),
        "compressed body": whole[:-5],
        "over the limit": b"OR\x01\x00" + bytes(codec.MAX_PAYLOAD_BYTES),
        "version 9": whole[:2] + b"\x09" + whole[3:],
        "must start with OR": b'{"json": true}',
    }
    for payload in bad.values():
        car.publish(UP, payload)
    neighbour.publish(topics.build("car-2", "telemetry"), made.telemetry(1, 1.0, vehicle="car-2"))

    assert receipt(neighbour).stored == ((1, 1),)
    reasons = [letter.reason for letter in until(lambda: bench.dead() if len(bench.dead()) == len(bad) else [])]
    for part in bad:
        assert any(part in reason for reason in reasons), (part, reasons)
    told = receipt(car)
    assert [seq for seq, _ in told.rejected] == [1]
    assert [(entry.vehicle, entry.seq) for entry in bench.entries()] == [("car-2", 1)]
    assert bench.ingest.alive
    car.leave()
    neighbour.leave()


def test_a_full_disk_stops_receipts_and_nothing_else_and_is_over_when_there_is_room(bench: Bench) -> None:
    bench.broker.start()
    bench.with_settings("log_max_bytes = 90000")
    bench.start_ingest()
    car = bench.car()
    chance = random.Random(1)
    large = [made.telemetry(seq, *(chance.uniform(0.0, 300.0) for _ in range(3_000))) for seq in range(1, 40)]
    for payload in large:
        car.publish(UP, payload)
    until(lambda: "log_refuses" in bench.ingest.words(), within_s=60.0)

    stored = {entry.seq for entry in bench.entries()}
    receipted = _receipted(car)
    assert bench.ingest.alive
    assert len(stored) < len(large)
    assert receipted <= stored

    assert bench.ingest.stop() == 0
    bench.with_settings()
    bench.start_ingest()
    for payload in large:
        car.publish(UP, payload)
    until(lambda: {entry.seq for entry in bench.entries()} == set(range(1, 40)), within_s=60.0)
    assert len(bench.entries()) == 39
    car.leave()


def test_a_car_whose_clock_says_1970_is_heard_and_its_time_believed_by_nobody(bench: Bench) -> None:
    bench.broker.start()
    bench.start_ingest()
    car = bench.car()

    car.publish(UP, made.telemetry(1, 12.1, signal="Vehicle.LowVoltageBattery.CurrentVoltage", wall_ms=5_000))

    assert receipt(car).stored == ((1, 1),)
    (entry,) = bench.entries()
    assert entry.received_ms > 1_600_000_000_000
    car.leave()


def _receipted(peer: Peer) -> set[int]:
    seqs: set[int] = set()
    while not peer.messages.empty():
        message = codec.decode(peer.messages.get().payload)
        if isinstance(message, Receipt):
            seqs |= {seq for first, last in message.stored for seq in range(first, last + 1)}
    return seqs
