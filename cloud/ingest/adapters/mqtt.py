"""The broker's client: paho with acknowledgement by hand."""

import queue
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from cloud.ingest.ports import Counts, Delivery
from contract import topics

KEEPALIVE_S: Final = 30
SESSION_S: Final = 3_600
MAX_WAITING: Final = 20_000
MAX_UNSENT: Final = 50_000


class Address(NamedTuple):
    """Where the broker is and as whom to speak to it.

    `version` is "5", or "3.1.1" for the embedded broker. With `tls` the broker's certificate is always verified, by
    the machine's authorities or `ca_file`; `cert_file` and `key_file` are our own.
    """

    host: str
    port: int
    username: str
    password: str
    version: str = "5"
    tls: bool = False
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None


class _Token(NamedTuple):
    """An acknowledgement counts on the connection that delivered; on the next its number may mean another message."""

    connection: int
    mid: int
    qos: int


class MqttPipe:
    """The pipe over MQTT; see `Pipe`. Connects in its own thread and goes on trying for as long as it lives."""

    def __init__(self, address: Address, counts: Counts) -> None:
        """Prepare a client; nothing is sent before `start`."""
        self._address = address
        self._counts = counts
        self._arrived: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._connection = 0
        self._closing = False
        self._refused = False
        self._trouble = "not connected yet"
        self._events = structlog.get_logger().bind(broker=f"{address.host}:{address.port}")
        self._client = _client(address)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._message
        self._client.on_subscribe = self._subscribed
        self._client.on_connect_fail = self._failed

    @property
    def trouble(self) -> str:
        """Why there is no line to the broker, "" when there is one."""
        return self._trouble

    def start(self) -> None:
        """Begin to connect; a broker that is not there yet is tried again until it is."""
        if self._address.version == "5":
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = SESSION_S
            self._client.connect_async(
                self._address.host, self._address.port, KEEPALIVE_S, clean_start=False, properties=properties
            )
        else:
            self._client.connect_async(self._address.host, self._address.port, KEEPALIVE_S)
        self._client.loop_start()

    def close(self) -> None:
        """Say goodbye and stop the thread; what was not acknowledged is delivered again to whoever comes next."""
        self._closing = True
        self._client.disconnect()
        self._client.loop_stop()

    def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        """Return what has arrived; see `Pipe`."""
        taken: list[Delivery] = []
        try:
            taken.append(self._arrived.get(timeout=timeout_s))
            while len(taken) < limit:
                taken.append(self._arrived.get_nowait())
        except queue.Empty:
            pass
        return taken

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Let the broker forget these; see `Pipe`."""
        for delivery in deliveries:
            token = delivery.token
            if isinstance(token, _Token) and token.connection == self._connection and token.qos:
                self._client.ack(token.mid, token.qos)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send at QoS 1; see `Pipe`."""
        self._client.publish(topic, payload, qos=1, retain=retain)

    def _connected(
        self, client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._refused = reason.is_failure
        if reason.is_failure:
            self._stumble(f"the broker refuses user {self._address.username!r}: {reason}")
            return
        self._connection += 1
        if self._address.version == "5":
            client.subscribe(topics.UP_FILTER, options=SubscribeOptions(qos=1))
        else:
            client.subscribe(topics.UP_FILTER, qos=1)

    def _subscribed(
        self, _client: Client, _data: object, _mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if refused := [reason for reason in reasons if reason.is_failure]:
            self._stumble(f"the broker does not let user {self._address.username!r} listen: {refused[0]}")
            return
        self._trouble = ""
        self._events.info("mqtt_connected")

    def _disconnected(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not self._refused:  # otherwise the refusal is the reason
            self._stumble(f"the line broke: {reason}")

    def _failed(self, _client: Client, _data: object) -> None:
        self._stumble("nobody answers; is the broker running there?")

    def _stumble(self, trouble: str) -> None:
        if trouble != self._trouble and not self._closing:
            self._events.warning("mqtt_not_connected", reason=trouble)
        self._trouble = trouble

    def _message(self, client: Client, _data: object, message: MQTTMessage) -> None:
        token = _Token(self._connection, message.mid, message.qos)
        if self._arrived.qsize() >= MAX_WAITING:
            # Without a receipt the car sends it again; holding it here would only fill memory.
            self._counts.count("overflow")
            client.ack(message.mid, message.qos)
            return
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._arrived.put(Delivery(topic, bytes(message.payload), token))


def _client(address: Address) -> Client:
    is_v5 = address.version == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=address.username,
        clean_session=None if is_v5 else True,
        protocol=MQTTv5 if is_v5 else MQTTv311,
        manual_ack=True,
    )
    client.username_pw_set(address.username, address.password or None)
    client.reconnect_delay_set(1, 30)
    client.max_queued_messages_set(MAX_UNSENT)
    if address.tls:
        ca_file, cert_file, key_file = (
            None if path is None else str(path) for path in (address.ca_file, address.cert_file, address.key_file)
        )
        client.tls_set(ca_file, cert_file, key_file)
    return client
