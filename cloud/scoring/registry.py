"""Which row is whose: names of vehicles to rows, by open addressing, in a third of what a dictionary takes.

The table holds 8 bytes a place (a hash and a row) and is at most half full. The names lie end to end in the order of
their rows; a place counts only when its name is the same byte for byte, so two names never share a row.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]
Rows = NDArray[np.int32]
Ends = NDArray[np.int64]

NOBODY: Final = -1
FIRST_PLACES: Final = 64
FIRST_BYTES: Final = 1024

_WORD: Final = 0xFFFFFFFF
_START: Final = 2166136261  # FNV-1a, 32 bits
_PRIME: Final = 16777619
_MIX: Final = 0x2C1B3C6D


@kernel
def hashed(text: Bytes, begin: int, end: int) -> int:
    """Return 32 bits out of `text[begin:end]`, mixed so that the low ones are as good as any."""
    h = _START
    for k in range(begin, end):
        h = ((h ^ int(text[k])) * _PRIME) & _WORD
    h ^= h >> 15
    h = (h * _MIX) & _WORD
    return h ^ (h >> 13)


@kernel
def same(text: Bytes, begin: int, end: int, names: Bytes, first: int, last: int) -> bool:
    """Say whether `text[begin:end]` is `names[first:last]`."""
    if end - begin != last - first:
        return False
    k = 0
    while begin + k < end and text[begin + k] == names[first + k]:
        k += 1
    return begin + k == end


@kernel
def find_all(text: Bytes, cuts: Ends, tags: Words, rows: Rows, names: Bytes, ends: Words, found: Ends) -> int:
    """Set `found` (n,) to the row of each name in `text`, NOBODY for unknown ones; return how many those are.

    Args:
        text: the names end to end; cuts: (n + 1,), where each begins and ends.
        tags, rows: (places,), the table. names, ends: every known name end to end, (n_rows + 1,) where each ends.
    """
    mask = rows.shape[0] - 1
    unknown = 0
    for i in range(cuts.shape[0] - 1):
        h = hashed(text, cuts[i], cuts[i + 1])
        place = h & mask
        found[i] = NOBODY
        while rows[place] != NOBODY:
            row = rows[place]
            if tags[place] == h and same(text, cuts[i], cuts[i + 1], names, int(ends[row]), int(ends[row + 1])):
                found[i] = row
                break
            place = (place + 1) & mask
        unknown += found[i] == NOBODY
    return unknown


@kernel
def enter(tags: Words, rows: Rows, names: Bytes, ends: Words, begin: int, end: int) -> None:
    """Enter rows `begin` to `end`, whose names are in place and not in the table yet."""
    mask = rows.shape[0] - 1
    for row in range(begin, end):
        h = hashed(names, int(ends[row]), int(ends[row + 1]))
        place = h & mask
        while rows[place] != NOBODY:
            place = (place + 1) & mask
        tags[place], rows[place] = h, row


class Registry(Mapping[str, int]):
    """Rows by vehicle, given from 0 on in the order in which vehicles are first seen; none is ever forgotten."""

    def __init__(self, vehicles: Sequence[str] = ()) -> None:
        """Give the first rows to `vehicles`."""
        self._used = 0
        self._names: Bytes = np.zeros(FIRST_BYTES, np.uint8)
        self._ends: Words = np.zeros(FIRST_PLACES // 2 + 1, np.uint32)
        self._make_table(FIRST_PLACES)
        self.rows_of(vehicles)

    @classmethod
    def of(cls, names: Bytes, ends: Words) -> "Registry":
        """Return the registry of distinct names end to end, as `names` and `ends` gave them."""
        made = cls()
        made._used = len(ends) - 1
        made._names, made._ends = names, ends
        made._make_table(made._places_for(made._used))
        return made

    def rows_of(self, vehicles: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each of `vehicles`, a new one for each that is new."""
        text, cuts = _laid(vehicles)
        found = np.empty(len(vehicles), np.int64)
        if self.find(text, cuts, found):
            unknown = np.flatnonzero(found == NOBODY).tolist()
            self._add(list(dict.fromkeys(vehicles[i] for i in unknown)))
            self.find(text, cuts, found)
        return found

    @property
    def names(self) -> Bytes:
        """Every name as UTF-8, end to end, in the order of rows."""
        return self._names[: int(self._ends[self._used])]

    @property
    def ends(self) -> Words:
        """Where each name ends in `names`, (n + 1,), from 0 on."""
        return self._ends[: self._used + 1]

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return self._names.nbytes + self._ends.nbytes + self._tags.nbytes + self._rows.nbytes

    def __getitem__(self, vehicle: str) -> int:
        text = np.frombuffer(bytearray(vehicle.encode()), np.uint8)
        found = np.empty(1, np.int64)
        if self.find(text, np.array([0, len(text)], np.int64), found):
            raise KeyError(vehicle)
        return int(found[0])

    def __len__(self) -> int:
        return self._used

    def __iter__(self) -> Iterator[str]:
        text, ends = self.names.tobytes(), self.ends.tolist()
        return (text[begin:end].decode() for begin, end in zip(ends[:-1], ends[1:], strict=True))

    def find(self, text: Bytes, cuts: Ends, found: NDArray[np.int64]) -> int:
        """Set `found` to the rows of names end to end in `text`; return how many nobody has. See `find_all`."""
        unknown: int = find_all(text, cuts, self._tags, self._rows, self._names, self._ends, found)
        return unknown

    def _add(self, vehicles: list[str]) -> None:
        """Give rows to `vehicles`, distinct and unknown."""
        text, cuts = _laid(vehicles)
        begin = self._used
        self._make_room(len(vehicles), len(text))
        at = int(self._ends[begin])
        self._names[at : at + len(text)] = text
        self._ends[begin + 1 : begin + 1 + len(vehicles)] = at + cuts[1:]
        self._used += len(vehicles)
        enter(self._tags, self._rows, self._names, self._ends, begin, self._used)

    def _make_room(self, vehicles: int, letters: int) -> None:
        """Grow whatever is too small for so many more."""
        self._names = _grown(self._names, int(self._ends[self._used]) + letters)
        self._ends = _grown(self._ends, self._used + vehicles + 1)
        places = self._places_for(self._used + vehicles)
        if places > len(self._rows):
            self._make_table(places)

    def _places_for(self, vehicles: int) -> int:
        """Return how many places keep a table of `vehicles` at most half full."""
        return max(FIRST_PLACES, 1 << (2 * vehicles - 1).bit_length()) if vehicles else FIRST_PLACES

    def _make_table(self, places: int) -> None:
        """Make the table anew with all the rows there are."""
        self._tags: Words = np.zeros(places, np.uint32)
        self._rows: Rows = np.full(places, NOBODY, np.int32)
        enter(self._tags, self._rows, self._names, self._ends, 0, self._used)


def _laid(vehicles: Sequence[str]) -> tuple[Bytes, Ends]:
    """Return `vehicles` as UTF-8 end to end, and where each begins and ends."""
    texts = [vehicle.encode() for vehicle in vehicles]
    cuts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=cuts[1:])
    return np.frombuffer(bytearray(b"".join(texts)), np.uint8), cuts


def _grown(old: NDArray[Any], needed: int) -> NDArray[Any]:
    """Return `old`, or a copy with room for `needed` and an eighth more."""
    if needed <= len(old):
        return old
    new = np.zeros(max(needed + needed // 8, 2 * FIRST_PLACES), old.dtype)
    new[: len(old)] = old
    return new


def warmup() -> None:
    """Compile or load this module's kernels."""
    Registry(["a"]).rows_of(["a", "b"])
