"""Signal sets from TOML text (docs/signal-sets.md); every error names the file, the command and the key."""

import tomllib
from collections.abc import Mapping
from typing import Final

from contract.errors import ContractError
from contract.signals import signal
from edge.errors import SignalSetError
from edge.obd import guard
from edge.obd.addressing import FUNCTIONAL_11BIT, Link
from edge.obd.frames import CanFrame
from edge.obd.services import (
    current_data,
    read_data_by_identifier,
    read_data_by_local_identifier,
    vehicle_information,
)
from edge.obd.signalset import MODEL_YEARS, Command, Condition, Field, Ranges, SignalSet, Years
from edge.obd.signalset_table import Table
from edge.obd.units import conversion

_SET_KEYS: Final = {"name", "title", "source", "command"}
# What names the data that a command asks for: its service, and the hex digits of the name.
NAMES: Final = {
    "pid": (current_data.SID, 2),
    "infotype": (vehicle_information.SID, 2),
    "local_id": (read_data_by_local_identifier.SID, 2),
    "did": (read_data_by_identifier.SID, 4),
}
_COMMAND_KEYS: Final = {
    "id", "request", "response", "request_address", "response_address", *NAMES, "bytes", "period_s", "years",
    "session", "polled", "source", "signal",
}  # fmt: skip
_YEARS_KEYS: Final = {"from", "to", "also"}
_SIGNAL_KEYS: Final = {
    "path", "unit", "bit", "bits", "signed", "little_endian", "mul", "div", "add", "low", "high", "enum",
    "not_measured", "invalid", "not_measured_when", "valid_when", "source",
}  # fmt: skip
_CONDITION_KEYS: Final = {"byte", "mask", "is"}
_MAX_BYTE: Final = 4092  # what an ISO-TP message holds behind service and DID


def parse(text: str, file: str) -> SignalSet:
    """Return the signal set in `text`; raise `SignalSetError`, which starts with `file`."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SignalSetError(f"{file}: {error}") from error
    table = Table(data, file, _SET_KEYS)
    name = table.text("name")
    commands = tuple(_command(row, file, n) for n, row in enumerate(table.rows("command"), 1))
    if not commands:
        raise table.fault("command", "is missing: a set asks for something")
    seen: dict[object, list[Command]] = {}
    for command in commands:
        for identity in (command.id, (command.service, command.key, command.link)):
            if any(_share_a_year(command, other) for other in seen.setdefault(identity, [])):
                raise SignalSetError(f"{file}: command {command.id!r}: asks again for what the set already asks")
            seen[identity].append(command)
    return SignalSet(name, table.text("title"), commands)


def _share_a_year(one: Command, other: Command) -> bool:
    """Say whether there is a car of which both would be asked; an id may stand for one thing in some years only."""
    if one.years is None or other.years is None:
        return True
    return any(one.years.hold(year) and other.years.hold(year) for year in MODEL_YEARS)


def _command(row: object, file: str, number: int) -> Command:
    ident = row.get("id") if isinstance(row, Mapping) else None
    where = f"{file}: command {ident!r}" if isinstance(ident, str) else f"{file}: command number {number}"
    table = Table(row, where, _COMMAND_KEYS)
    named = [name for name in NAMES if table.has(name)]
    if len(named) != 1:
        raise table.fault("pid", "or did, local_id, infotype: one of them must be there")
    table.text("source")
    period_s = table.number("period_s", 0.0)
    if period_s <= 0:
        raise table.fault("period_s", "must be above zero")
    link = _link(table)
    service, digits = NAMES[named[0]]
    key = table.hexadecimal(named[0], (digits,))
    length = table.whole("bytes", 1, _MAX_BYTE) if table.has("bytes") or table.has("pid") else None
    if table.has("pid") and key in current_data.SUPPORT_PIDS:
        raise table.fault("pid", "is a support bitmap, which discovery reads")
    if table.has("infotype") and key == vehicle_information.VIN_INFOTYPE:
        raise table.fault("infotype", "is the VIN, which the agent reads by itself")
    if not table.has("pid") and link is None:
        raise table.fault("request", "must be there: what is no PID belongs to one ECU")
    fields = tuple(_field(entry, where, n, length) for n, entry in enumerate(table.rows("signal"), 1))
    if not fields:
        raise table.fault("signal", "is missing: a command reads something")
    paths = [field.signal.path for field in fields]
    if len(set(paths)) != len(paths):
        raise table.fault("signal", "names one path twice")
    session = table.hexadecimal("session", (2,)) if table.has("session") else None
    polled = table.flag("polled", default=session is None)
    command = Command(
        table.text("id"), service, key, period_s, fields, link, length, _years(table), session, polled
    )  # fmt: skip
    if polled:
        _check_askable(command, table)
    return command


def _link(table: Table) -> Link | None:
    if not table.has("request") and not table.has("response"):
        return None
    request, response = table.hexadecimal("request", (3, 8)), table.hexadecimal("response", (3, 8))
    extended = len(table.text("request")) == 8
    if (len(table.text("response")) == 8) != extended:
        raise table.fault("response", "must be as wide as request")
    if request == response:
        raise table.fault("response", "must differ from request")
    if table.has("request_address") != table.has("response_address"):
        raise table.fault("request_address", "and response_address belong together")
    if not table.has("request_address"):
        return Link(request, response, extended)
    there, back = table.hexadecimal("request_address", (2,)), table.hexadecimal("response_address", (2,))
    return Link(request, response, extended, there, back)


def _years(table: Table) -> Years | None:
    if not table.has("years"):
        return None
    inner = Table(table.raw("years"), f"{table.where}: years", _YEARS_KEYS)
    first, last = MODEL_YEARS[0], MODEL_YEARS[-1]
    also = inner.rows("also")
    if not all(type(year) is int and year in MODEL_YEARS for year in also):
        raise inner.fault("also", f"must be years from {first} to {last}")
    if not (inner.has("from") or inner.has("to") or also):
        raise inner.fault("from", "or to or also must be there")
    return Years(
        inner.whole("from", first, last) if inner.has("from") else None,
        inner.whole("to", first, last) if inner.has("to") else None,
        frozenset(year for year in also if isinstance(year, int)),
    )


def _check_askable(command: Command, table: Table) -> None:
    if command.session is not None:
        raise table.fault("polled", "cannot be true with a session: the agent opens none")
    if not askable(command):
        raise table.fault(
            "request", 'is not on the guard\'s list, so it could never be sent; "polled = false" reads without asking'
        )


def askable(command: Command) -> bool:
    """Say whether the guard would let the request of `command` out; it knows normal addressing only."""
    target = command.link or Link(FUNCTIONAL_11BIT.request_id, 0)
    payload = command.payload
    if target.request_address is not None or len(payload) > 7:
        return False
    frame = CanFrame(target.request_id, target.extended, (bytes((len(payload),)) + payload).ljust(8, b"\x55"))
    return guard.allows(frame)


def _field(row: object, where: str, number: int, length: int | None) -> Field:
    path = row.get("path") if isinstance(row, Mapping) else None
    table = Table(row, f"{where}: signal {path if isinstance(path, str) else number}", _SIGNAL_KEYS)
    try:
        target = signal(table.text("path"))
    except ContractError as error:
        raise table.fault("path", f"is not in the catalogue ({error})") from error
    linear = conversion(table.text("unit"), target.unit)
    if linear is None:
        raise table.fault("unit", f"{table.text('unit')!r} cannot become {target.unit!r}")
    last = _MAX_BYTE if length is None else length
    bits = table.whole("bits", 1, 64)
    bit = table.whole("bit", 0, last * 8 - bits)
    div = table.number("div", 1.0)
    if div == 0:
        raise table.fault("div", "must not be zero")
    if table.flag("little_endian") and (bits % 8 or bit % 8):
        raise table.fault("little_endian", "needs whole bytes")
    low, high = table.number("low", target.low), table.number("high", target.high)
    if not target.low <= low < high <= target.high:
        raise table.fault("low", f"to high must lie within the catalogue's {target.low} to {target.high}")
    return Field(
        target, bit, bits, table.flag("signed"), table.flag("little_endian"), table.number("mul", 1.0), div,
        table.number("add", 0.0), linear, low, high, _enum(table), _ranges(table, "not_measured", bits),
        _ranges(table, "invalid", bits), _conditions(table, "not_measured_when", last),
        _conditions(table, "valid_when", last),
    )  # fmt: skip


def _enum(table: Table) -> dict[int, float] | None:
    if not table.has("enum"):
        return None
    for key in ("mul", "div", "add", "signed"):
        if table.has(key):
            raise table.fault("enum", f"and {key} contradict each other")
    rows = table.raw("enum")
    if not isinstance(rows, Mapping) or not rows:
        raise table.fault("enum", "must be a table of raw value = value")
    meaning: dict[int, float] = {}
    for raw, value in rows.items():
        if not raw.isascii() or not raw.isdigit() or not isinstance(value, int | float) or isinstance(value, bool):
            raise table.fault("enum", "must be a table of raw value = value")
        meaning[int(raw)] = float(value)
    return meaning


def _ranges(table: Table, key: str, bits: int) -> Ranges:
    found: list[tuple[int, int]] = []
    for row in table.rows(key):
        match row:
            case [int(low), int(high)] if 0 <= low <= high < 1 << bits:
                found.append((low, high))
            case _:
                raise table.fault(key, f"must be pairs [from, to] of raw values that {bits} bits can hold")
    return tuple(found)


def _conditions(table: Table, key: str, last: int) -> tuple[Condition, ...]:
    found: list[Condition] = []
    for number, row in enumerate(table.rows(key), 1):
        inner = Table(row, f"{table.where}: {key} number {number}", _CONDITION_KEYS)
        values = inner.rows("is")
        if not values or not all(type(n) is int and 0 <= n <= 0xFF for n in values):
            raise inner.fault("is", "must be byte values")
        found.append(
            Condition(
                inner.whole("byte", 0, last - 1),
                inner.whole("mask", 1, 0xFF, default=0xFF),
                frozenset(n for n in values if isinstance(n, int)),
            )
        )
    return tuple(found)
