"""Signal sets from TOML text; every error names the file, the command and the key."""

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from contract.errors import ContractError
from contract.signals import signal
from edge.errors import SignalSetError
from edge.obd import guard
from edge.obd.addressing import FUNCTIONAL_11BIT, Link
from edge.obd.frames import CanFrame
from edge.obd.services import current_data, read_data_by_identifier
from edge.obd.signalset import Command, Condition, Field, Ranges, SignalSet
from edge.obd.units import conversion

_SET_KEYS: Final = {"name", "title", "source", "command"}
_COMMAND_KEYS: Final = {"id", "request", "response", "pid", "did", "bytes", "period_s", "source", "signal"}
_SIGNAL_KEYS: Final = {
    "path", "unit", "bit", "bits", "signed", "little_endian", "mul", "div", "add", "low", "high", "enum",
    "not_measured", "invalid", "not_measured_when", "valid_when", "source",
}  # fmt: skip
_CONDITION_KEYS: Final = {"byte", "mask", "is"}
_MAX_BYTE: Final = 4092  # what an ISO-TP message holds behind service and DID


class _Table:
    """One TOML table with the words that lead to it, so that every complaint says where."""

    def __init__(self, data: object, where: str, known: set[str]) -> None:
        self.where = where
        if not isinstance(data, Mapping):
            raise SignalSetError(f"{where}: must be a table")
        self._data: Mapping[str, Any] = data
        for key in data:
            if key not in known:
                raise self.fault(key, f"is not known here; known are {', '.join(sorted(known))}")

    def fault(self, key: str, why: str) -> SignalSetError:
        return SignalSetError(f"{self.where}: {key} {why}")

    def has(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str) -> str:
        value = self._data.get(key)
        if not isinstance(value, str) or not value:
            raise self.fault(key, "must be a text")
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self._data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.fault(key, f"must be a whole number from {low} to {high}")
        return value

    def number(self, key: str, default: float) -> float:
        value = self._data.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e15:
            raise self.fault(key, "must be a finite number")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._data.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(key, "must be true or false")
        return value

    def hexadecimal(self, key: str, digits: tuple[int, ...]) -> int:
        value = self.text(key)
        if len(value) not in digits or not all(c in "0123456789ABCDEF" for c in value):
            raise self.fault(key, f"must be {' or '.join(map(str, digits))} upper-case hex digits")
        return int(value, 16)

    def rows(self, key: str) -> list[object]:
        value = self._data.get(key, [])
        if not isinstance(value, list):
            raise self.fault(key, "must be a list")
        return value

    def raw(self, key: str) -> object:
        return self._data.get(key)


def parse(text: str, file: str) -> SignalSet:
    """Return the signal set in `text`; raise `SignalSetError`, which starts with `file`."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SignalSetError(f"{file}: {error}") from error
    table = _Table(data, file, _SET_KEYS)
    name = table.text("name")
    commands = tuple(_command(row, file, n) for n, row in enumerate(table.rows("command"), 1))
    if not commands:
        raise table.fault("command", "is missing: a set asks for something")
    seen: set[object] = set()
    for command in commands:
        for identity in (command.id, (command.service, command.key, command.link)):
            if identity in seen:
                raise SignalSetError(f"{file}: command {command.id!r}: asks again for what the set already asks")
            seen.add(identity)
    return SignalSet(name, table.text("title"), commands)


def _command(row: object, file: str, number: int) -> Command:
    ident = row.get("id") if isinstance(row, Mapping) else None
    where = f"{file}: command {ident!r}" if isinstance(ident, str) else f"{file}: command number {number}"
    table = _Table(row, where, _COMMAND_KEYS)
    if table.has("pid") == table.has("did"):
        raise table.fault("pid", "or did: one of the two must be there")
    table.text("source")
    period_s = table.number("period_s", 0.0)
    if period_s <= 0:
        raise table.fault("period_s", "must be above zero")
    link = _link(table)
    length = table.whole("bytes", 1, _MAX_BYTE) if table.has("bytes") or table.has("pid") else None
    if table.has("pid"):
        service, key = current_data.SID, table.hexadecimal("pid", (2,))
        if key in current_data.SUPPORT_PIDS:
            raise table.fault("pid", "is a support bitmap, which discovery reads")
    else:
        service, key = read_data_by_identifier.SID, table.hexadecimal("did", (4,))
        if link is None:
            raise table.fault("request", "must be there: a DID belongs to one ECU")
    fields = tuple(_field(entry, where, n, length) for n, entry in enumerate(table.rows("signal"), 1))
    if not fields:
        raise table.fault("signal", "is missing: a command reads something")
    paths = [field.signal.path for field in fields]
    if len(set(paths)) != len(paths):
        raise table.fault("signal", "names one path twice")
    command = Command(table.text("id"), service, key, period_s, fields, link, length)
    _check_guard(command, table)
    return command


def _link(table: _Table) -> Link | None:
    if not table.has("request") and not table.has("response"):
        return None
    request, response = table.hexadecimal("request", (3, 8)), table.hexadecimal("response", (3, 8))
    extended = len(table.text("request")) == 8
    if (len(table.text("response")) == 8) != extended:
        raise table.fault("response", "must be as wide as request")
    if request == response:
        raise table.fault("response", "must differ from request")
    return Link(request, response, extended)


def _check_guard(command: Command, table: _Table) -> None:
    target = command.link or Link(FUNCTIONAL_11BIT.request_id, 0)
    payload = command.payload
    frame = CanFrame(target.request_id, target.extended, (bytes((len(payload),)) + payload).ljust(8, b"\x55"))
    if not guard.allows(frame):
        raise table.fault("request", "is not on the guard's list, so it could never be sent")


def _field(row: object, where: str, number: int, length: int | None) -> Field:
    path = row.get("path") if isinstance(row, Mapping) else None
    table = _Table(row, f"{where}: signal {path if isinstance(path, str) else number}", _SIGNAL_KEYS)
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


def _enum(table: _Table) -> dict[int, float] | None:
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


def _ranges(table: _Table, key: str, bits: int) -> Ranges:
    found: list[tuple[int, int]] = []
    for row in table.rows(key):
        match row:
            case [int(low), int(high)] if 0 <= low <= high < 1 << bits:
                found.append((low, high))
            case _:
                raise table.fault(key, f"must be pairs [from, to] of raw values that {bits} bits can hold")
    return tuple(found)


def _conditions(table: _Table, key: str, last: int) -> tuple[Condition, ...]:
    found: list[Condition] = []
    for number, row in enumerate(table.rows(key), 1):
        inner = _Table(row, f"{table.where}: {key} number {number}", _CONDITION_KEYS)
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
