"""Commands of ours as the TOML text that `signalset_reader` reads."""

from collections.abc import Iterable
from math import isfinite
from typing import Final

from edge.obd import signalset
from edge.obd.obdb.compiled import Named
from edge.obd.signalset import Field, Years
from edge.obd.signalset_reader import NAMES

_KEY: Final = {service: (name, digits) for name, (service, digits) in NAMES.items()}


def render(name: str, title: str, remarks: Iterable[str], commands: Iterable[Named]) -> str:
    """Return the whole file; `remarks` come first, as comments."""
    lines = [*(f"# {_plain(remark)}" for remark in remarks), f"name = {_text(name)}", f"title = {_text(title)}"]
    for named in commands:
        lines += ["", *_command(named.command, f"OBDb {name} {named.made_from.id}")]
        for read, unit in zip(named.command.fields, named.units, strict=True):
            lines += _signal(read, unit)
    return "\n".join(lines) + "\n"


def _command(command: signalset.Command, source: str) -> list[str]:
    key, digits = _KEY[command.service]
    lines = ["[[command]]", f"id = {_text(command.id)}"]
    if command.link is not None:
        width = 8 if command.link.extended else 3
        lines.append(f'request = "{command.link.request_id:0{width}X}"')
        lines.append(f'response = "{command.link.response_id:0{width}X}"')
        if command.link.request_address is not None:
            lines.append(f'request_address = "{command.link.request_address:02X}"')
            lines.append(f'response_address = "{command.link.response_address:02X}"')
    lines.append(f'{key} = "{command.key:0{digits}X}"')
    if command.length is not None:
        lines.append(f"bytes = {command.length}")
    lines.append(f"period_s = {_number(command.period_s)}")
    if command.years is not None:
        lines.append(f"years = {_years(command.years)}")
    if command.session is not None:
        lines.append(f'session = "{command.session:02X}"')
    if not command.polled:
        lines.append("polled = false")
    return [*lines, f"source = {_text(source)}"]


def _signal(read: Field, unit: str) -> list[str]:
    lines = ["[[command.signal]]", f"path = {_text(read.signal.path)}", f"unit = {_text(unit)}"]
    lines += [f"bit = {read.bit}", f"bits = {read.bits}"]
    lines += ["signed = true"] if read.signed else []
    lines += ["little_endian = true"] if read.little_endian else []
    for key, value, default in (("mul", read.mul, 1.0), ("div", read.div, 1.0), ("add", read.add, 0.0)):
        lines += [f"{key} = {_number(value)}"] if value != default else []
    for key, value, default in (("low", read.low, read.signal.low), ("high", read.high, read.signal.high)):
        lines += [f"{key} = {_number(value)}"] if value != default and isfinite(value) else []
    if read.not_measured:
        lines.append(f"not_measured = {[list(pair) for pair in read.not_measured]}")
    return lines


def _years(years: Years) -> str:
    parts = [f"from = {years.first}"] if years.first is not None else []
    parts += [f"to = {years.last}"] if years.last is not None else []
    parts += [f"also = {sorted(years.also)}"] if years.also else []
    return "{ " + ", ".join(parts) + " }"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _text(text: str) -> str:
    """Return a basic string; what does not print is written by its number."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else _escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    number = ord(character)
    return "?" if 0xD800 <= number <= 0xDFFF else f"\\U{number:08X}"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
