"""Which signals of a DBC the agent reports, as which paths: a map in TOML, applied to a whole table. Pure.

What a raw number says of itself comes along: value tables that name "not available" or "error", and in J1939 the
highest codes of every parameter (SAE J1939-71).
"""

import re
import tomllib
from typing import Final

import msgspec

from contract import signals
from contract.errors import ContractError
from edge.errors import SignalSetError
from edge.obd.passive.table import Message, Ranges, Read, Signal, Table
from edge.obd.signalset_table import Table as Toml
from edge.obd.units import SAME, Linear, conversion

_MAP_KEYS: Final = {"name", "title", "source", "period_s", "signal"}
SIGNAL_KEYS: Final = {
    "message", "id", "signal", "path", "unit", "mul", "add", "low", "high", "not_measured", "invalid", "enum", "when",
    "period_s", "source",
}  # fmt: skip
# How DBC files write the units of the catalogue and of `edge.obd.units`.
_UNITS: Final = {
    "%": "percent", "C": "degC", "°C": "degC", "deg C": "degC", "Celsius": "degC", "°F": "degF", "kph": "km/h",
    "KPH": "km/h", "kmh": "km/h", "Km/h": "km/h", "KM": "km", "Km": "km", "RPM": "rpm", "1/min": "rpm", "volt": "V",
    "Volt": "V", "Volts": "V", "amp": "A", "Ampere": "A", "BAR": "bar", "PSI": "psi", "kpa": "kPa", "KPa": "kPa",
    "deg": "degrees", "L/h": "l/h", "MPH": "mph",
}  # fmt: skip
_PLAIN: Final = {"bool", "bits", "code", "count", "ratio"}
_NOT_MEASURED: Final = re.compile(r"(?:^|[^A-Z])(?:SNA|N/?A|NOT[ _]?AVAIL\w*|UNAVAIL\w*|NO[ _]?DATA|NOT[ _]?MEASURED)$")
_INVALID: Final = re.compile(r"(?:^|[^A-Z])(?:INVALID|ERR|ERROR|FAULT(?:Y|ED)?)$")


def apply(whole: Table, text: str, file: str) -> Table:
    """Return as much of `whole` as the map in `text` asks for; raise `SignalSetError`, which names `file` and key."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SignalSetError(f"{file}: {error}") from error
    table = Toml(data, file, _MAP_KEYS)
    period_s = _period(table, 1.0)
    rows = table.rows("signal")
    if not rows:
        raise table.fault("signal", "is missing: a map names at least one [[signal]]")
    wanted: dict[str, list[Read]] = {}
    for number, row in enumerate(rows, 1):
        name = row.get("signal") if isinstance(row, dict) else None
        entry = Toml(row, f"{file}: signal {name if isinstance(name, str) else number}", SIGNAL_KEYS)
        message = _find(whole, entry)
        wanted.setdefault(message.name, []).append(_read(message, entry, period_s))
    kept = tuple(_trimmed(m, tuple(wanted.pop(m.name))) for m in whole.messages if m.name in wanted)
    return Table(
        name=table.text("name") if table.has("name") else whole.name,
        title=table.text("title") if table.has("title") else "",
        source=table.text("source") if table.has("source") else whole.source,
        messages=kept,
    )


def _find(whole: Table, entry: Toml) -> Message:
    if entry.has("message") == entry.has("id"):
        raise entry.fault("message", "or id: one of the two must be there")
    if entry.has("message"):
        name = entry.text("message")
        found = [message for message in whole.messages if message.name == name]
        likely = ", ".join(sorted(m.name for m in whole.messages if m.name.lower()[:3] == name.lower()[:3])[:8])
        what = f"{name!r} is not in the DBC" + (f"; there are {likely}" if likely else "")
    else:
        can_id, extended = entry.hexadecimal("id", (3, 8)), len(entry.text("id")) == 8
        found = [message for message in whole.messages if (message.id, message.extended) == (can_id, extended)]
        what = f"{entry.text('id')} is not in the DBC (3 digits: 11 bits, 8 digits: 29 bits)"
    if not found:
        raise entry.fault("message" if entry.has("message") else "id", what)
    return found[-1]  # the last of one id wins, as with cantools


def _read(message: Message, entry: Toml, period_s: float) -> Read:
    named = {signal.name: signal for signal in message.signals}
    name = entry.text("signal")
    if name not in named:
        raise entry.fault("signal", f"is not in {message.name}; there are {', '.join(sorted(named))}")
    signal = named[name]
    try:
        target = signals.signal(entry.text("path"))
    except ContractError as error:
        raise entry.fault("path", f"is not in the catalogue ({error})") from error
    linear = _linear(signal, target, entry)
    not_measured, invalid = _sentinels(message, signal)
    has_enum = entry.has("enum")
    mul, add = entry.number("mul", 1.0), entry.number("add", 0.0)
    return Read(
        path=target.path,
        signal=name,
        mul=mul * linear.mul,
        add=add * linear.mul + linear.add,
        low=entry.number("low", 0.0) if entry.has("low") else signal.low,
        high=entry.number("high", 0.0) if entry.has("high") else signal.high,
        not_measured=(*_ranges(entry, "not_measured", signal), *not_measured),
        invalid=(*_ranges(entry, "invalid", signal), *invalid),
        enum=_enum(entry) if has_enum else None,
        when=_when(entry, named),
        period_s=_period(entry, period_s),
        source=entry.text("source") if entry.has("source") else "",
    )


def _linear(signal: Signal, target: signals.Signal, entry: Toml) -> Linear:
    unit = entry.text("unit") if entry.has("unit") else _UNITS.get(signal.unit, signal.unit)
    if not unit and target.unit in _PLAIN:
        return SAME
    linear = conversion(unit, target.unit)
    if linear is None:
        raise entry.fault("unit", f"{unit!r} cannot become {target.unit!r}; give the unit of raw * scale + offset")
    return linear


def _sentinels(message: Message, signal: Signal) -> tuple[Ranges, Ranges]:
    """Return the raw values that say "not measured" and "invalid": by the value table, and in J1939 by size."""
    mask = (1 << signal.bits) - 1
    missing = [(raw & mask,) * 2 for raw, name in signal.choices.items() if _NOT_MEASURED.search(name.upper())]
    broken = [(raw & mask,) * 2 for raw, name in signal.choices.items() if _INVALID.search(name.upper())]
    if message.j1939 and not signal.is_float and signal.bits > 1:
        if signal.bits % 8:
            missing.append((mask, mask))
            broken.append((mask - 1, mask - 1))
        else:
            below = signal.bits - 8
            missing.append((0xFF << below, mask))
            broken.append((0xFB << below, (0xFF << below) - 1))
    return tuple(missing), tuple(broken)


def _ranges(entry: Toml, key: str, signal: Signal) -> Ranges:
    found: list[tuple[int, int]] = []
    for row in entry.rows(key):
        match row:
            case [int(low), int(high)] if 0 <= low <= high < 1 << signal.bits:
                found.append((low, high))
            case _:
                raise entry.fault(key, f"must be pairs [from, to] of raw values that {signal.bits} bits can hold")
    return tuple(found)


def _enum(entry: Toml) -> dict[int, float]:
    rows = entry.raw("enum")
    if not isinstance(rows, dict) or not rows:
        raise entry.fault("enum", "must be a table of raw value = value")
    meaning: dict[int, float] = {}
    for raw, value in rows.items():
        if not raw.isascii() or not raw.isdigit() or isinstance(value, bool) or not isinstance(value, int | float):
            raise entry.fault("enum", "must be a table of raw value = value")
        meaning[int(raw)] = float(value)
    return meaning


def _when(entry: Toml, named: dict[str, Signal]) -> dict[str, tuple[int, ...]]:
    if not entry.has("when"):
        return {}
    rows = entry.raw("when")
    if not isinstance(rows, dict):
        raise entry.fault("when", "must be a table of signal = [raw values]")
    found: dict[str, tuple[int, ...]] = {}
    for name, values in rows.items():
        if name not in named:
            raise entry.fault("when", f"{name!r} is not in the message; there are {', '.join(sorted(named))}")
        if not isinstance(values, list) or not values or not all(type(value) is int for value in values):
            raise entry.fault("when", f"{name} must be a list of raw values")
        found[name] = tuple(values)
    return found


def _period(table: Toml, default: float) -> float:
    period_s = table.number("period_s", default)
    if period_s <= 0:
        raise table.fault("period_s", "must be above zero")
    return period_s


def _trimmed(message: Message, reads: tuple[Read, ...]) -> Message:
    """Return `message` with what `reads` rest on and no more."""
    named = {signal.name: signal for signal in message.signals}
    needed = {name for read in reads for name in (read.signal, *read.when)}
    for name in tuple(needed):
        above = named[name]
        while above.selector:
            needed.add(above.selector)
            above = named[above.selector]
    kept = tuple(msgspec.structs.replace(s, choices={}) for s in message.signals if s.name in needed)
    return msgspec.structs.replace(message, signals=kept, reads=reads)
