"""One connection to the broker, from CONNECT to its end; a new paho client each time, so that nothing old is resent."""

import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contract import codec, topics
from contract.errors import ContractError
from contract.messages import Config, Receipt
from edge.adapters.tls import context
from edge.config import Settings, is_loopback
from edge.ports import URGENT_RESERVE, WINDOW, Heard, Unreadable
from edge.refusals import UNSUPPORTED_VERSION

CONNECT_S: Final = 5.0
CONNACK_S: Final = 10.0
LOOPBACK_CONNACK_S: Final = 3.0
PROBE_S: Final = 1.0
LOST: Final = 128  # what paho calls a connection that ended without a word

log = structlog.get_logger()


class End(NamedTuple):
    """Why a connection ended: `held_s` is how long it was up, 0 when it never was, `code` the broker's own word.

    `dropped`: a broker that lives on closed it without a word.
    """

    reason: str
    held_s: float
    code: int | None = None
    before_connack: bool = False
    dropped: bool = False

    @property
    def wrong_version(self) -> bool:
        return self.held_s == 0.0 and self.code in UNSUPPORTED_VERSION


class BrokerSession:
    """Connects, listens on the vehicle's two topics, says `birth` and is then up, until something ends it."""

    def __init__(
        self, settings: Settings, will: bytes, birth: Callable[[], bytes], heard: "queue.SimpleQueue[Heard]"
    ) -> None:
        self._settings = settings
        self._birth = birth
        self._heard = heard
        self._up_since_s: float | None = None
        self._has_connack = False
        self._hung_up = False
        self._end: End | None = None
        self._over = threading.Event()
        self._told_up: Callable[[], None] = lambda: None
        self._status = topics.build(settings.vehicle, "status")
        self._config = topics.build(settings.vehicle, "config")
        self._client = self._make_client(will)

    @property
    def is_up(self) -> bool:
        return self._up_since_s is not None and not self._over.is_set()

    def run(self, told_up: Callable[[], None]) -> End:
        """Connect and stay until the end; `told_up` is called, from another thread, once everything is ready."""
        self._told_up = told_up
        mqtt_settings = self._settings.mqtt
        try:
            self._client.connect(mqtt_settings.host, mqtt_settings.port, mqtt_settings.keepalive_s)
        except (OSError, ValueError) as error:
            return End(f"{mqtt_settings.host}:{mqtt_settings.port}: {error}", 0.0)
        self._client.loop_start()
        patience_s = LOOPBACK_CONNACK_S if is_loopback(mqtt_settings.host) else CONNACK_S
        if not self._over.wait(patience_s) and self._up_since_s is None:
            self._finish(f"not ready within {patience_s:g} s")
        self._over.wait()
        end = self._end or End("closed", 0.0)
        if self._hung_up and end.held_s > 0.0:
            end = end._replace(dropped=self._broker_lives())
        self._client.disconnect()
        self._client.loop_stop()
        return end

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> mqtt.MQTTMessageInfo | None:
        """Hand a message over; None when there is no link or no room for it."""
        if self._over.is_set():
            return None
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        return info if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def give_up(self, reason: str) -> None:
        """End the connection without a goodbye, so that the will speaks if nobody connects again."""
        self._finish(reason)

    def close(self, goodbye: bytes, timeout_s: float) -> None:
        """Say `goodbye` under the status topic, as the will would, and end the connection."""
        if self.is_up and (info := self.publish(self._status, goodbye, retain=True)) is not None:
            info.wait_for_publish(timeout_s)
        self._finish("closed by the agent")

    def _make_client(self, will: bytes) -> mqtt.Client:
        mqtt_settings = self._settings.mqtt
        is_v5 = mqtt_settings.protocol == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._settings.vehicle,
            protocol=mqtt.MQTTv5 if is_v5 else mqtt.MQTTv311,
            clean_session=None if is_v5 else True,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._settings.username, mqtt_settings.password or None)
        if mqtt_settings.tls:
            client.tls_set_context(context(mqtt_settings))
        client.will_set(self._status, will, qos=1, retain=True)
        client.connect_timeout = CONNECT_S
        client.max_inflight_messages_set(WINDOW + URGENT_RESERVE)
        client.max_queued_messages_set(4 * WINDOW)
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        return client

    def _finish(self, reason: str, code: int | None = None) -> None:
        if self._end is None:
            held_s = 0.0 if self._up_since_s is None else time.monotonic() - self._up_since_s
            self._end = End(reason, held_s, code, before_connack=not self._has_connack)
        self._over.set()

    def _on_connect(self, client: mqtt.Client, _: Any, __: Any, code: ReasonCode, more: Properties | None) -> None:
        self._has_connack = True
        if code.is_failure:
            self._finish(f"refused: {code}{_explained(more)}", code.value)
            return
        client.subscribe([(topics.build(self._settings.vehicle, lane), 1) for lane in topics.DOWN])

    def _on_subscribe(
        self, _: mqtt.Client, __: Any, ___: int, codes: list[ReasonCode], ____: Properties | None
    ) -> None:
        if refused := [str(code) for code in codes if code.is_failure]:
            # Without receipts nothing would ever leave the spool, so this link is of no use.
            first = next(code.value for code in codes if code.is_failure)
            self._finish(f"subscription refused: {', '.join(refused)}", first)
            return
        self.publish(self._status, self._birth(), retain=True)
        self._up_since_s = time.monotonic()
        self._told_up()

    def _on_message(self, _: mqtt.Client, __: Any, message: mqtt.MQTTMessage) -> None:
        try:
            decoded = codec.decode(bytes(message.payload))
            if (
                topics.parse(message.topic).vehicle != self._settings.vehicle
                or decoded.vehicle != self._settings.vehicle
            ):
                raise ContractError("it is meant for another vehicle")
            if not isinstance(decoded, Receipt | Config):
                raise ContractError("it is nothing that a car is told")
        except ContractError as error:
            log.warning("down_refused", topic=message.topic[:120], reason=str(error))
            if message.topic == self._config:
                self._heard.put(Unreadable(str(error)))
            return
        self._heard.put(decoded)

    def _on_publish(self, _: mqtt.Client, __: Any, mid: int, code: ReasonCode, ___: Properties | None) -> None:
        if code.is_failure:
            # The record stays in the spool and is sent again, ever more rarely.
            log.error("publish_refused", reason=str(code), advice="see the broker's access rules for this vehicle")

    def _on_disconnect(
        self, _: mqtt.Client, __: Any, flags: mqtt.DisconnectFlags, code: ReasonCode, more: Properties | None
    ) -> None:
        said = flags.is_disconnect_packet_from_server
        self._hung_up = not said and code.value == LOST
        self._finish(f"disconnected: {code}{_explained(more)}", code.value if said else None)

    def _broker_lives(self) -> bool:
        """Say whether the broker still takes connections, the very moment after it closed ours."""
        try:
            socket.create_connection((self._settings.mqtt.host, self._settings.mqtt.port), PROBE_S).close()
        except OSError:
            return False
        return True


def _explained(properties: Properties | None) -> str:
    """Return what the broker says beyond its code: why, and where it would rather have us."""
    said = (getattr(properties, name, None) for name in ("ReasonString", "ServerReference"))
    return "".join(f" ({text[:200]})" for text in said if isinstance(text, str))


def _without_delay(_: mqtt.Client, __: Any, sock: object) -> None:
    """Send small packets at once: Nagle's algorithm would hold an urgent event back."""
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
