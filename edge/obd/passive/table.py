"""The table that a DBC is compiled to, and that the agent reads: JSON, versioned, checked whole before it is used.

Bits are counted as in a DBC: `start` is the least significant bit of a little-endian signal (bit 0 of byte 0 is 0), the
most significant one of a big-endian signal (its bit 7 is 7). A number is raw * scale + offset.
"""

import math
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from contract import signals
from edge.errors import SignalSetError

Ranges = tuple[tuple[int, int], ...]

MAX_BYTES: Final = 1785  # the longest J1939 transfer; a frame of CAN FD has 64
_STANDARD_MAX: Final = 0x7FF
_EXTENDED_MAX: Final = 0x1FFFFFFF
_FLOAT_BITS: Final = (16, 32, 64)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Signal(_Part, frozen=True, kw_only=True):
    """Where one signal stands in its message; it is there only while `selector`, if it has one, is in `selected_by`."""

    name: str
    start: int
    bits: int
    big_endian: bool = False
    signed: bool = False
    is_float: bool = False
    scale: int | float = 1
    offset: int | float = 0
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: dict[int, str] = {}
    selector: str = ""
    selected_by: Ranges = ()

    def last_bit(self) -> int:
        """Return the last bit in the order in which the signal's bytes are sent, counted from 0."""
        first = self.start // 8 * 8 + 7 - self.start % 8 if self.big_endian else self.start
        return first + self.bits - 1


class Read(_Part, frozen=True, kw_only=True):
    """One signal as the agent reports it: `path` in the catalogue, its value * mul + add in the catalogue's unit.

    `low`..`high` is in the DBC's unit. Raw values are unsigned, before scale and sign. `when` names other signals of
    the same message and the raw values they must have for this reading to be meant.
    """

    path: str
    signal: str
    mul: float = 1.0
    add: float = 0.0
    low: float | None = None
    high: float | None = None
    not_measured: Ranges = ()
    invalid: Ranges = ()
    enum: dict[int, float] | None = None
    when: dict[str, tuple[int, ...]] = {}
    period_s: float = 1.0
    source: str = ""


class Message(_Part, frozen=True, kw_only=True):
    """One CAN id, or with `j1939` one parameter group whoever sends it, and what stands in its `length` bytes."""

    id: int
    extended: bool
    name: str
    length: int
    j1939: bool = False
    signals: tuple[Signal, ...] = ()
    reads: tuple[Read, ...] = ()


class Table(_Part, frozen=True, kw_only=True):
    """Everything a DBC said, or as much of it as a map asked for."""

    outrider_table: Literal[1] = 1
    name: str
    title: str = ""
    source: str
    messages: tuple[Message, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """What it reads, in the catalogue's order of names."""
        return tuple(sorted({read.path for message in self.messages for read in message.reads}))


def dump(table: Table) -> bytes:
    """Return `table` as a file holds it: JSON for people's eyes too."""
    return msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n"


def parse(data: bytes, file: str) -> Table:
    """Return the table in `data`; raise `SignalSetError`, which names `file`, message and signal."""
    try:
        table = msgspec.json.decode(data, type=Table)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise SignalSetError(f"{file}: {error}; compile it again with `outrider-edge dbc compile`") from error
    for fault in faults(table):
        raise SignalSetError(f"{file}: {fault}")
    return table


def faults(table: Table) -> Iterator[str]:
    """Yield what is wrong with `table`, each with message and signal."""
    for message in table.messages:
        for fault in _message_faults(message):
            yield f"message {message.name!r}: {fault}"


def _message_faults(message: Message) -> Iterator[str]:
    most = _EXTENDED_MAX if message.extended else _STANDARD_MAX
    if not 0 <= message.id <= most:
        yield f"id {message.id} must be 0 to {most}"
    if message.j1939 and not message.extended:
        yield "j1939 needs an id of 29 bits"
    if not 0 <= message.length <= MAX_BYTES:
        yield f"length {message.length} must be 0 to {MAX_BYTES}"
    named = {signal.name: signal for signal in message.signals}
    if len(named) < len(message.signals):
        yield "two of its signals have one name"
    for signal in message.signals:
        for fault in _signal_faults(signal, named):
            yield f"signal {signal.name!r}: {fault}"
    for read in message.reads:
        for fault in _read_faults(read, named):
            yield f"reading {read.path!r}: {fault}"


def _signal_faults(signal: Signal, named: dict[str, Signal]) -> Iterator[str]:
    if not 1 <= signal.bits <= 64:
        yield f"bits {signal.bits} must be 1 to 64"
    elif not 0 <= signal.start < MAX_BYTES * 8:
        yield f"start {signal.start} must be 0 to {MAX_BYTES * 8 - 1}"
    if signal.is_float and signal.bits not in _FLOAT_BITS:
        yield "a float has 16, 32 or 64 bits"
    if not (_is_finite(signal.scale) and _is_finite(signal.offset)):
        yield "scale and offset must be finite"
    yield from _range_faults(signal.selected_by)
    seen = {signal.name}
    above = signal
    while above.selector:
        if above.selector not in named or above.selector in seen:
            yield f"selector {above.selector!r} is not a signal above it in the message"
            return
        above = named[above.selector]
        if above.is_float:
            yield f"selector {above.name!r} must be a whole number"
        seen.add(above.name)


def _read_faults(read: Read, named: dict[str, Signal]) -> Iterator[str]:
    if read.path not in signals.CATALOGUE:
        yield "is not in the catalogue"
    for name in (read.signal, *read.when):
        if name not in named:
            yield f"there is no signal {name!r} in the message"
    if not 0.0 < read.period_s < math.inf:
        yield "period_s must be above zero"
    if not (_is_finite(read.mul) and _is_finite(read.add)):
        yield "mul and add must be finite"
    yield from _range_faults(read.not_measured + read.invalid)


def _range_faults(ranges: Ranges) -> Iterator[str]:
    for low, high in ranges:
        if low > high:
            yield f"range {low} to {high} runs downwards"


def _is_finite(number: float) -> bool:
    return abs(number) < 1e300
