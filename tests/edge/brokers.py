"""Real brokers on loopback, and a cloud behind them that stores what comes and says so."""

import asyncio
import getpass
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as mqtt
from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig
from paho.mqtt.enums import CallbackAPIVersion

from contract import codec, topics
from contract.messages import AnyMessage, Config, Receipt, Recorded

DEADLINE_S: Final = 20.0


def eventually(holds: Callable[[], object], *, within_s: float = DEADLINE_S) -> None:
    """Wait until `holds`, looking often, and fail when it has not come true in time."""
    deadline_s = time.monotonic() + within_s
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline_s, f"not within {within_s} s"
        pause.wait(0.005)


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def amqtt_broker(port: int = 0) -> Iterator[int]:
    """Run amqtt, which speaks 3.1.1 only, in a thread; yield its port."""
    listening: Future[int] = Future()
    stop: Future[Callable[[], object]] = Future()

    async def serve() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(lambda *_: None)  # clients that vanish are what these tests are about
        config = {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
        broker = Broker(BrokerConfig.from_dict(config))
        await broker.start()
        listening.set_result(broker._servers["default"].instance.sockets[0].getsockname()[1])
        stop.set_result(lambda: loop.call_soon_threadsafe(over.set))
        await over.wait()
        await broker.shutdown()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    yield listening.result(DEADLINE_S)
    stop.result()()
    thread.join(DEADLINE_S)


@contextmanager
def mosquitto_broker(program: Path, folder: Path, *lines: str, port: int = 0) -> Iterator[int]:
    """Run Mosquitto, which speaks MQTT 5, with `lines` more of configuration; yield its port."""
    port = port or free_port()
    settings = folder / f"mosquitto-{port}.conf"
    anonymous = () if any("password_file" in line for line in lines) else ("allow_anonymous true",)
    # Started as root it would become another user, who may not read these files.
    user = (f"user {getpass.getuser()}",)
    settings.write_text("\n".join([f"listener {port} 127.0.0.1", *user, *anonymous, *lines]) + "\n")
    process = subprocess.Popen([program, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


def listens(port: int) -> bool:
    """Say whether somebody listens on `port` of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Cloud:
    """Ingest in miniature: keeps every record once, and answers each message with a receipt unless told not to."""

    def __init__(self, port: int, *, username: str = "", password: str = "") -> None:
        self.answers = True
        self.rejects: Callable[[Recorded], bool] = lambda record: False
        self.messages: list[AnyMessage] = []
        self.records: dict[tuple[str, int], bytes] = {}
        self.arrived_s: dict[tuple[str, int], float] = {}
        self.deliveries = 0
        self.statuses: list[bool] = []
        self._ready = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="", protocol=mqtt.MQTTv311)
        if username:
            self._client.username_pw_set(username, password)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(topics.UP_FILTER, 1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._ready.wait(DEADLINE_S)

    def configure(self, config: Config) -> None:
        """Send `config`, retained."""
        self._client.publish(topics.build(config.vehicle, "config"), codec.encode(config), qos=1, retain=True)

    def tell(self, topic: str, payload: bytes) -> None:
        """Send anything at all."""
        self._client.publish(topic, payload, qos=1)

    def of(self, kind: type[AnyMessage]) -> list[Any]:
        """Return the messages of `kind`, in order of arrival."""
        return [message for message in list(self.messages) if isinstance(message, kind)]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _: mqtt.Client, __: Any, message: mqtt.MQTTMessage) -> None:
        payload = bytes(message.payload)
        decoded = codec.decode(payload)
        if not isinstance(decoded, Recorded):
            self.statuses.append(bool(getattr(decoded, "online", False)))
            self.messages.append(decoded)
            return
        self.deliveries += 1
        place = (decoded.stream, decoded.seq)
        if self.rejects(decoded):
            self._receipt(Receipt(vehicle=decoded.vehicle, stream=decoded.stream, rejected=((decoded.seq, "no"),)))
            return
        if not self.answers:
            return
        if place not in self.records:
            self.records[place] = payload
            self.arrived_s[place] = time.monotonic()
            self.messages.append(decoded)
        self._receipt(Receipt(vehicle=decoded.vehicle, stream=decoded.stream, stored=((decoded.seq, decoded.seq),)))

    def _receipt(self, receipt: Receipt) -> None:
        self._client.publish(topics.build(receipt.vehicle, "receipt"), codec.encode(receipt), qos=1)
