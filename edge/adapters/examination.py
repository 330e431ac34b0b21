"""The doctor's hands: each looks at one thing and changes nothing. Only `ask` puts frames on the bus."""

import datetime as dt
import os
import socket
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.adapters.can_bus import PythonCanBus
from edge.adapters.tls import context
from edge.config import Mqtt, Settings
from edge.doctor import Certificate, Finding
from edge.errors import ConfigError
from edge.obd.guard import Guard, Verdict
from edge.obd.interpreter import Interpreter
from edge.obd.poller import Poller
from edge.obd.stops import stops
from edge.refusals import refusal

CONNECT_S: Final = 5.0
ASK_S: Final = 6.0  # discovery asks in 11 and in 29 bits, and waits for each
TURN_S: Final = 0.02


def ask(settings: Settings, interpreter: Interpreter) -> list[tuple[str, bool]]:
    """Return who answers discovery and whether its ids have 29 bits; every frame leaves through the guard."""
    bus = PythonCanBus(settings.bus)
    guard = Guard(bus, polling=True, stops=stops(settings.bus.stop))
    guard.wake()
    poller = Poller(interpreter)
    deadline_s = time.monotonic() + ASK_S
    try:
        while poller.discovering and time.monotonic() < deadline_s:
            now_s = time.monotonic()
            request, _ = poller.step(now_s, now_s)
            match None if request is None else guard.send(request, now_s):
                case Verdict.SENT:
                    poller.sent(now_s)
                case Verdict.STOPPED | Verdict.FORBIDDEN:
                    poller.barred(now_s, now_s)
            if (frame := bus.receive(TURN_S)) is not None:
                guard.observe(frame, now_s)
                flow_control, _ = poller.feed(frame, now_s, now_s)
                if flow_control is not None:
                    guard.send(flow_control, now_s)
        return [(link.ecu, link.extended) for link in poller.supported]
    finally:
        bus.close()


def broker(settings: Settings, *, is_connected: bool) -> Iterator[Finding]:
    """Look at the way to the broker step by step, as far as it goes."""
    where = f"{settings.mqtt.host}:{settings.mqtt.port}"
    try:
        line = socket.create_connection((settings.mqtt.host, settings.mqtt.port), CONNECT_S)
    except OSError as error:
        yield Finding("broker", False, f"{where}: {error}", "is the device on line, and mqtt.host and mqtt.port right?")
        return
    with line:
        yield Finding("broker", True, f"{where} answers")
        if settings.mqtt.tls:
            tls = _tls(line, settings.mqtt)
            yield tls
            if not tls.well:
                return
    if is_connected:
        yield Finding("login", True, "the running agent is connected; a second login would take its place")
    else:
        yield _login(settings)


def certificate(mqtt_settings: Mqtt) -> Certificate:
    """Read the client certificate and its key; raise `ConfigError` when they cannot be read."""
    # Large: the running agent, which has this module too, does without it.
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509.oid import NameOID

    try:
        found = x509.load_pem_x509_certificate(Path(mqtt_settings.cert_file).read_bytes())
        key_file = Path(mqtt_settings.key_file)
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        is_private = not key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{mqtt_settings.cert_file}, {mqtt_settings.key_file}: {error}") from error
    names = tuple(str(name.value) for name in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    fits = found.public_key() == key.public_key()
    return Certificate(names, found.not_valid_before_utc, found.not_valid_after_utc, fits, is_private)


def spool(path: Path) -> Finding:
    """Read the spool through, without opening it for writing."""
    if not path.exists():
        return Finding("spool", True, f"{path}: not there yet, the agent makes it")
    try:
        line = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.0)
        try:
            (word,) = line.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            line.close()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return Finding(
                "spool", True, f"{path}: in the hands of the running agent, which checked it when it started"
            )
        return Finding("spool", False, f"{path}: {error}", "can the agent's user read and write there?")
    except sqlite3.DatabaseError as error:
        word = str(error)
    advice = "let the agent start: it sets the file aside and reads out what is sound"
    return Finding("spool", word == "ok", f"{path}: {'sound' if word == 'ok' else word}", advice)


def now() -> dt.datetime:
    """Return the machine's time."""
    return dt.datetime.now(dt.UTC)


def _tls(line: socket.socket, mqtt_settings: Mqtt) -> Finding:
    try:
        with context(mqtt_settings).wrap_socket(line, server_hostname=mqtt_settings.host) as secured:
            return Finding("TLS", True, f"{secured.version()}, and the broker is who it says")
    except (OSError, ConfigError) as error:
        advice = "check the clock first; then mqtt.ca_file and the broker's name: verification cannot be turned off"
        return Finding("TLS", False, str(error), advice)


def _login(settings: Settings) -> Finding:
    codes: list[ReasonCode] = []
    is_v5 = settings.mqtt.protocol == "5"
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.vehicle,
        protocol=mqtt.MQTTv5 if is_v5 else mqtt.MQTTv311,
        clean_session=None if is_v5 else True,
        reconnect_on_failure=False,
    )
    client.username_pw_set(settings.username, settings.mqtt.password or None)
    if settings.mqtt.tls:
        client.tls_set_context(context(settings.mqtt))
    client.connect_timeout = CONNECT_S

    def heard(_: mqtt.Client, __: object, ___: object, code: ReasonCode, ____: Properties | None) -> None:
        codes.append(code)

    client.on_connect = heard
    try:
        client.connect(settings.mqtt.host, settings.mqtt.port)
        _turn(client, lambda: bool(codes))
        client.disconnect()
    except (OSError, ValueError) as error:
        return Finding("login", False, str(error), "see the broker's log")
    if not codes:
        return Finding("login", False, "the broker did not answer", "does it speak mqtt.protocol? See its log")
    asked = refusal(codes[0].value)
    return Finding("login", not codes[0].is_failure, str(codes[0]), asked.advice if asked else "see the broker's log")


def _turn(client: mqtt.Client, done: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + CONNECT_S
    while not done() and time.monotonic() < deadline_s:
        if client.loop(0.1) != mqtt.MQTT_ERR_SUCCESS:
            return


def free_bytes(folder: Path) -> int | None:
    """Return the room in `folder`, None when there is no such folder."""
    try:
        about = os.statvfs(folder)
    except OSError:
        return None
    return about.f_bavail * about.f_frsize
