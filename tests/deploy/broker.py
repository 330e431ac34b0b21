"""Mosquitto with the shipped configuration, and MQTT 5 peers with certificates, for the tests of that configuration."""

import re
import socket
import ssl
import subprocess
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Final, Self

import trustme
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

SOON_S: Final = 10.0
PASSWORD: Final = "correct horse"
HUNG_UP: Final = -1


class Peer:
    """One MQTT 5 client; every call waits for the broker's word on it."""

    def __init__(self, port: int, tls: ssl.SSLContext, client_id: str, login: tuple[str, str] | None = None) -> None:
        """Connect, or raise `ConnectionError`."""
        self._words: Queue[int] = Queue()
        self._messages: Queue[tuple[str, bytes]] = Queue()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5, reconnect_on_failure=False
        )
        self._client.tls_set_context(tls)
        if login is not None:
            self._client.username_pw_set(*login)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.connect("localhost", port)
        self._client.loop_start()
        if (word := self._word()) != 0:
            self.close()
            raise ConnectionError(f"the broker answered {word}")

    def publish(self, topic: str, payload: bytes) -> int:
        """Publish at QoS 1; return the broker's reason code, or `HUNG_UP`."""
        self._client.publish(topic, payload, qos=1)
        return self._word()

    def subscribe(self, topic: str) -> int:
        """Subscribe at QoS 1; return the broker's reason code, or `HUNG_UP`."""
        self._client.subscribe(topic, qos=1)
        return self._word()

    def next_message(self) -> tuple[str, bytes]:
        """Return the topic and payload of the next message."""
        return self._messages.get(timeout=SOON_S)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _word(self) -> int:
        try:
            return self._words.get(timeout=SOON_S)
        except Empty:
            raise TimeoutError("no word from the broker") from None

    def _on_connect(
        self, _client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        self._words.put(code.value)

    def _on_publish(self, _client: Client, _data: object, _mid: int, code: ReasonCode, _more: Properties) -> None:
        self._words.put(code.value)

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, codes: list[ReasonCode], _more: Properties | None
    ) -> None:
        self._words.put(codes[0].value)

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: DisconnectFlags, _code: ReasonCode, _more: Properties | None
    ) -> None:
        self._words.put(HUNG_UP)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._messages.put((message.topic, bytes(message.payload)))


class Broker:
    """A running Mosquitto with the configuration in `shipped`, its paths and port moved into `folder`."""

    def __init__(self, program: Path, shipped: Path, folder: Path) -> None:
        self._ca = trustme.CA()
        self._port, self._password_port = free_port(), free_port()
        self._ca.cert_pem.write_to_path(folder / "vehicles-ca.pem")
        own = self._ca.issue_cert("localhost")
        own.private_key_pem.write_to_path(folder / "broker.key")
        for part in own.cert_chain_pems:
            part.write_to_path(folder / "broker.pem", append=True)
        logins = folder / "outrider.passwords"
        subprocess.run(["mosquitto_passwd", "-c", "-b", str(logins), "CAR1", PASSWORD], check=True)
        (folder / "outrider.acl").write_bytes((shipped / "outrider.acl").read_bytes())
        settings = (shipped / "mosquitto.conf").read_text()
        settings = re.sub(r"/(?:etc|var/lib)/mosquitto/(?:certs/)?", f"{folder}/", settings)
        settings = settings.replace("listener 8883", f"user root\nlistener {self._port} 127.0.0.1")
        settings = settings.replace("listener 8884", f"listener {self._password_port} 127.0.0.1")
        (folder / "mosquitto.conf").write_text(settings)
        self._command = [str(program), "-c", str(folder / "mosquitto.conf")]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if line.rstrip().endswith("running"):
                return self
        self._stop()
        raise AssertionError("Mosquitto refused its configuration:\n" + "".join(said))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        with self._process:
            self._process.wait(timeout=SOON_S)

    def connect(self, user: str, client_id: str = "") -> Peer:
        """Return a peer whose certificate names `user`."""
        return self._peer(self._ca, user, client_id)

    def connect_stranger(self, user: str) -> Peer:
        """Return a peer whose certificate names `user`, but from an authority that the broker does not know."""
        return self._peer(trustme.CA(), user, "")

    def connect_by_password(self, user: str, password: str) -> Peer:
        """Return a peer without a certificate."""
        tls = ssl.create_default_context()
        self._ca.configure_trust(tls)
        return Peer(self._password_port, tls, "", (user, password))

    def _peer(self, issuer: trustme.CA, user: str, client_id: str) -> Peer:
        tls = ssl.create_default_context()
        self._ca.configure_trust(tls)
        issuer.issue_cert(common_name=user).configure_cert(tls)
        return Peer(self._port, tls, client_id)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
