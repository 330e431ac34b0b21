"""The owner's broker: the device is announced and its values follow; all that is heard there is a birth."""

import datetime as dt
import threading
from typing import Any, Final, Protocol

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contract.columns import Sample
from edge import home_assistant
from edge.adapters.tls import verifying
from edge.backoff import CAP_S
from edge.config_tables import HomeAssistant

EVERY_S: Final = 10.0  # real; a house does not need to know sooner
FIRST_WAIT_S: Final = 5

log = structlog.get_logger()


class Show(Protocol):
    """Somebody in the house who is shown what was read."""

    def take(self, path: str, sample: Sample) -> None: ...

    def close(self) -> None: ...


class NoHome:
    """A car whose owner has no Home Assistant."""

    def take(self, path: str, sample: Sample) -> None:
        """Nobody is shown anything."""

    def close(self) -> None:
        """Nothing is open."""


class HomeAssistantShow:
    """Connects by itself, again and again; what it cannot deliver is not missed, because the newest follows."""

    def __init__(self, home: HomeAssistant, vehicle: str, version: str, *, every_s: float = EVERY_S) -> None:
        """Raise `ConfigError` when the authority's file cannot be used."""
        self._home = home
        self._vehicle = vehicle
        self._version = version
        self._every_s = every_s
        self._values = home_assistant.Values()
        self._lock = threading.Lock()
        self._announced: frozenset[str] | None = None
        self._dirty = False
        self._over = threading.Event()
        self._client = self._make_client()
        self._thread = threading.Thread(target=self._tell_now_and_then, name="home", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._client.connect_async(self._home.host, self._home.port)
        self._client.loop_start()
        self._thread.start()

    def take(self, path: str, sample: Sample) -> None:
        with self._lock:
            self._dirty |= self._values.take(path, sample, dt.datetime.now(dt.UTC))

    def close(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(self._every_s)
        self._client.disconnect()
        self._client.loop_stop()

    def _make_client(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"outrider-{self._vehicle}", protocol=mqtt.MQTTv311)
        if self._home.username:
            client.username_pw_set(self._home.username, self._home.password or None)
        if self._home.tls:
            client.tls_set_context(verifying(self._home.ca_file, key="home_assistant.ca_file"))
        client.reconnect_delay_set(FIRST_WAIT_S, round(CAP_S))
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def _on_connect(self, client: mqtt.Client, _: Any, __: Any, code: ReasonCode, ___: Properties | None) -> None:
        if code.is_failure:
            log.error("home_refused", reason=str(code), advice="see [home_assistant] username and password_file")
            return
        log.info("home_up", host=self._home.host)
        client.subscribe(home_assistant.birth_topic(self._home.prefix), 1)
        self._announce_again()

    def _on_message(self, _: mqtt.Client, __: Any, message: mqtt.MQTTMessage) -> None:
        if bytes(message.payload[:8]) == b"online":
            self._announce_again()

    def _announce_again(self) -> None:
        with self._lock:
            self._announced = None
            self._dirty = True
        self._tell()

    def _tell_now_and_then(self) -> None:
        while not self._over.wait(self._every_s):
            self._tell()

    def _tell(self) -> None:
        """Announce the components that are new, and then say the values; both are retained."""
        with self._lock:
            components, payload = self._values.components, self._values.payload()
            is_news, self._dirty = self._dirty, False
            is_new = components != self._announced
        if not is_news or not components or not self._client.is_connected():
            self._dirty |= is_news
            return
        if is_new:
            described = home_assistant.discovery(self._vehicle, self._home.name, self._version, components)
            self._publish(home_assistant.discovery_topic(self._home.prefix, self._vehicle), described)
            self._announced = components
        self._publish(home_assistant.state_topic(self._vehicle), payload)

    def _publish(self, topic: str, payload: bytes) -> None:
        if self._client.publish(topic, payload, qos=1, retain=True).rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._dirty = True
