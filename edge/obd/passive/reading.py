"""From a frame to readings in the catalogue's units, by what the table's map asked for; nothing is clamped."""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from contract import signals
from contract.validity import Validity
from edge.obd.decode import Reading
from edge.obd.passive.decoder import holds, number, shift_of
from edge.obd.passive.table import Message, Read, Signal

_SLACK: Final = 0.5  # of one step: limits stand in files as rounded decimals


class _Position(NamedTuple):
    signal: Signal
    shift: int
    mask: int

    def raw(self, data: bytes) -> int:
        """Return the unsigned raw number in `data`, which is as long as the message."""
        return int.from_bytes(data, "big" if self.signal.big_endian else "little") >> self.shift & self.mask


class _Wanted(NamedTuple):
    """One reading: where it stands, and what must hold for it to be there."""

    read: Read
    position: _Position
    selectors: tuple[tuple[_Position, tuple[tuple[int, int], ...]], ...]
    when: tuple[tuple[_Position, frozenset[int]], ...]
    last_bit: int  # of everything that it rests on


class MessageReader:
    """Reads one message for the agent."""

    def __init__(self, message: Message) -> None:
        named = {signal.name: signal for signal in message.signals}
        self._length = message.length
        self._wanted = tuple(_wanted(message, named, read) for read in message.reads)
        self.period_s = min((read.period_s for read in message.reads), default=math.inf)
        self._always = all(not wanted.selectors and not wanted.when for wanted in self._wanted)

    def part(self, data: bytes) -> tuple[int, ...]:
        """Return which of the wanted readings this frame carries, as its selectors say."""
        return tuple(number for number, _ in self._meant(data))

    def readings(self, ecu: str, data: bytes) -> list[Reading]:
        """Return what the map wants and this frame carries; `ecu` is who says so."""
        whole, bits = self._fit(data)
        return [_reading(wanted, ecu, whole, data, bits) for _, wanted in self._meant(data)]

    def _meant(self, data: bytes) -> list[tuple[int, _Wanted]]:
        if self._always:
            return list(enumerate(self._wanted))
        whole, bits = self._fit(data)
        return [(number, wanted) for number, wanted in enumerate(self._wanted) if _is_meant(wanted, whole, bits)]

    def _fit(self, data: bytes) -> tuple[bytes, int]:
        """Return `data` as long as the message, and how many bits of it really came."""
        return data[: self._length].ljust(self._length, b"\xff"), 8 * min(len(data), self._length)


def _wanted(message: Message, named: dict[str, Signal], read: Read) -> _Wanted:
    def position(name: str) -> _Position:
        signal = named[name]
        return _Position(signal, max(0, shift_of(signal, message.length)), (1 << signal.bits) - 1)

    selectors = []
    above = named[read.signal]
    while above.selector:
        selectors.append((position(above.selector), above.selected_by))
        above = named[above.selector]
    when = tuple((position(name), frozenset(values)) for name, values in read.when.items())
    rests_on = [read.signal, *read.when, *(place.signal.name for place, _ in selectors)]
    last_bit = max(named[name].last_bit() for name in rests_on)
    return _Wanted(read, position(read.signal), tuple(selectors), when, last_bit)


def _is_meant(wanted: _Wanted, whole: bytes, bits: int) -> bool:
    """Say whether selectors and conditions choose this reading; those that were cut off choose nothing."""

    def is_there(position: _Position) -> bool:
        return position.signal.last_bit() < bits

    return all(
        is_there(place) and holds(ranges, int(number(place.signal, place.raw(whole))))
        for place, ranges in wanted.selectors
    ) and all(is_there(place) and place.raw(whole) in values for place, values in wanted.when)


def _reading(wanted: _Wanted, ecu: str, whole: bytes, data: bytes, bits: int) -> Reading:
    value, validity = _judge(wanted, whole, bits)
    return Reading(wanted.read.path, ecu, value, validity, b"" if validity is Validity.VALUE else bytes(data))


def _judge(wanted: _Wanted, whole: bytes, bits: int) -> tuple[float, Validity]:
    read, place = wanted.read, wanted.position
    if wanted.last_bit >= bits:
        return math.nan, Validity.INVALID  # the frame ends before the signal does
    raw = place.raw(whole)
    if holds(read.not_measured, raw):
        return math.nan, Validity.NOT_MEASURED
    if holds(read.invalid, raw):
        return math.nan, Validity.INVALID
    value = number(place.signal, raw) if read.enum is None else read.enum.get(raw, math.nan)
    if math.isnan(value):
        return math.nan, Validity.INVALID
    if read.enum is None and not _is_within(value, read, abs(place.signal.scale)):
        return math.nan, Validity.OUT_OF_RANGE
    value = value * read.mul + read.add
    known = signals.CATALOGUE[read.path]
    if not known.low <= value <= known.high:
        return math.nan, Validity.OUT_OF_RANGE
    return value, Validity.VALUE


def _is_within(value: float, read: Read, step: float) -> bool:
    low = -math.inf if read.low is None else read.low
    high = math.inf if read.high is None else read.high
    return low - _SLACK * step <= value <= high + _SLACK * step


def readers(messages: Iterable[Message]) -> list[tuple[Message, MessageReader]]:
    """Return a reader for every message from which something is wanted."""
    return [(message, MessageReader(message)) for message in messages if message.reads]
