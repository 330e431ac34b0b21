"""Putting together what guides the agent: the owner's campaigns, the cloud's wishes, and word of its own health."""

import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from contract.messages import Campaign, Health, Status
from contract.signals import SUPPLY_VOLTAGE
from edge import campaign_rules
from edge.adapters import machine
from edge.adapters.clock import MachineClock
from edge.adapters.state_files import LastConfig, MarksFile, write_state
from edge.adapters.uplink import MqttUplink
from edge.agent import SUPPLY_AWAKE_S
from edge.campaign import Campaigns
from edge.care import Care, Counts, Machine, beside
from edge.config import Settings
from edge.conversation import Conversation
from edge.errors import ConfigError
from edge.guidance import Guidance
from edge.obd.interpreter import Interpreter
from edge.outbox import Outbox
from edge.ports import Spool
from edge.remote import Remote
from edge.sealer import Sealer


class Parts(NamedTuple):
    """Whose figures are told, and by whom."""

    conversation: Conversation
    outbox: Outbox
    spool: Spool
    uplink: MqttUplink
    sealer: Sealer
    about: Status
    clock: MachineClock


def guided(settings: Settings, interpreter: Interpreter, parts: Parts, marks: MarksFile) -> Guidance:
    """Return the agent's guidance; raise `ConfigError` for a campaign of the settings that cannot be."""
    started_s = time.monotonic()
    asked = asked_of(interpreter)
    local = campaigns_of(settings)
    try:
        campaign_rules.check(local, (), asked)
    except ConfigError as error:
        raise ConfigError(f"key 'campaigns': {error}") from error
    remote = Remote(LastConfig(beside(settings.spool.path, "config"), settings.vehicle), asked, local)
    campaigns = Campaigns({SUPPLY_VOLTAGE.path: SUPPLY_AWAKE_S, **asked}, local)
    care = Care(
        spool=parts.spool,
        counts=lambda: _counts(parts),
        machine=lambda: _machine(Path(settings.spool.path).parent),
        outcome=lambda: remote.outcome,
        wall_ms=lambda: parts.sealer.now().wall_ms,
        uptime_s=lambda: time.monotonic() - started_s,
        starts=marks.marks.starts,
        tell=lambda health: _tell(settings, parts, health),
    )
    return Guidance(remote, campaigns, care.report)


def asked_of(interpreter: Interpreter) -> dict[str, float]:
    """Return the signals that the sets ask for, with the shortest period (s) of each."""
    periods_s: dict[str, float] = {}
    for command in (*interpreter.pid_commands, *(command for _, command in interpreter.did_commands)):
        for field in command.fields:
            path = field.signal.path
            periods_s[path] = min(command.period_s, periods_s.get(path, command.period_s))
    return periods_s


def campaigns_of(settings: Settings) -> tuple[Campaign, ...]:
    """Return the owner's campaigns as the cloud would say them."""
    return tuple(msgspec.convert(msgspec.to_builtins(one), Campaign) for one in settings.campaigns)


def _tell(settings: Settings, parts: Parts, health: Health) -> None:
    parts.uplink.tell(parts.sealer.status(True, msgspec.structs.replace(parts.about, health=health)))
    wall_ms = parts.sealer.now().wall_ms
    write_state(beside(settings.spool.path, "state"), settings.vehicle, wall_ms, parts.uplink.is_up, health)


def _counts(parts: Parts) -> Counts:
    conversation, outbox = parts.conversation, parts.outbox
    return Counts(
        frames=conversation.counts["frames"],
        bus_errors=conversation.counts["bus_errors"],
        polls=conversation.polls,
        verdicts=conversation.verdicts,
        rejected=outbox.rejected,
        unsealed=outbox.unsealed,
        takeovers=parts.uplink.takeovers,
    )


def _machine(folder: Path) -> Machine:
    disk = machine.disk(folder)
    return Machine(machine.cpu_degc(), disk.free_bytes, disk.written_bytes, disk.life_used_pct)
