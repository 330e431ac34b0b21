"""The one place where the agent is put together, and the signals that end it."""

import signal
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Final

import structlog

from contract.messages import Status
from edge.adapters import passive_tables, signal_sets
from edge.adapters.can_bus import PythonCanBus
from edge.adapters.clock import MachineClock, TimeFile
from edge.adapters.gpsd import GpsdPosition
from edge.adapters.home_assistant import HomeAssistantShow, NoHome, Show
from edge.adapters.position import NmeaPosition, NoPosition
from edge.adapters.power_switch import CommandPowerSwitch, NoPowerSwitch
from edge.adapters.service_manager import ServiceManager
from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.spool_steady import SteadySpool
from edge.adapters.state_files import MarksFile
from edge.adapters.supply import FastIioSupply, IioSupply
from edge.adapters.uplink import MqttUplink
from edge.adapters.witness import FileWitness, NoWitness
from edge.agent import Agent
from edge.care import beside
from edge.config import MIB, Settings
from edge.conversation import Conversation
from edge.guiding import Parts, guided
from edge.obd.acceptance import Acceptance, accepted
from edge.obd.guard import Guard
from edge.obd.interpreter import Interpreter
from edge.obd.passive.listener import Listener
from edge.obd.passive.table import Table
from edge.obd.poller import Poller
from edge.obd.stops import stops
from edge.outbox import Outbox
from edge.ports import PositionSource, PowerSwitch
from edge.sealer import Sealer
from edge.session import Session
from edge.supply_watch import SupplyWatch
from edge.whereabouts import Limits, Whereabouts

RING_BYTES: Final = 16 * MIB
GOODBYE_S: Final = 2.0

log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Run the agent until SIGTERM or SIGINT; raise `ConfigError` when no restart would help."""
    stopping, manager = _on_signals(), ServiceManager()
    clock = MachineClock(settings.scale, saved=TimeFile(Path(f"{settings.spool.path}.clock")))
    sealer = Sealer(settings.vehicle, clock)
    interpreter = signal_sets.interpreter(settings.signal_sets, settings.model_year)
    table = passive_tables.load(settings.passive) if settings.passive else None
    bus = PythonCanBus(settings.bus, _wanted(interpreter, table))
    # Without signal sets there is nothing to ask, and the guard lets nothing through.
    guard = Guard(bus, polling=bool(settings.signal_sets), stops=stops(settings.bus.stop))
    supply, switch = _supply(settings), _switch(settings)
    session = _session(settings, has_supply=supply is not None)
    watch = SupplyWatch(supply, session, time.monotonic, switch, off_below_v=settings.power.off_below_v)
    listener = Listener(table) if table else None
    conversation = Conversation(
        bus, guard, Poller(interpreter), session, interpreter.links, time.monotonic, clock.mono_s, listener
    )
    position = _position(settings)
    spool = _spool(settings)
    about = _about(settings, (*settings.signal_sets, *([table.name] if table else [])))
    uplink = MqttUplink(settings, lambda online: sealer.status(online, about))
    marks = MarksFile(beside(settings.spool.path, "marks"))
    marks.started()
    outbox = Outbox(spool, uplink, sealer, time.monotonic)
    guidance = guided(settings, interpreter, Parts(conversation, outbox, spool, uplink, sealer, about, clock), marks)
    home = _home(settings, about.agent_version)
    whereabouts = Whereabouts(position.fix, _limits(settings), marks.marks.used, marks.save)
    agent = Agent(conversation, watch, whereabouts, outbox, sealer, clock, time.monotonic, guidance, home.take)
    log.info("start", vehicle=settings.vehicle, boot_id=clock.boot_id, clock=settings.clock, waiting=spool.depth()[0])
    try:
        uplink.start()
        manager.ready()
        agent.run(_remembering(clock, stopping, manager))
    finally:
        manager.stopping()
        uplink.stop(GOODBYE_S)
        spool.close()
        clock.remember(at_once=True)
        position.close()
        home.close()
        bus.close()
        if supply is not None:
            supply.close()
    log.info("stop", vehicle=settings.vehicle)
    if watch.must_stop:
        switch.off()  # everything is on the disk


def _wanted(interpreter: Interpreter, table: Table | None) -> tuple[Acceptance, ...]:
    """Return what a flooded bus must still let through; J1939 groups have no ids of their own, so there all is."""
    messages = table.messages if table else ()
    if any(message.j1939 for message in messages):
        return ()
    return accepted(interpreter.links, ((message.id, message.extended) for message in messages))


def _remembering(clock: MachineClock, stopping: Callable[[], bool], manager: ServiceManager) -> Callable[[], bool]:
    """Return `stopping`, which is asked every turn; the time is saved beside it now and then, and systemd told."""

    def is_over() -> bool:
        manager.alive()
        clock.remember()
        return stopping()

    return is_over


def _supply(settings: Settings) -> IioSupply | None:
    path = settings.supply.path("iio")
    if path is None:
        return None
    return FastIioSupply(path) if settings.power.fast_supply else IioSupply(path)


def _switch(settings: Settings) -> PowerSwitch:
    if not settings.power.off_command:
        return NoPowerSwitch()
    return CommandPowerSwitch(settings.power.off_command, Path(f"{settings.spool.path}.powered-off"))


def _session(settings: Settings, *, has_supply: bool) -> Session:
    return Session(
        has_supply=has_supply,
        may_knock=settings.bus.knock,
        ignition_first=settings.bus.wait_for_ignition,
        nominal_v=settings.power.nominal_v,
    )


def _position(settings: Settings) -> PositionSource:
    if settings.position.gpsd is not None:
        return GpsdPosition(*settings.position.gpsd)
    path = settings.position.path("nmea")
    return NmeaPosition(path) if path else NoPosition()


def _home(settings: Settings, agent_version: str) -> Show:
    if not settings.home_assistant.host:
        return NoHome()
    show = HomeAssistantShow(settings.home_assistant, settings.vehicle, agent_version)
    show.start()
    return show


def _limits(settings: Settings) -> Limits:
    position = settings.position
    return Limits(settings.vehicle, position.precision, position.ceiling, position.release_key)


def _spool(settings: Settings) -> SteadySpool:
    witness = FileWitness(Path(settings.witness), settings.vehicle) if settings.witness else NoWitness()
    disk = SqliteSpool(Path(settings.spool.path), settings.spool.max_bytes, witness)
    return SteadySpool(disk, RING_BYTES, time.monotonic)


def _about(settings: Settings, sets: tuple[str, ...]) -> Status:
    try:
        installed = version("outrider")
    except PackageNotFoundError:
        installed = "unpacked"
    return Status(
        vehicle=settings.vehicle,
        online=False,
        boot_id="",
        wall_ms=0,
        agent_version=installed,
        signal_sets=sets,
        has_supply_source=settings.supply.source != "none",
        has_position_source=settings.position.source != "none",
    )


def _on_signals() -> Callable[[], bool]:
    """Return whether SIGTERM or SIGINT has come since now."""
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return lambda: bool(came)
