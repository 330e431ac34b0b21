"""OBDb v3 files (`signalsets/v3/*.json`) from their text; every error names the file, the command and the key."""

import json
import re
from collections.abc import Mapping
from typing import Final

from edge.errors import SignalSetError
from edge.obd.obdb.model import Command, Group, ObdbSet, Signal, Synthetic
from edge.obd.obdb.table import Table, read_hex, read_years

_SET_KEYS: Final = {"diagnosticLevel", "commands", "signalGroups", "synthetics"}
_COMMAND_KEYS: Final = {
    "hdr", "rax", "eax", "pri", "tst", "tmo", "fcm1", "dbg", "dbgfilter", "din", "dout", "cmd", "freq", "proto",
    "filter", "signals",
}  # fmt: skip
_SERVICES: Final = {"01": 2, "21": 2, "22": 4}  # hex digits of what each names
_SIGNAL_KEYS: Final = {"id", "name", "path", "fmt", "hidden", "description", "suggestedMetric"}
_FORMAT_KEYS: Final = {
    "bix", "len", "blsb", "sign", "min", "max", "add", "mul", "div", "unit", "nullmin", "nullmax", "omin", "omax",
    "oval", "map",
}  # fmt: skip
_GROUP_KEYS: Final = {"id", "path", "matchingRegex", "suggestedMetricGroup", "name"}
_SYNTHETIC_KEYS: Final = {"id", "name", "path", "min", "max", "unit", "suggestedMetric", "formula"}
# The digits that a CAN header then has; 0: any.
_PROTOCOLS: Final = {"9141-2": 0, "15765-4": 0, "15765-4-11bit": 3, "15765-4-29bit": 4}
_ANSWER_DIGITS: Final = {3: (3,), 4: (2, 6, 8), 8: (8,)}  # by the digits of the header
MAX_BITS: Final = 1023  # a longer number does not fit into a float
_MAX_BIT: Final = 4092 * 8


def parse(text: str, file: str) -> ObdbSet:
    """Return what the file says; raise `SignalSetError`, which starts with `file`."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SignalSetError(f"{file}: no JSON: {error}") from error
    table = Table(data, file, _SET_KEYS)
    if not table.has("commands"):
        raise table.fault("commands", "is missing")
    commands = _merge([_command(row, file, n) for n, row in enumerate(table.rows("commands"), 1)], file)
    return ObdbSet(
        file,
        commands,
        read_hex(table, "diagnosticLevel"),
        tuple(_group(row, f"{file}: signalGroups number {n}") for n, row in enumerate(table.rows("signalGroups"), 1)),
        tuple(_synthetic(row, f"{file}: synthetics number {n}") for n, row in enumerate(table.rows("synthetics"), 1)),
    )


def _merge(commands: list[Command], file: str) -> tuple[Command, ...]:
    """Join what stands under one id twice: two rows may each name some signals of one answer, but not the same."""
    joined: dict[str, Command] = {}
    for command in commands:
        other = joined.setdefault(command.id, command)
        if other is command:
            continue
        twice = {signal.id for signal in other.signals} & {signal.id for signal in command.signals}
        if twice:
            raise SignalSetError(f"{file}: command {command.id}: id {min(twice)} stands here twice")
        joined[command.id] = other._replace(signals=other.signals + command.signals)
    return tuple(joined.values())


def _command(row: object, file: str, number: int) -> Command:
    place = f"{file}: command {_name(row, number)}"
    table = Table(row, place, _COMMAND_KEYS)
    hdr = table.text("hdr").upper()
    table.check_hex("hdr", (3, 4, 8))
    rax = table.text("rax").upper() if table.has("rax") else None
    if rax is not None:
        table.check_hex("rax", (2, 3, 6, 8))
        if len(rax) not in _ANSWER_DIGITS[len(hdr)]:
            raise table.fault("rax", f"of {len(rax)} digits contradicts hdr of {len(hdr)}")
    proto = table.text("proto") if table.has("proto") else None
    if proto is not None and proto not in _PROTOCOLS:
        raise table.fault("proto", f"must be one of {', '.join(_PROTOCOLS)}")
    if proto is not None and _PROTOCOLS[proto] not in (0, min(len(hdr), 4)):  # 8 digits are a whole 29-bit id
        raise table.fault("proto", f"{proto} contradicts hdr of {len(hdr)} digits")
    if table.has("pri") and len(hdr) != 4:
        raise table.fault("pri", f"is for headers of 4 digits, hdr has {len(hdr)}")
    service, key = _asked(table)
    period_s = table.number("freq")
    if period_s <= 0:
        raise table.fault("freq", "must be above zero")
    signals = tuple(_signal(entry, place, n) for n, entry in enumerate(table.rows("signals"), 1))
    if not signals:
        raise table.fault("signals", "is missing: a command reads something")
    ids = [signal.id for signal in signals]
    if len(set(ids)) != len(ids):
        raise table.fault("signals", f"names {next(n for n in ids if ids.count(n) > 1)} twice")
    return Command(
        hdr, service, key, period_s, signals, rax, read_hex(table, "eax"), read_hex(table, "pri"),
        read_hex(table, "tst"), read_hex(table, "tmo"), table.flag("fcm1"), read_hex(table, "din"),
        read_hex(table, "dout"), proto, table.flag("dbg"), read_years(table, "filter"),
        read_years(table, "dbgfilter"),
    )  # fmt: skip


def _name(row: object, number: int) -> str:
    """Say which command it is, even while it may be broken."""
    if isinstance(row, Mapping) and isinstance(row.get("hdr"), str) and isinstance(row.get("cmd"), Mapping):
        parts = [row["hdr"], row.get("rax"), *(f"{service}{key}" for service, key in row["cmd"].items())]
        return ".".join(str(part) for part in parts if part)[:80]
    return f"number {number}"


def _asked(table: Table) -> tuple[int, int]:
    inner = Table(table.raw("cmd"), f"{table.where}: cmd", set(_SERVICES))
    named = [service for service in _SERVICES if inner.has(service)]
    if len(named) != 1:
        raise table.fault("cmd", "must name one service")
    inner.check_hex(named[0], (_SERVICES[named[0]],))
    return int(named[0], 16), int(inner.text(named[0]), 16)


def _signal(row: object, place: str, number: int) -> Signal:
    ident = row.get("id") if isinstance(row, Mapping) else None
    where = f"{place}: signal {ident if isinstance(ident, str) else number}"
    table = Table(row, where, _SIGNAL_KEYS)
    for key in ("path", "description"):
        table.check_said(key)
    table.flag("hidden")
    form = Table(table.raw("fmt"), f"{where}: fmt", _FORMAT_KEYS)
    for key in ("omin", "omax", "oval"):
        form.optional_number(key)
    texts = _texts(form)
    if texts is None:
        for key in ("max", "unit"):
            if not form.has(key):
                raise form.fault(key, "is missing where there is no map")
    div = form.number("div", 1.0)
    if div == 0:
        raise form.fault("div", "must not be zero")
    low, high = form.number("min", 0.0), form.number("max", 0.0)
    if form.has("min") and form.has("max") and low > high:
        raise form.fault("min", "is above max")
    return Signal(
        table.text("id"), table.text("name"), form.whole("len", 1, MAX_BITS), form.whole("bix", 0, _MAX_BIT, 0),
        form.flag("blsb"), form.flag("sign"), form.number("mul", 1.0), div, form.number("add", 0.0), low, high,
        form.optional_number("nullmin"), form.optional_number("nullmax"),
        form.text("unit") if form.has("unit") else "scalar", texts,
        table.text("suggestedMetric") if table.has("suggestedMetric") else None,
    )  # fmt: skip


def _texts(form: Table) -> dict[int, str] | None:
    if not form.has("map"):
        return None
    rows = form.raw("map")
    if not isinstance(rows, Mapping):
        raise form.fault("map", "must be a table of raw value and meaning")
    texts: dict[int, str] = {}
    for raw, meaning in rows.items():
        value = meaning.get("value") if isinstance(meaning, Mapping) else meaning
        if not re.fullmatch(r"[0-9]{1,19}", raw) or not isinstance(value, str | int | float):
            raise form.fault("map", f"{raw!r} must be a whole number with a meaning")
        if isinstance(meaning, Mapping) and not meaning.keys() <= {"value", "description"}:
            raise form.fault("map", f"{raw!r} has more than value and description")
        texts[int(raw)] = str(value)
    return texts


def _group(row: object, where: str) -> Group:
    table = Table(row, where, _GROUP_KEYS)
    pattern = table.text("matchingRegex")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise table.fault("matchingRegex", f"is no regular expression: {error}") from error
    metric = table.text("suggestedMetricGroup") if table.has("suggestedMetricGroup") else None
    return Group(table.text("id"), pattern, metric)


def _synthetic(row: object, where: str) -> Synthetic:
    table = Table(row, where, _SYNTHETIC_KEYS)
    formula = Table(table.raw("formula"), f"{where}: formula", {"op", "a", "b"})
    if formula.text("op") != "ratio":
        raise formula.fault("op", "must be ratio")
    metric = table.text("suggestedMetric") if table.has("suggestedMetric") else None
    return Synthetic(
        table.text("id"), formula.text("a"), formula.text("b"), table.text("unit"), table.number("min", 0.0),
        table.number("max"), metric,
    )  # fmt: skip
