"""Every signal of a frame by the table, as fast as plain Python can: what is constant is worked out once.

What a byte is worth to a signal, sign included, is looked up by that byte; a signal within one byte is looked up whole,
scale and offset included. A longer one is the sum of its bytes, scaled as the table says. Only floats are taken apart.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import getitem, itemgetter
from typing import Final, Literal

from edge.obd.passive import j1939
from edge.obd.passive.table import Message, Ranges, Signal, Table

Values = dict[str, float]
Part = tuple[tuple[str, ...], list[float]]

_FLOATS: Final = {16: ">e", 32: ">f", 64: ">d"}


class _Layout:
    """The signals of one branch of a message, grouped by how they are read, and the branches below it."""

    def __init__(self, message: Message, signals: Iterable[Signal], branches: "dict[str, _Branch]") -> None:
        inside = [signal for signal in signals if shift_of(signal, message.length) >= 0]
        whole = [(signal, list(_weights(signal).items())) for signal in inside if not signal.is_float]
        in_order = sorted(whole, key=lambda row: min(len(row[1]), 3))  # one byte, two, more
        self._floats = [(signal, shift_of(signal, message.length)) for signal in inside if signal.is_float]
        self.names = (*(signal.name for signal, _ in in_order), *(signal.name for signal, _ in self._floats))
        self.branches = tuple((self.names.index(name), branch) for name, branch in branches.items())
        self._whole = len(in_order)
        # The first byte of every signal, and behind them the others of those that have more.
        places, tables = list[int](), list[tuple[float, ...]]()
        rest_places, rest_tables = list[int](), list[tuple[float, ...]]()
        self._pairs: list[tuple[int, int, float, float]] = []
        self._longer: list[tuple[int, int, int, float, float]] = []
        for at, (signal, ((byte, bits), *rest)) in enumerate(in_order):
            places.append(byte)
            tables.append(_byte_table(bits, signal.scale, signal.offset) if not rest else _byte_table(bits))
            first = self._whole + len(rest_places)
            rest_places += [byte for byte, _ in rest]
            rest_tables += [_byte_table(bits) for _, bits in rest]
            if len(rest) == 1:
                self._pairs.append((at, first, signal.scale, signal.offset))
            elif rest:
                self._longer.append((at, first, first + len(rest), signal.scale, signal.offset))
        self._pick = _picker(places + rest_places)
        self._tables = tables + rest_tables
        self._is_short = not (self._pairs or self._longer or self._floats)

    def read(self, data: bytes) -> list[float]:
        """Return the values of `names` in `data`, which is as long as the message."""
        found = list(map(getitem, self._tables, self._pick(data)))
        if self._is_short:
            return found
        for at, second, scale, offset in self._pairs:
            found[at] = (found[at] + found[second]) * scale + offset
        for at, first, after, scale, offset in self._longer:
            found[at] = (found[at] + sum(found[first:after])) * scale + offset
        del found[self._whole :]
        for signal, shift in self._floats:
            order: Literal["big", "little"] = "big" if signal.big_endian else "little"
            found.append(number(signal, int.from_bytes(data, order) >> shift & (1 << signal.bits) - 1))
        return found


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
        self._layout = _layout(message, "", None)

    def parts(self, data: bytes) -> list[Part]:
        """Return names and values side by side, one part for the message and one below each selector.

        `data` is at least as long as the message; what lies behind its length is ignored. Below a selector whose
        number chooses nothing there is nothing.
        """
        if len(data) > self._length:
            data = data[: self._length]
        if not self._layout.branches:
            return [(self._layout.names, self._layout.read(data))]
        layouts, parts = [self._layout], [(self._layout.names, self._layout.read(data))]
        for layout, (_, found) in zip(layouts, parts, strict=False):
            for selector, branch in layout.branches:
                if (chosen := branch.choose(int(found[selector]))) is not None:
                    layouts.append(chosen)
                    parts.append((chosen.names, chosen.read(data)))
        return parts

    def decode(self, data: bytes) -> Values:
        """Return every signal that is whole in `data`, by name; a frame may be shorter or longer than the message."""
        layout = self._layout
        if len(data) == self._length and not layout.branches:  # nearly every frame of nearly every bus
            return dict(zip(layout.names, layout.read(data), strict=False))
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
        decoders = [(message, MessageDecoder(message)) for message in table.messages]
        self._standard = {message.id: decoder for message, decoder in decoders if not message.extended}
        self._extended = {message.id: decoder for message, decoder in decoders if message.extended}
        self._by_group = {j1939.pgn(m.id): decoder for m, decoder in reversed(decoders) if m.j1939}

    def find(self, can_id: int, extended: bool) -> MessageDecoder | None:
        """Return the decoder for a frame with this id."""
        if not extended:
            return self._standard.get(can_id)
        return self._extended.get(can_id) or self._by_group.get(j1939.pgn(can_id))

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


def _weights(signal: Signal) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return for each byte that a whole number stands in: its bits there (0 the least), and what each is worth."""
    found: dict[int, list[tuple[int, int]]] = {}
    for bit in range(signal.bits):
        weight = -(1 << bit) if signal.signed and bit == signal.bits - 1 else 1 << bit
        place = signal.last_bit() - bit if signal.big_endian else signal.start + bit
        found.setdefault(place // 8, []).append((7 - place % 8 if signal.big_endian else place % 8, weight))
    return {byte: tuple(bits) for byte, bits in found.items()}


@lru_cache(maxsize=4096)  # most signals of a bus are alike, and what is shared stays in the processor's cache
def _byte_table(weights: tuple[tuple[int, int], ...], scale: float = 1, offset: float = 0) -> tuple[float, ...]:
    """Return for each byte what its bits are worth together, scaled."""
    return tuple(sum(weight for bit, weight in weights if byte >> bit & 1) * scale + offset for byte in range(256))


def _picker(places: list[int]) -> Callable[[bytes], Sequence[int]]:
    """Return what picks these bytes out of a frame, in this order and as often as they stand here."""
    if len(places) > 1:
        return itemgetter(*places)
    # Of one place `itemgetter` returns the thing itself, and of none it is an error.
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0))


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
