"""Every signal of a frame by the table, as fast as plain Python can: what is constant is worked out once.

A signal inside one byte is looked up by that byte. For a longer one, `(whole & mask) * factor` is the shifted and
scaled number without a shift: a factor divided by a power of two has the same digits, so the product rounds alike. That
is used where every step stays below 2**53; all else goes the long way.
"""

import struct
from collections.abc import Iterable
from itertools import chain, pairwise
from operator import getitem
from typing import Final, NamedTuple

from edge.obd.passive import j1939
from edge.obd.passive.table import Message, Ranges, Signal, Table

Values = dict[str, float]
Part = tuple[tuple[str, ...], list[float]]

_EXACT: Final = float(1 << 53)
_DOUBLE_BITS: Final = 512  # a frame of CAN FD, as a number, is far from a double's end; a long transfer is not
_FLOATS: Final = {16: ">e", 32: ">f", 64: ">d"}
_FEW: Final = 3  # bytes with signals: up to here a loop is faster than a chain
_NOTHING: Final[tuple[tuple[float, ...], ...]] = ((),) * 256


class _Straight(NamedTuple):
    """A signal of several bytes whose number is exact in a double."""

    mask: int
    sign: int
    factor: float
    offset: float


class _Slow(NamedTuple):
    """A signal read step by step: a float, or a whole number too long for a double."""

    signal: Signal
    shift: int
    mask: int


class _Layout:
    """The signals of one branch of a message, grouped by how they are read, and the branches below it."""

    def __init__(self, message: Message, signals: Iterable[Signal], branches: "dict[str, _Branch]") -> None:
        in_byte: list[list[Signal]] = [[] for _ in range(message.length)]
        straight: dict[bool, list[tuple[str, _Straight]]] = {False: [], True: []}
        slow: dict[bool, list[tuple[str, _Slow]]] = {False: [], True: []}
        for signal in signals:
            big, shift = signal.big_endian, shift_of(signal, message.length)
            if shift < 0:
                continue  # it lies outside of its own message and can never be read
            mask = (1 << signal.bits) - 1
            first_byte = (signal.last_bit() - signal.bits + 1) // 8
            if signal.last_bit() // 8 == first_byte:
                in_byte[first_byte].append(signal)
            elif _is_exact(signal):
                sign = 1 << signal.bits - 1 << shift if signal.signed else 0
                row = _Straight(mask << shift, sign, float(signal.scale) * 2.0**-shift, float(signal.offset))
                straight[big].append((signal.name, row))
            else:
                slow[big].append((signal.name, _Slow(signal, shift, mask)))
        self.names = (
            *(signal.name for byte in in_byte for signal in byte),
            *(name for rows in (straight[False], slow[False], straight[True], slow[True]) for name, _ in rows),
        )
        self._tables = [_byte_table(byte) for byte in in_byte]
        self._few = [(at, table) for at, table in enumerate(self._tables) if table is not _NOTHING]
        self._are_few = len(self._few) <= _FEW
        self._little = _Group([row for _, row in straight[False]], [row for _, row in slow[False]])
        self._big = _Group([row for _, row in straight[True]], [row for _, row in slow[True]])
        self.branches = tuple((self.names.index(name), branch) for name, branch in branches.items())

    def read(self, data: bytes) -> list[float]:
        """Return the values of `names` in `data`, which is as long as the message."""
        values: list[float] = []
        if self._are_few:
            for at, table in self._few:
                values += table[data[at]]
        else:
            values += chain.from_iterable(map(getitem, self._tables, data))
        if self._little.is_there:
            self._little.read(int.from_bytes(data, "little"), values)
        if self._big.is_there:
            self._big.read(int.from_bytes(data, "big"), values)
        return values


class _Group:
    """The longer signals of one byte order."""

    def __init__(self, straight: list[_Straight], slow: list[_Slow]) -> None:
        self.is_there = bool(straight or slow)
        self._is_plain = not slow and all(not row.sign and not row.offset for row in straight)
        self._plain = [(row.mask, row.factor) for row in straight]
        self._straight = straight
        self._slow = slow

    def read(self, whole: int, values: list[float]) -> None:
        """Add to `values` what stands in the frame that is the number `whole`."""
        if self._is_plain:
            values += [(whole & mask) * factor for mask, factor in self._plain]
            return
        values += [((whole & mask ^ sign) - sign) * factor + offset for mask, sign, factor, offset in self._straight]
        values += [number(signal, whole >> shift & mask) for signal, shift, mask in self._slow]


class _Branch:
    """What a selector chooses between; numbers that nobody named choose nothing."""

    def __init__(self, layouts: list[tuple[int, int, _Layout]]) -> None:
        self._single = {low: layout for low, high, layout in layouts if low == high}
        self._wide = [(low, high, layout) for low, high, layout in layouts if low < high]

    def choose(self, selected: int) -> _Layout | None:
        if (layout := self._single.get(selected)) is not None:
            return layout
        return next((layout for low, high, layout in self._wide if low <= selected <= high), None)


class MessageDecoder:
    """Reads the frames of one message."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self._length = message.length
        self._layout: _Layout | None = None

    def parts(self, data: bytes) -> list[Part]:
        """Return names and values side by side, one part for the message and one below each selector.

        `data` is at least as long as the message; what lies behind its length is ignored. Below a selector whose
        number chooses nothing there is nothing.
        """
        root = self._layout
        if root is None:  # the tables are made when the first frame comes
            root = self._layout = _layout(self.message, "", None)
        if len(data) > self._length:
            data = data[: self._length]
        values = root.read(data)
        if not root.branches:
            return [(root.names, values)]
        layouts, parts = [root], [(root.names, values)]
        for layout, (_, found) in zip(layouts, parts, strict=False):
            for selector, branch in layout.branches:
                if (chosen := branch.choose(int(found[selector]))) is not None:
                    layouts.append(chosen)
                    parts.append((chosen.names, chosen.read(data)))
        return parts

    def decode(self, data: bytes) -> Values:
        """Return every signal that is whole in `data`, by name; a frame may be shorter or longer than the message."""
        values: Values = {}
        for names, found in self.parts(data.ljust(self._length, b"\xff")):
            values.update(zip(names, found, strict=True))
        return values if len(data) >= self._length else self._whole(values, 8 * len(data))

    def _whole(self, values: Values, bits: int) -> Values:
        """Return what is left of `values` when only `bits` came: signals that are whole below selectors that are."""
        named = {signal.name: signal for signal in self.message.signals}

        def is_there(name: str) -> bool:
            signal = named[name]
            return signal.last_bit() < bits and (not signal.selector or is_there(signal.selector))

        return {name: value for name, value in values.items() if is_there(name)}


class TableDecoder:
    """Finds the message of a frame: by its whole id, or by its parameter group where that is a J1939 message's."""

    def __init__(self, table: Table) -> None:
        self._by_id = {(message.id, message.extended): MessageDecoder(message) for message in table.messages}
        self._by_group = {j1939.pgn(m.id): MessageDecoder(m) for m in reversed(table.messages) if m.j1939}

    def find(self, can_id: int, extended: bool) -> MessageDecoder | None:
        """Return the decoder for a frame with this id."""
        found = self._by_id.get((can_id, extended))
        if found is None and extended and self._by_group:
            return self._by_group.get(j1939.pgn(can_id))
        return found

    def find_group(self, pgn: int) -> MessageDecoder | None:
        """Return the decoder for a J1939 transfer of this parameter group."""
        return self._by_group.get(pgn)

    def decode(self, can_id: int, extended: bool, data: bytes) -> Values | None:
        """Return every signal of a frame, None for a frame that the table does not know."""
        found = self.find(can_id, extended)
        return None if found is None else found.decode(data)


def shift_of(signal: Signal, length: int) -> int:
    """Return how far right a signal's last bit lies in a message of `length` bytes; below 0 where it does not fit."""
    if signal.big_endian:
        return 8 * length - 1 - signal.last_bit()
    return signal.start if signal.last_bit() < 8 * length else -1


def number(signal: Signal, raw: int) -> float:
    """Return the value of a raw number, unsigned as it stands in the frame."""
    if signal.is_float:
        value: float = struct.unpack(_FLOATS[signal.bits], raw.to_bytes(signal.bits // 8, "big"))[0]
        return value * signal.scale + signal.offset
    if signal.signed and raw >> signal.bits - 1:
        raw -= 1 << signal.bits
    return raw * signal.scale + signal.offset


def holds(ranges: Ranges, raw: int) -> bool:
    """Say whether `raw` is in one of `ranges`, ends included."""
    return any(low <= raw <= high for low, high in ranges)


def _is_exact(signal: Signal) -> bool:
    largest = float(1 << signal.bits)
    if isinstance(signal.scale, int):
        largest = largest * max(1, abs(signal.scale)) + abs(signal.offset)
    return not signal.is_float and largest <= _EXACT and signal.last_bit() < _DOUBLE_BITS


def _byte_table(signals: list[Signal]) -> tuple[tuple[float, ...], ...]:
    """Return for each byte the values of `signals`, which lie in it and nowhere else."""
    if not signals:
        return _NOTHING
    places = [(signal, 7 - signal.last_bit() % 8 if signal.big_endian else signal.start % 8) for signal in signals]
    return tuple(
        tuple(number(signal, byte >> shift & (1 << signal.bits) - 1) for signal, shift in places) for byte in range(256)
    )


def _layout(message: Message, selector: str, selected: int | None) -> _Layout:
    """Return the layout of what stands below `selector` when it is `selected`, with everything below that."""
    below = [signal for signal in message.signals if signal.selector == selector]
    here = [signal for signal in below if selected is None or holds(signal.selected_by, selected)]
    branches = {signal.name: _branch(message, signal) for signal in here}
    return _Layout(message, here, {name: branch for name, branch in branches.items() if branch is not None})


def _branch(message: Message, selector: Signal) -> _Branch | None:
    """Return what `selector` chooses between; numbers that choose the same share one layout."""
    below = [signal for signal in message.signals if signal.selector == selector.name]
    if not below or shift_of(selector, message.length) < 0:
        return None
    edges = sorted({edge for signal in below for low, high in signal.selected_by for edge in (low, high + 1)})
    return _Branch(
        [
            (low, after - 1, _layout(message, selector.name, low))
            for low, after in pairwise(edges)
            if any(holds(signal.selected_by, low) for signal in below)
        ]
    )
