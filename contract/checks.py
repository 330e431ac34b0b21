"""What a message must hold beyond its types, so that no reader meets a number or a name it cannot keep."""

import math
from collections.abc import Callable
from typing import Any, Final

from contract import columns
from contract.errors import ContractError
from contract.identity import check_fault, check_name, check_stop, check_stream, check_text, check_vehicle
from contract.messages import (
    AnyMessage,
    Campaign,
    Config,
    DtcReport,
    FreezeFrame,
    Health,
    Position,
    Receipt,
    Recorded,
    Status,
    TelemetryBatch,
    UrgentEvent,
)

# Milliseconds and seq stay exact in a double and inside a signed 64-bit column, whoever reads them.
_MAX_MS: Final = 1 << 53
MAX_SEQ: Final = 1 << 53
_MAX_DID: Final = 0xFFFF


def check(message: AnyMessage) -> None:
    """Raise `ContractError` unless every part of `message` can be kept and compared by both sides."""
    check_vehicle(message.vehicle)
    if isinstance(message, Recorded):
        check_stream(message.stream)
        _check_seq(message.seq)
        check_name(message.boot_id)
        _check_ms(message.mono_ms, message.wall_ms)
    _CHECKS[type(message)](message)


def _check_telemetry(message: TelemetryBatch) -> None:
    for column in message.columns:
        columns.check(column, message.mono_ms)


def _check_urgent(message: UrgentEvent) -> None:
    for name, fact in message.facts.items():
        check_name(name)
        if isinstance(fact, float) and not math.isfinite(fact):
            raise ContractError(f"fact {name!r} must be finite; leave it out when it is not known")
    if message.position is not None:
        _check_position(message.position)


def _check_dtc(message: DtcReport) -> None:
    for reported in message.sets:
        check_name(reported.ecu)
        for code in reported.codes:
            check_fault(code)
    for fault in message.faults:
        check_name(fault.ecu)
        check_fault(fault.code)
        _check_byte("status", fault.status or 0)
        _check_byte("occurrences", fault.occurrences or 0)
        for number in fault.extended:
            _check_byte("extended data record", number)
    for frame in message.freeze_frames:
        _check_freeze_frame(frame)
    for ready in message.readiness:
        for name in (ready.ecu, *ready.complete, *ready.incomplete):
            check_name(name)
    for about in message.ecus:
        check_name(about.ecu)
        check_name(about.protocol)
        for text in (about.name, *about.calibrations, *about.cvns):
            check_text(text)


def _check_freeze_frame(frame: FreezeFrame) -> None:
    check_name(frame.ecu)
    check_fault(frame.code)
    _check_byte("freeze frame", frame.number)
    for path, value in frame.values.items():
        check_name(path)
        if not math.isfinite(value):
            raise ContractError(f"frozen value {path!r} must be finite; leave it out when it is not known")
    for identifier in frame.raw:
        if not 0 <= identifier <= _MAX_DID:
            raise ContractError(f"identifier {identifier} must be a PID or a DID: 0 to 65535")


def _check_status(message: Status) -> None:
    check_name(message.boot_id)
    _check_ms(message.wall_ms)
    if isinstance(message.health, Health):
        _check_health(message.health)


def _check_health(health: Health) -> None:
    for name in (*health.polls, *health.verdicts):
        check_name(name)
    known = (health.uptime_s, health.lag_s, health.cpu_degc, health.disk_life_used_pct)
    if not all(math.isfinite(number) for number in known if number is not None):
        raise ContractError("a figure of the agent's health must be finite; leave it out when it is not known")
    counts = (health.starts, health.waiting, health.waiting_bytes, health.rejected, health.unsealed, health.takeovers)
    disk = (health.disk_free_bytes or 0, health.disk_written_bytes or 0)
    for count in (*counts, *disk, health.frames, health.bus_errors, *health.polls.values(), *health.verdicts.values()):
        _check_count(count)


def _check_receipt(message: Receipt) -> None:
    check_stream(message.stream)
    for first, last in message.stored:
        _check_seq(first)
        _check_seq(last)
        if first > last:
            raise ContractError(f"stored range {first}..{last} must run upwards")
    for seq, _ in message.rejected:
        _check_seq(seq)


def _check_config(message: Config) -> None:
    if not 0 <= message.revision <= MAX_SEQ:
        raise ContractError(f"revision {message.revision} must be 0 or more, at most 2**53")
    for grant in message.grants:
        _check_ms(grant.until_ms)
        check_name(grant.job)
    for entry in message.stop:
        check_stop(entry)
    for campaign in message.campaigns:
        _check_campaign(campaign)
    for release in message.releases:
        check_name(release.job)
        check_name(release.nonce)
        _check_ms(release.until_ms)


def _check_campaign(campaign: Campaign) -> None:
    for name in (campaign.name, *campaign.signals):
        check_name(name)
    _check_ms(campaign.period_ms, campaign.until_ms or 0)
    bound = campaign.bound
    if bound is not None:
        check_name(bound.signal)
    limits = (bound.above or 0.0, bound.below or 0.0) if bound is not None else ()
    if not all(math.isfinite(number) for number in (campaign.before_s, campaign.after_s, *limits)):
        raise ContractError(f"campaign {campaign.name!r}: its seconds and bounds must be finite")


def _check_position(position: Position) -> None:
    # Written so that NaN fails too.
    if not (abs(position.latitude_deg) <= 90.0 and abs(position.longitude_deg) <= 180.0):
        raise ContractError("a position must lie within 90 degrees of latitude and 180 of longitude")


def _check_byte(what: str, value: int) -> None:
    if not 0 <= value <= 0xFF:
        raise ContractError(f"{what} {value} must be one byte: 0 to 255")


def _check_count(count: int) -> None:
    if not 0 <= count <= MAX_SEQ:
        raise ContractError(f"count {count} must be 0 or more, at most 2**53")


def _check_seq(seq: int) -> None:
    if not 1 <= seq <= MAX_SEQ:
        raise ContractError(f"seq {seq} must be 1 or more, at most 2**53")


def _check_ms(*times_ms: int) -> None:
    for time_ms in times_ms:
        if abs(time_ms) > _MAX_MS:
            raise ContractError(f"{time_ms} ms is no time: it must stay within 2**53 either side of zero")


_CHECKS: Final[dict[type, Callable[[Any], None]]] = {
    TelemetryBatch: _check_telemetry,
    UrgentEvent: _check_urgent,
    DtcReport: _check_dtc,
    Status: _check_status,
    Receipt: _check_receipt,
    Config: _check_config,
}
