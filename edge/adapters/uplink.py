"""The way to the broker: a supervising thread that connects, waits for the end, and connects again with full jitter."""

import queue
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from contract import topics
from edge.adapters.broker_session import BrokerSession, End
from edge.adapters.tls import context
from edge.backoff import CAP_S, LOOPBACK_CAP_S, STABLE_S, Backoff
from edge.config import Settings, is_loopback
from edge.errors import ConfigError, UplinkError
from edge.ports import Heard, Kind, LinkChange
from edge.refusals import CREDENTIALS, TAKEN_OVER, refusal

DROPS_TELLING: Final = 2  # so many in a row from a broker that lives: somebody else has our name
UNANSWERED_CONNECTS: Final = 3  # so many in a row, and never one answered, are no accident on a loopback

log = structlog.get_logger()


class MqttUplink:
    """An `Uplink` over paho-mqtt; `status` makes the birth (True) and the will (False) when they are needed."""

    def __init__(self, settings: Settings, status: Callable[[bool], bytes]) -> None:
        if settings.mqtt.tls:
            context(settings.mqtt)  # what cannot be used ends the agent now, not its thread later
        self._settings = settings
        self._status = status
        self.takeovers = 0
        self._topics: dict[Kind, str] = {
            kind: topics.build(settings.vehicle, kind) for kind in ("telemetry", "urgent", "dtc")
        }
        cap_s = LOOPBACK_CAP_S if is_loopback(settings.mqtt.host) else CAP_S
        self._backoff = Backoff(random.SystemRandom().uniform, cap_s=cap_s)
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._first: Heard | None = None
        self._session: BrokerSession | None = None
        self._stopping = threading.Event()
        self._fatal: ConfigError | None = None
        self._was_up = False
        self._unanswered = 0
        self._dropped = 0
        self._thread = threading.Thread(target=self._supervise, name="uplink", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def publish(self, kind: Kind, payload: bytes) -> bool:
        session = self._session
        return session is not None and session.is_up and session.publish(self._topics[kind], payload) is not None

    @property
    def is_up(self) -> bool:
        """Whether the link stands now."""
        session = self._session
        return session is not None and session.is_up

    def tell(self, status: bytes) -> None:
        session = self._session
        if session is not None and session.is_up:
            session.publish(topics.build(self._settings.vehicle, "status"), status, retain=True)

    def heard(self) -> list[Heard]:
        if self._fatal is not None:
            raise self._fatal
        if not self._thread.is_alive() and not self._stopping.is_set():
            raise UplinkError("the uplink has died; see the log")
        found = [] if self._first is None else [self._first]
        self._first = None
        while not self._heard.empty():
            found.append(self._heard.get_nowait())
        return found

    def renew(self, reason: str) -> None:
        if (session := self._session) is not None and session.is_up:
            session.give_up(reason)

    def wait(self, timeout_s: float) -> None:
        if self._first is not None:
            return
        with suppress(queue.Empty):
            self._first = self._heard.get(timeout=timeout_s)

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        if (session := self._session) is not None:
            session.close(self._status(False), timeout_s)
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _supervise(self) -> None:
        try:
            while not self._stopping.is_set() and self._fatal is None:
                self._connect_once()
        except Exception:
            log.exception("uplink_died")
            raise

    def _connect_once(self) -> None:
        end = self._connected()
        if self._stopping.is_set():
            return
        self._heard.put(LinkChange(False, end.reason))
        self._fatal = self._unmendable(end)
        wait_s = self._backoff.failed(end.held_s, self._asked_of_us(end))
        log.warning("uplink_down", reason=end.reason, held_s=round(end.held_s, 1), again_in_s=round(wait_s, 2))
        self._stopping.wait(wait_s)

    def _connected(self) -> End:
        """Make one connection, and return when and why it ended."""
        try:
            session = BrokerSession(self._settings, self._status(False), lambda: self._status(True), self._heard)
        except ConfigError as error:  # a certificate that is being renewed this very moment
            return End(str(error), 0.0)
        self._session = session
        return session.run(self._told_up)

    def _asked_of_us(self, end: End) -> float:
        """Return how long the broker's reason keeps us away, in real seconds, and tell a person what to do."""
        # Mosquitto 2.0 hands a session to whoever names it and says nothing to who had it.
        self._dropped = self._dropped + 1 if end.dropped and end.held_s < STABLE_S else 0
        code = TAKEN_OVER if self._dropped >= DROPS_TELLING else end.code
        asked = refusal(code)
        if asked is None:
            return 0.0
        if code == TAKEN_OVER:
            self.takeovers += 1
        log.error("uplink_refused", reason=end.reason, advice=asked.advice)
        # On the own machine the password may just be on its way into the broker's file.
        is_near = end.code in CREDENTIALS and is_loopback(self._settings.mqtt.host)
        return 0.0 if is_near else asked.at_least_s

    def _told_up(self) -> None:
        self._was_up = True
        self._heard.put(LinkChange(True, "connected"))
        log.info("uplink_up", host=self._settings.mqtt.host, port=self._settings.mqtt.port)

    def _unmendable(self, end: End) -> ConfigError | None:
        """Return the error when `end` says that the broker does not speak this version: retrying would never end.

        An embedded broker may not say so but close, or stay silent. Far away that may also be a broker in need, and
        an agent that gave up would be lost to it; so only what is on this machine is judged by its silence. Behind TLS
        silence says that our certificate is not believed, which a new one mends.
        """
        is_v5 = self._settings.mqtt.protocol == "5" and not self._settings.mqtt.tls
        self._unanswered = self._unanswered + 1 if end.before_connack else 0
        is_mute = is_v5 and is_loopback(self._settings.mqtt.host) and self._unanswered >= UNANSWERED_CONNECTS
        if end.wrong_version or (is_mute and not self._was_up):
            broker = f"{self._settings.mqtt.host}:{self._settings.mqtt.port}"
            return ConfigError(
                f"key 'mqtt.protocol': the broker at {broker} does not speak MQTT {self._settings.mqtt.protocol}"
                f' ({end.reason}); the embedded one on loopback speaks "3.1.1"'
            )
        return None
