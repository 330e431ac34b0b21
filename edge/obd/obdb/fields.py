"""OBDb's signals as fields that the agent's own decoder reads.

*Compatible* reads what the reference decoder reads: no range, no null bounds; `clamp` then does what it does to the
number. *Truth* is what the product uses: outside of the range is out of range, past a null bound is not measured.
"""

from math import inf
from typing import Final

from contract import signals
from edge.obd import signalset
from edge.obd.obdb.metrics import believes_range, target
from edge.obd.obdb.model import Command, Signal
from edge.obd.signalset import Field, Ranges
from edge.obd.units import SAME

_SOURCE: Final = "OBDb"


def compatible(command: Command) -> signalset.Command:
    """Return the command with every signal open on all sides, under OBDb's ids."""
    return _command(command, tuple(_field(signal, command) for signal in command.signals))


def truth(command: Command) -> signalset.Command:
    """Return the command with all that limits a signal: its range, its null bounds, the catalogue where it is there."""
    return _command(command, tuple(_limited(signal, _field(signal, command)) for signal in command.signals))


def clamp(signal: Signal, value: float) -> float:
    """Return `value` forced into the signal's range, as the reference decoder does."""
    return min(max(value, signal.low), signal.high) if signal.has_range else value


def word(signal: Signal, value: float) -> str:
    """Return the word of an enumeration that the decoder gave as its number in the list."""
    return list((signal.texts or {}).values())[int(value)]


def is_null(signal: Signal, value: float) -> bool:
    """Say whether `value` stands for none by the signal's null bounds."""
    below = signal.null_low is not None and value <= signal.null_low
    return below or (signal.null_high is not None and value >= signal.null_high)


def null_ranges(signal: Signal) -> Ranges:
    """Return the raw values, before the sign is taken, whose number lies past a null bound.

    The number rises or falls steadily with the signed raw value, so that each bound is found by halving.
    """
    if signal.texts is not None or (signal.null_low is None and signal.null_high is None):
        return ()
    half, whole = 1 << (signal.bits - 1), 1 << signal.bits
    lowest, highest = (-half, half - 1) if signal.signed else (0, whole - 1)
    found: list[tuple[int, int]] = []
    if is_null(signal, number(signal, lowest)):
        found.append((lowest, _last_like(signal, lowest, highest)))
    if (not found or found[0][1] < highest) and is_null(signal, number(signal, highest)):
        found.append((_last_like(signal, highest, lowest), highest))
    return tuple(sorted(part for low, high in found for part in _unsigned(low, high, whole)))


def number(signal: Signal, raw: int) -> float:
    """Return the scaled number of a signed raw value, as the decoder does."""
    return raw * signal.mul / signal.div + signal.add


def _command(command: Command, fields: tuple[Field, ...]) -> signalset.Command:
    return signalset.Command(command.id, command.service, command.key, command.period_s, fields)


def _field(signal: Signal, command: Command) -> Field:
    named = signals.Signal(signal.id, signal.unit, -inf, inf, 0.0, _SOURCE)
    texts = None if signal.texts is None else {raw: float(n) for n, raw in enumerate(signal.texts)}
    little = signal.little_endian and signal.bits > 8 and texts is None
    signed = signal.signed and texts is None
    correction = corrected(signal, command)
    return Field(
        named, signal.bit, signal.bits, signed, little, signal.mul, signal.div, correction, SAME, enum=texts
    )  # fmt: skip


def corrected(signal: Signal, command: Command) -> float:
    """Return what is added; SAE J1979's trims are raw * 100 / 128 - 100, where a published state says - 128.

    PIDs 06-09, 14, 15, 18, 19, 2D, 55-58 and 69 of OBDb/SAEJ1979; vehicles' recorded answers expect - 100.
    """
    trim = command.service == 0x01 and signal.bits == 8 and signal.add == -128.0 and signal.low == -100.0
    return -100.0 if trim and signal.mul / signal.div == 100 / 128 else signal.add


def _limited(signal: Signal, field: Field) -> Field:
    known = target(signal)
    low, high = (signal.low, signal.high) if believes_range(signal) else (-inf, inf)
    if known is not None:
        catalogue, conversion = known
        ends = sorted((end - conversion.add) / conversion.mul for end in (catalogue.low, catalogue.high))
        low, high = max(low, ends[0]), min(high, ends[1])
    return field._replace(low=low, high=high, not_measured=null_ranges(signal._replace(add=field.add)))


def _last_like(signal: Signal, start: int, end: int) -> int:
    """Return the last raw value from `start` towards `end` that is null without a break."""
    if is_null(signal, number(signal, end)) and _same_side(signal, start, end):
        return end
    inside, outside = start, end
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if is_null(signal, number(signal, middle)) and _same_side(signal, start, middle):
            inside = middle
        else:
            outside = middle
    return inside


def _same_side(signal: Signal, one: int, other: int) -> bool:
    """Say whether both numbers are past the same bound."""
    low, high = signal.null_low, signal.null_high
    values = number(signal, one), number(signal, other)
    return (low is not None and max(values) <= low) or (high is not None and min(values) >= high)


def _unsigned(low: int, high: int, whole: int) -> list[tuple[int, int]]:
    """Return a range of signed raw values as the bits have them."""
    if low >= 0:
        return [(low, high)]
    if high < 0:
        return [(low + whole, high + whole)]
    return [(0, high), (low + whole, whole - 1)]
