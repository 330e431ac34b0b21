"""From Mosquitto to a durable SQLite file, in batches per CPU-second of the consuming process.

Ours is the whole of ingest: MQTT 5 with acknowledgement by hand, identity, decoding, duplicates, one durable
transaction for what arrived, receipts, then the acknowledgement. The peer is what one writes first: a paho subscriber
that parses each message's JSON rows and inserts them, one durable transaction a message. Both get the same samples from
the same broker, through a session that was filled beforehand, so that no publisher's work is measured; both must end
with the same values.
"""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import Any, Final, NamedTuple

import numpy as np
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from prometheus_client import CollectorRegistry

from benchmarks import decode
from benchmarks.harness import Contestant, Row, compare
from cloud.adapters.clock import clock_of
from cloud.adapters.events import log_events_to_stderr
from cloud.adapters.figures import Figures
from cloud.ingest.adapters.memory import MemoryLines
from cloud.ingest.adapters.mqtt import Address, MqttPipe
from cloud.ingest.allowance import Allowance
from cloud.ingest.columns import read
from cloud.ingest.urgent import Urgent
from cloud.ingest.worker import Ingest, Parts
from cloud.log.adapters.sqlite import SqliteLog
from contract.messages import UrgentEvent

BATCHES: Final = 300
DEADLINE_S: Final = 60.0
TOPIC: Final = "outrider/v1/car/up/telemetry"
PEER_TOPIC: Final = "rows/car"
NAME: Final = f"end to end: batches ({decode.SECONDS} s x {len(decode.SIGNALS)}) through Mosquitto, per CPU-second"


class Values(NamedTuple):
    """What a contestant has stored: batches, and every value, batch by batch in time order."""

    batches: int
    values: np.ndarray[Any, np.dtype[np.float64]]


class Nobody:
    """No emergencies come up here."""

    def open(self, event: UrgentEvent, received_ms: int) -> None:
        """Refuse to be needed."""
        raise AssertionError(f"no urgent event was sent: {event}")


class Broker:
    """Mosquitto on loopback with room for a whole round."""

    def __init__(self, program: str) -> None:
        """Start it."""
        self.folder = Path(mkdtemp(prefix="outrider-bench-"))
        self.port = _free_port()
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
            "max_queued_messages 0\nmax_inflight_messages 100\nlog_type none\n"
        )
        self._process = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL)
        _until(lambda: _connected(self.port))

    def fill(self, topic: str, payloads: list[bytes]) -> None:
        """Publish `payloads` and return when the broker has them all."""
        client = Client(CallbackAPIVersion.VERSION2, "publisher", protocol=MQTTv5)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for sent in [client.publish(topic, payload, qos=1) for payload in payloads]:
            sent.wait_for_publish(DEADLINE_S)
        client.disconnect()
        client.loop_stop()

    def forget(self, client_id: str) -> None:
        """End the session that the client of an earlier round left."""
        there = Event()
        client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5)
        client.on_connect = lambda *_: there.set()
        client.connect("127.0.0.1", self.port, clean_start=True)
        client.loop_start()
        assert there.wait(DEADLINE_S)
        client.disconnect()
        client.loop_stop()

    def close(self) -> None:
        """Stop it and remove everything."""
        self._process.terminate()
        self._process.wait(10.0)
        shutil.rmtree(self.folder)


class Ours:
    """Ingest with a log of its own."""

    def __init__(self, broker: Broker, payloads: list[bytes]) -> None:
        """Open a session, leave it, and have the broker fill it."""
        self.folder = Path(mkdtemp(dir=broker.folder))
        self._address = Address("127.0.0.1", broker.port, "ingest", "")
        self._figures = Figures(CollectorRegistry())
        broker.forget("ingest")
        session = self._pipe()
        session.close()
        broker.fill(TOPIC, payloads)
        self.log = SqliteLog(self.folder / "log.sqlite")
        self._waiting = MqttPipe(self._address, self._figures)

    def run(self) -> None:
        """Take everything in."""
        pipe = self._waiting
        urgent = Urgent(self.log, Nobody())
        allowance = Allowance(1e9, 1e9)
        parts = Parts(pipe, self.log, MemoryLines(), urgent, self._figures, clock_of("real"), allowance)
        ingest, stop = Ingest(parts), Event()
        pipe.start()
        while self.log.last_offset() < BATCHES:
            if taken := pipe.take(1_000, 1.0):
                ingest.handle(taken, stop)
            urgent.advance(time.monotonic())

    def output(self) -> Values:
        """Return what is stored, and clear up."""
        self._waiting.close()
        entries = self.log.read(0, BATCHES)
        values = [read(entry.payload).values.reshape(len(decode.SIGNALS), decode.SECONDS).T for entry in entries]
        self.log.close()
        return Values(len(entries), np.concatenate(values))

    def _pipe(self) -> MqttPipe:
        pipe = MqttPipe(self._address, self._figures)
        pipe.start()
        _until(lambda: not pipe.trouble)
        return pipe


class Peer:
    """The subscriber that one writes first."""

    def __init__(self, broker: Broker, payloads: list[bytes]) -> None:
        """Open a session, leave it, and have the broker fill it."""
        self._port = broker.port
        self.rows = sqlite3.connect(Path(mkdtemp(dir=broker.folder)) / "rows.sqlite", check_same_thread=False)
        self.rows.execute("PRAGMA journal_mode = WAL")
        self.rows.execute("PRAGMA synchronous = FULL")
        names = ", ".join(f"v{k} REAL" for k in range(len(decode.SIGNALS)))
        self.rows.execute(f"CREATE TABLE rows(batch INTEGER, t INTEGER, {names}, PRIMARY KEY(batch, t))")
        self._done = 0
        listening = Event()
        session = self._client()
        session.on_subscribe = lambda *_: listening.set()
        session.connect("127.0.0.1", self._port, clean_start=True, properties=_kept())
        session.loop_start()
        session.subscribe(PEER_TOPIC, qos=1)
        assert listening.wait(DEADLINE_S)
        session.disconnect()
        session.loop_stop()
        broker.fill(PEER_TOPIC, payloads)
        self._waiting = self._client()
        self._all = Event()

    def run(self) -> None:
        """Take everything in."""
        client = self._waiting
        client.on_message = self._message
        client.connect("127.0.0.1", self._port, clean_start=False, properties=_kept())
        client.loop_start()
        assert self._all.wait(DEADLINE_S)

    def output(self) -> Values:
        """Return what is stored, and clear up."""
        self._waiting.disconnect()
        self._waiting.loop_stop()
        columns = ", ".join(f"v{k}" for k in range(len(decode.SIGNALS)))
        found = self.rows.execute(f"SELECT {columns} FROM rows ORDER BY batch, t").fetchall()
        self.rows.close()
        return Values(len(found) // decode.SECONDS, np.array(found))

    def _client(self) -> Client:
        return Client(CallbackAPIVersion.VERSION2, "peer", protocol=MQTTv5)

    def _message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        records = json.loads(message.payload)
        holes = ", ".join("?" * (2 + len(decode.SIGNALS)))
        with self.rows:
            self.rows.executemany(
                f"INSERT OR IGNORE INTO rows VALUES ({holes})",
                [(record["batch"], record["t"], *list(record.values())[3:]) for record in records],
            )
        self._done += 1
        if self._done == BATCHES:
            self._all.set()


def cpu(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds that this process took, in all its threads, and what `run` returned."""
    began = time.process_time()
    result = run()
    return time.process_time() - began, result


def same(ours: Values, theirs: Values) -> bool:
    """Say whether both stored every batch with the same values."""
    return ours.batches == theirs.batches == BATCHES and np.allclose(ours.values, theirs.values, rtol=0.0, atol=2e-6)


def made() -> tuple[list[bytes], list[bytes]]:
    """Return every batch as our payload and as the peer's."""
    values = [decode.made_values(n % decode.MESSAGES) for n in range(BATCHES)]
    packed = [decode.payload(one, seq=n + 1) for n, one in enumerate(values)]
    records = [[{"batch": n, **json.loads(row)} for row in decode.as_json(one)] for n, one in enumerate(values)]
    return packed, [json.dumps(batch).encode() for batch in records]


def rows() -> list[Row]:
    """Return the rows of this suite; none, said loudly, where there is no Mosquitto."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        print("end_to_end: NOT RUN, there is no mosquitto here: apt-get install mosquitto", file=sys.stderr)
        return []
    log_events_to_stderr("ERROR")
    packed, records = made()
    broker = Broker(program)
    try:
        ours = Contestant("outrider", lambda: Ours(broker, packed), lambda o: o.run(), BATCHES, lambda o, _: o.output())
        peer = Contestant(
            "paho and JSON rows", lambda: Peer(broker, records), lambda p: p.run(), BATCHES, lambda p, _: p.output()
        )
        return [compare(NAME, ours, peer, same=same, floor=1.5, target=2.5, stopwatch=cpu)]
    finally:
        broker.close()


def _kept() -> Properties:
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3_600
    return properties


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _connected(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True


def _until(look: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + DEADLINE_S
    while not look():
        assert time.monotonic() < deadline_s, "the broker does not answer"
        time.sleep(0.01)
