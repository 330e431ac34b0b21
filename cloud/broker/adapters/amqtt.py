"""The embedded broker: amqtt in a thread of its own, with what our policy needs and 0.12 does not do put right."""

import asyncio
from collections import UserDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any, Final

import structlog
from amqtt.adapters import BufferReader, ReaderAdapter, WriterAdapter
from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig
from amqtt.errors import AMQTTError, BrokerError, MQTTError, NoDataError
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session

from cloud.errors import StartError
from cloud.settings import is_loopback

START_S: Final = 10.0
STOP_S: Final = 3.0
CONNECT_S: Final = 10.0
MAX_CONNECT_BYTES: Final = 1 << 17
_CONNECT: Final = 0x10
_UNSPOKEN: Final = bytes((0x20, 0x03, 0x00, 0x84, 0x00))  # CONNACK of MQTT 5: unsupported protocol version
_PLUGIN: Final = "cloud.broker.adapters.identity.IdentityPlugin"


class _Subscriptions(UserDict[str, list[tuple[Session, int]]]):
    """amqtt walks its subscriptions with pauses, and others come and go meanwhile: each walk is over a copy."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(self.data))

    def __missing__(self, _topic_filter: str) -> list[tuple[Session, int]]:
        return []


class _LoopbackBroker(Broker):
    """amqtt's broker, but a password is asked for before any session is touched, and every session is a clean one.

    amqtt hands the session of a client id to whoever names it before it looks at the password, and the retained
    messages of every subscription to each newcomer. Both would show one vehicle what is another's.
    """

    def __init__(self, config: BrokerConfig) -> None:
        super().__init__(config)
        self._subscriptions = _Subscriptions()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        port: int = self._servers["default"].instance.sockets[0].getsockname()[1]
        return port

    async def _initialize_client_session(
        self, reader: ReaderAdapter, writer: WriterAdapter, remote_address: str, remote_port: int
    ) -> tuple[BrokerProtocolHandler, Session]:
        try:
            async with asyncio.timeout(CONNECT_S):
                first = await _first_packet(reader)
            if not _is_311(first):
                writer.write(_UNSPOKEN)
                await writer.drain()
                raise MQTTError("asks for another MQTT than 3.1.1")
            handler, session = await BrokerProtocolHandler.init_from_connect(
                _BufferedReader(first), writer, self.plugins_manager
            )
        except (AMQTTError, MQTTError, NoDataError, OSError, EOFError, TimeoutError) as error:
            await writer.close()
            raise AMQTTError(f"{remote_address}:{remote_port}: no CONNECT: {error}") from error
        session.clean_session = True
        session.parent = 0
        if not await self._authenticate(session, self.listeners_config["default"]):
            await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
            await writer.close()
            raise AMQTTError(f"{remote_address}:{remote_port}: refused")
        await self._take_over(session.client_id)
        return handler, session

    async def _take_over(self, client_id: str) -> None:
        """End the line that this client had before; its will does not speak over the new one's birth."""
        old, handler = self._sessions.get(client_id, (None, None))
        if old is not None:
            old.will_flag = False
            await handler.handle_connection_closed()
            await self._delete_session(client_id)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        """Send what is retained for a filter to those only who hold it."""
        if any(holder is session for holder, _ in self._subscriptions.get(subscription[0], [])):
            await super()._publish_retained_messages_for_subscription(subscription, session)


class EmbeddedBroker:
    """The running broker, in a thread with an event loop of its own."""

    def __init__(
        self,
        host: str,
        port: int,
        users_file: Path,
        ingest_password: str,
        denied: Callable[[str], None] = lambda _what: None,
    ) -> None:
        """Settle where to listen; raise `StartError` for any host but this machine's own loopback.

        Args:
            host: a loopback address.
            port: the TCP port, 0 for any free one.
            users_file: the vehicles' passwords; taken up again whenever it changes.
            ingest_password: what the user `ingest` shows.
            denied: told of each connect, password, publish, receive or subscribe that is refused.
        """
        if not is_loopback(host):
            raise StartError(
                f"the embedded broker speaks MQTT 3.1.1 without TLS, so it listens on loopback only, not on {host}; "
                "for vehicles on a network run Mosquitto with deploy/mosquitto and set mqtt_host"
            )
        self._bind = f"{host}:{port}"
        self._plugin = {"users_file": users_file, "ingest_password": ingest_password, "denied": denied}
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._port: Future[int] = Future()
        self._thread = Thread(target=self._live, name="broker", daemon=True)

    def start(self) -> int:
        """Start to listen and return the port; raise `StartError` when that cannot be."""
        self._thread.start()
        try:
            return self._port.result(START_S)
        except TimeoutError:
            raise StartError(f"the broker did not come up on {self._bind} within {START_S:.0f} s") from None

    def close(self) -> None:
        """End every line and the thread."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_S)

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except StartError as error:
            self._port.set_exception(error)
        except Exception:
            structlog.get_logger().exception("part_failed", part="broker")
            raise

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_let_vanished_clients_be)
        config = {"listeners": {"default": {"type": "tcp", "bind": self._bind}}, "plugins": {_PLUGIN: self._plugin}}
        broker = _LoopbackBroker(BrokerConfig.from_dict(config))
        try:
            await broker.start()
        except (BrokerError, OSError) as error:
            raise StartError(
                f"the broker cannot listen on {self._bind}: {error}; choose another --mqtt-port"
            ) from error
        self._port.set_result(broker.port)
        await self._stop.wait()
        await broker.shutdown()


class _BufferedReader(BufferReader):
    """amqtt's reader of bytes at hand, which says that there are no more as a socket would."""

    async def read(self, n: int = -1) -> bytes:
        data: bytes = await super().read(n)
        if len(data) < n:
            raise asyncio.IncompleteReadError(data, n)
        return data


async def _first_packet(reader: ReaderAdapter) -> bytes:
    """Return a CONNECT packet whole, or raise `MQTTError`: nobody fills memory before the password."""
    packet = bytearray(await reader.read(1))
    if packet[0] != _CONNECT:
        raise MQTTError("the first packet is no CONNECT")
    length, shift = 0, 0
    while True:
        packet += await reader.read(1)
        length |= (packet[-1] & 0x7F) << shift
        shift += 7
        if length > MAX_CONNECT_BYTES or shift > 28:
            raise MQTTError("the CONNECT is too long")
        if not packet[-1] & 0x80:
            return bytes(packet) + bytes(await reader.read(length))


def _is_311(packet: bytes) -> bool:
    """Say whether a CONNECT is of MQTT 3.1.1: the protocol's name, then level 4."""
    return b"\x00\x04MQTT\x04" in packet[2:12]


def _let_vanished_clients_be(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say nothing of the OSError that amqtt leaves in a task whose client went away; everything else is told."""
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)
