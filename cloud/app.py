"""Putting the parts together: the only place where adapters are made and threads are started."""

import datetime as dt
import socket
import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog

from cloud.act.adapters.emergencies import StoreEmergencies
from cloud.app_trips import add_trips
from cloud.base import Base
from cloud.broker import passwords
from cloud.broker.adapters.amqtt import EmbeddedBroker
from cloud.errors import StartError
from cloud.ingest.adapters.mqtt import Address, MqttPipe
from cloud.ingest.allowance import Allowance
from cloud.ingest.urgent import CONSUMER as URGENT
from cloud.ingest.urgent import Urgent
from cloud.ingest.worker import Ingest, Parts
from cloud.insurer.pseudonym import KeyRing
from cloud.provisioning.desk import Broker, Desk
from cloud.settings import is_loopback
from contract import codec
from contract.messages import Health, Status

if TYPE_CHECKING:
    from cloud.api.services import AgentHealth
    from cloud.scoring.hazards import Serving

CONNECT_S: Final = 20.0
LOOK_S: Final = 0.02


class Ready(NamedTuple):
    """What the one line says once everything works: where the API is and which port the broker listens on."""

    api: str
    mqtt: int


def add_broker(base: Base) -> int:
    """Start the embedded broker and return its port; raise `StartError`."""
    base.claim("broker")
    users = base.folder / passwords.USERS_FILE
    password = passwords.ingest_password(base.folder)
    broker = EmbeddedBroker("127.0.0.1", base.settings.mqtt_port, users, password, base.figures.denied)
    port = broker.start()
    base.crew.closing.callback(broker.close)
    return port


def add_ingest(base: Base, port: int) -> MqttPipe:
    """Start ingest; the broker may come later. Several of these may share a folder."""
    settings = base.settings
    pipe = MqttPipe(_address(base, port), base.figures)
    urgent = Urgent(base.log, StoreEmergencies(base.store, base.clock, base.policy))
    parts = Parts(
        pipe=pipe,
        log=base.log,
        lines=base.lines,
        urgent=urgent,
        counts=base.figures,
        clock=base.clock,
        allowance=Allowance(settings.vehicle_rate_per_s, settings.vehicle_burst),
    )
    base.figures.lags(URGENT, lambda: float(base.log.last_offset() - urgent.offset))
    base.watch("mqtt", lambda: pipe.trouble)
    pipe.start()
    base.crew.closing.callback(pipe.close)
    base.crew.sign_on("ingest", Ingest(parts).run)
    return pipe


def add_score(base: Base) -> None:
    """Start scoring, with every kernel compiled."""
    # numba is slow to import: only who scores waits for it.
    from cloud.runner.consumer import CONSUMER, ScoreConsumer
    from cloud.runner.scoring import scoring_engine
    from cloud.scoring.engine import warmup

    base.claim(CONSUMER)
    structlog.get_logger().info(
        "warming_up", why="kernels not compiled yet are compiled now; the first time takes longest"
    )
    warmup()
    serving, stepped = _serving(base)
    consumer = ScoreConsumer(base.log, base.scores, scoring_engine(serving, stepped), base.figures)
    base.figures.lags(CONSUMER, lambda: float(base.log.last_offset() - consumer.offset))
    base.crew.sign_on(CONSUMER, consumer.run)


def _serving(base: Base) -> "tuple[Serving, Callable[[], None]]":
    """Return who answers, and what is to be called after each step."""
    from cloud.runner.adapters.shadow_file import ShadowFile
    from cloud.runner.models import models_of
    from cloud.runner.shadow import Shadow
    from cloud.scoring.hazards import Serving

    active = models_of(base.settings.model_dir, base.figures.degraded)
    candidate = models_of(base.settings.shadow_dir, base.figures.shadow_refused)
    if candidate is None:
        return Serving(active), lambda: None
    shadow = Shadow(candidate.version, base.policy)
    file = ShadowFile(base.folder, shadow.report)
    base.crew.closing.callback(file.write)
    return Serving(active, candidate, shadow.see), file.write_when_due


def add_history(base: Base) -> None:
    """Start to write the history."""
    from cloud.history.consumer import CONSUMER, HistoryConsumer

    base.claim(CONSUMER)
    history = base.history
    history.clear_leftovers()
    _follow(base, CONSUMER)
    base.crew.sign_on(CONSUMER, HistoryConsumer(base.log, history, base.clock, base.settings.history_keep_days).run)


def add_inspections(base: Base) -> None:
    """Start the daily look at vehicles that are unlike their class."""
    # numba is slow to import: only who looks waits for it.
    from cloud.inspections.adapters.files import ModelFolder
    from cloud.inspections.daily import PART, Inspections

    base.claim(PART)
    models = ModelFolder(base.folder / "anomaly")
    base.crew.sign_on(PART, Inspections(base.store, base.history, models, base.clock).run)


def add_act(base: Base, url: str) -> None:
    """Start to act on scores and on the clock; `url` is where drivers' phones reach the API if nothing else is set."""
    from cloud.act import app
    from cloud.act.adapters.lines import LineDownlink, LineStatuses
    from cloud.act.adapters.signed import SignedWebhook
    from cloud.act.consumer import CONSUMER, LOG, position
    from cloud.act.delivery import ToInsurers

    base.claim(CONSUMER)
    way = SignedWebhook(loopback=base.settings.webhook_loopback)
    base.crew.closing.callback(way.close)
    insurers = ToInsurers(way, KeyRing(_pseudonym_keys(base)))

    def lag() -> float:
        with base.store.read() as connection:
            return float(base.log.last_offset() - position(connection, LOG))

    base.figures.lags(CONSUMER, lag)

    def work(stop: Event) -> None:
        app.run(
            base.folder,
            base.store,
            base.clock,
            stop,
            entries=base.log,
            statuses=LineStatuses(base.lines),
            downlink=LineDownlink(base.lines, base.claims.key),
            public_url=base.settings.public_url or url,
            policy=base.policy,
            insurers=insurers,
        )

    base.crew.sign_on(CONSUMER, work)


def open_api_port(base: Base) -> tuple[socket.socket, str]:
    """Return the API's listening socket and its address; raise `StartError` when the port is taken."""
    return _listen(base, base.settings.port, "--port")


def add_status(base: Base, port: int) -> str:
    """Answer /health and /metrics for a part that runs by its own command; return the address."""
    from cloud.adapters.web import answer
    from cloud.api.status import build

    listening, url = _listen(base, port, "--status-port")
    app = build(base.not_ready)
    base.crew.sign_on("status", lambda stop: answer(app, listening, stop))
    return url


def _listen(base: Base, port: int, option: str) -> tuple[socket.socket, str]:
    from cloud.adapters.web import listen

    listening = listen(base.settings.host, port, option)
    base.crew.closing.callback(listening.close)
    host, bound = listening.getsockname()[:2]
    return listening, f"http://[{host}]:{bound}" if ":" in host else f"http://{host}:{bound}"


def add_api(base: Base, listening: socket.socket, mqtt_port: int) -> None:
    """Start the API and the UI on that socket; vehicles are told `mqtt_port` unless the settings say another."""
    from cloud.adapters.web import ApiHistory, answer
    from cloud.api.app import build
    from cloud.api.services import Services

    keys = _pseudonym_keys(base)
    services = Services(
        store=base.store,
        clock=base.clock,
        history=ApiHistory(base.history),
        pseudonym_key=keys[-1],
        ready=base.not_ready,
        stopping=base.crew.stop,
        desk=_desk(base, mqtt_port),
        health=lambda vehicle: _health(base, vehicle),
        ring=KeyRing(keys),
        folder=base.folder,
        trips=base.trips,
    )
    app = build(services)
    base.crew.sign_on("api", lambda stop: answer(app, listening, stop))


def serve(base: Base) -> Ready:
    """Start every part in this process, each after those it stands on, and return once all of them work."""
    listening, url = open_api_port(base)
    embedded = base.settings.embeds_broker
    port = add_broker(base) if embedded else base.settings.mqtt_port
    add_score(base)
    pipe = add_ingest(base, port)
    add_history(base)
    add_trips(base)
    add_act(base, url)
    add_inspections(base)
    add_api(base, listening, port)
    deadline_s = time.monotonic() + CONNECT_S
    while embedded and pipe.trouble and not base.crew.stop.wait(LOOK_S):
        if time.monotonic() > deadline_s:
            raise StartError(f"ingest cannot reach the broker of this very process: {pipe.trouble}")
    return Ready(url, port)


def _health(base: Base, vehicle: str) -> "AgentHealth | None":
    from cloud.api.services import AgentHealth

    presence = base.lines.health(vehicle)
    message = None if presence is None else codec.decode(presence.payload)
    if presence is None or not isinstance(message, Status) or not isinstance(message.health, Health):
        return None
    return AgentHealth(presence.received_ms, message.health)


def _desk(base: Base, mqtt_port: int) -> Desk:
    """Return the desk that admits devices; the broker asks them for what it can check."""
    from cloud.provisioning.adapters.files import load_authority

    settings = base.settings
    try:
        ca_pem = settings.mqtt_ca_file.read_text(encoding="ascii") if settings.mqtt_ca_file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read mqtt_ca_file {settings.mqtt_ca_file}: {error}") from error
    broker = Broker(
        host=settings.vehicle_mqtt_host or settings.mqtt_host or "127.0.0.1",
        port=settings.vehicle_mqtt_port or mqtt_port,
        login="password" if settings.embeds_broker else "certificate",
        ca_pem=ca_pem,
    )
    users = base.folder / passwords.USERS_FILE
    authority = load_authority(base.folder, dt.datetime.now(dt.UTC))
    return Desk(base.claims, authority, broker, lambda vehicle, secret: passwords.store(users, {vehicle: secret}))


def _pseudonym_keys(base: Base) -> tuple[bytes, ...]:
    from cloud.store.keys import PSEUDONYM_KEY, load_ring

    path = base.folder / PSEUDONYM_KEY
    try:
        return load_ring(path)
    except (OSError, ValueError) as error:
        raise StartError(f"cannot use the key in {path}: {error}") from error


def _follow(base: Base, consumer: str) -> None:
    base.figures.lags(consumer, lambda: float(base.log.last_offset() - base.log.committed(consumer)))


def _address(base: Base, port: int) -> Address:
    settings = base.settings
    if settings.embeds_broker:
        password = passwords.ingest_password(base.folder)
        return Address("127.0.0.1", port, settings.mqtt_username, password, settings.wire_version)
    return Address(
        host=settings.mqtt_host,
        port=port,
        username=settings.mqtt_username,
        password=settings.mqtt_password.get_secret_value(),
        version=settings.wire_version,
        tls=settings.mqtt_ca_file is not None or not is_loopback(settings.mqtt_host),
        ca_file=settings.mqtt_ca_file,
        cert_file=settings.mqtt_cert_file,
        key_file=settings.mqtt_key_file,
    )
