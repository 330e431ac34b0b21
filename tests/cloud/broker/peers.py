"""MQTT clients that wait for the broker's word on everything they do."""

from queue import Queue
from typing import Final, NamedTuple

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

SOON_S: Final = 10.0
GONE: Final = "gone"


class Message(NamedTuple):
    """What was delivered."""

    topic: str
    payload: bytes
    retained: bool


class Peer:
    """One client."""

    def __init__(
        self,
        port: int,
        user: str,
        password: str,
        client_id: str,
        *,
        version: str,
        will: tuple[str, bytes] | None = None,
        clean: bool = True,
    ) -> None:
        """Connect; `connected` says how that ended."""
        is_v5 = version == "5"
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=None if is_v5 else clean,
            protocol=MQTTv5 if is_v5 else MQTTv311,
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(user, password)
        if will is not None:
            self._client.will_set(*will, qos=1, retain=True)
        self._words: Queue[str] = Queue()
        self.messages: Queue[Message] = Queue()
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self.connected = self._word() == "Success"

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> str:
        """Publish at QoS 1 and return what the broker says of it."""
        self._client.publish(topic, payload, qos=1, retain=retain)
        return self._word()

    def subscribe(self, topic_filter: str) -> str:
        """Subscribe at QoS 1 and return what the broker says of it."""
        self._client.subscribe(topic_filter, qos=1)
        return self._word()

    def leave(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        self._client.loop_stop()

    def vanish(self) -> None:
        """Close the line without a word, so that the will is published."""
        sock = self._client.socket()
        assert sock is not None
        sock.close()
        self._client.loop_stop()

    def _word(self) -> str:
        return self._words.get(timeout=SOON_S)

    def _on_connect(self, _c: Client, _d: object, _f: ConnectFlags, reason: ReasonCode, _p: Properties | None) -> None:
        self._words.put(str(reason))

    def _on_publish(self, _c: Client, _d: object, _mid: int, reason: ReasonCode, _p: Properties) -> None:
        self._words.put(str(reason))

    def _on_subscribe(
        self, _c: Client, _d: object, _mid: int, reasons: list[ReasonCode], _p: Properties | None
    ) -> None:
        self._words.put(str(reasons[0]))

    def _on_disconnect(
        self, _c: Client, _d: object, _f: DisconnectFlags, _r: ReasonCode, _p: Properties | None
    ) -> None:
        self._words.put(GONE)

    def _on_message(self, _c: Client, _d: object, message: MQTTMessage) -> None:
        self.messages.put(Message(message.topic, bytes(message.payload), bool(message.retain)))
