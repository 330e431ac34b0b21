"""In which order records are taken: spread so that neighbours are different vehicles, or parted for threads.

A vehicle's records stay in the order they came, and nothing passes from one vehicle to another, so the rows come out
the same bit for bit whatever is done here.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel
from cloud.scoring.lanes import LANES
from cloud.scoring.layout import RECORD_WORDS
from cloud.scoring.state import State
from cloud.scoring.track import block_end, track

Slots = NDArray[np.int64]
Records = tuple[Slots, NDArray[np.float64], NDArray[np.float32]]

EMPTY: Final = -1
LEAST_FOR_A_THREAD: Final = 20_000  # records; below that, handing them out costs more than it saves
# A block that ends early for want of distinct vehicles still costs a whole one: half-filled ones are worth a copy.
FILLED: Final = 0.5

_MIX: Final = 0x9E3779B1  # 2^32 over the golden ratio: neighbouring slots go far apart


class SideBySide(Protocol):
    """Calls a function on each part, `map` or a pool's; the parts share nothing."""

    def __call__(self, function: Callable[[Records], int], parts: Iterable[Records], /) -> Iterable[int]: ...


@kernel
def fill(slots: Slots) -> float:
    """Return how full the blocks of `slots` (n,) would be, 0..1, by a look at its first 32 blocks."""
    start, blocks = 0, 0
    while start < slots.shape[0] and blocks < LANES:
        start = block_end(slots, start)
        blocks += 1
    return start / (blocks * LANES) if blocks > 0 else 1.0


@kernel
def rank(slots: Slots, ranks: Slots) -> int:
    """Set `ranks` (n,) to how many records before each are of the same vehicle; return the highest + 1.

    Vehicles are counted in an open table of their own, so the cost hangs on the records and not on the fleet.
    """
    size = 64
    while size < 2 * slots.shape[0]:
        size *= 2
    keys = np.full(size, EMPTY, np.int64)
    counts = np.zeros(size, np.int64)
    most = 0
    for r in range(slots.shape[0]):
        slot = slots[r]
        place = (slot * _MIX & 0xFFFFFFFF) & (size - 1)
        while keys[place] != EMPTY and keys[place] != slot:
            place = (place + 1) & (size - 1)
        keys[place] = slot
        ranks[r] = counts[place]
        counts[place] += 1
        most = max(most, counts[place])
    return most


@kernel
def sorted_by(keys: Slots, kinds: int, order: Slots, ends: Slots) -> None:
    """Sort by counting, stable: `order` (n,) becomes the places of `keys` (n,), which lie in 0..kinds-1.

    `ends` is (kinds + 1,): where each kind ends in `order`, its first number 0.
    """
    for k in range(kinds + 1):
        ends[k] = 0
    for r in range(keys.shape[0]):
        ends[keys[r] + 1] += 1
    for k in range(kinds):
        ends[k + 1] += ends[k]
    places = ends.copy()
    for r in range(keys.shape[0]):
        order[places[keys[r]]] = r
        places[keys[r]] += 1


@kernel
def move(
    slots: Slots,
    times_s: NDArray[np.float64],
    records: NDArray[np.float32],
    order: Slots,
    to_slots: Slots,
    to_times_s: NDArray[np.float64],
    to_records: NDArray[np.float32],
) -> None:
    """Copy records (n,), (n,), (n, 16) in `order` (n,): one that reads rows in place does not go through an index."""
    for r in range(order.shape[0]):
        i = order[r]
        to_slots[r], to_times_s[r] = slots[i], times_s[i]
        for f in range(records.shape[1]):
            to_records[r, f] = records[i, f]


def spread(slots: Slots, times_s: NDArray[np.float64], records: NDArray[np.float32]) -> Records:
    """Return the records with the first of every vehicle in front, then the second of each, and so on."""
    ranks = np.empty(len(slots), np.int64)
    return _moved((slots, times_s, records), ranks, int(rank(slots, ranks)))[0]


def parted(slots: Slots, times_s: NDArray[np.float64], records: NDArray[np.float32], parts: int) -> list[Records]:
    """Return the records of every part, where a vehicle's part is its slot modulo `parts`; each lies by itself."""
    moved, ends = _moved((slots, times_s, records), slots % parts, parts)
    cuts = [slice(begin, end) for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    return [(moved[0][cut], moved[1][cut], moved[2][cut]) for cut in cuts]


def track_all(
    state: State,
    slots: Slots,
    times_s: NDArray[np.float64],
    records: NDArray[np.float32],
    *,
    parts: int = 1,
    side_by_side: SideBySide = map,
) -> int:
    """Advance the hot rows of `state` by `records` (see `track`), in whatever order is fast; return how many were late.

    Many records of few vehicles in a row, as a car sends them that was away for days, are spread first. With `parts`
    above 1 and enough records, vehicles are parted and `side_by_side` is given the parts.
    """

    def take(part: Records) -> int:
        ready = spread(*part) if fill(part[0]) < FILLED else part
        count = len(ready[0])
        scores, bits = np.empty(count, np.float32), np.empty(count, np.uint32)
        late: int = track(state.hot, state.hot64, state.hot32, *ready, scores, bits)
        return late

    several = min(parts, len(slots) // LEAST_FOR_A_THREAD)
    if several < 2:
        return take((slots, times_s, records))
    return sum(side_by_side(take, parted(slots, times_s, records, several)))


def _moved(given: Records, keys: Slots, kinds: int) -> tuple[Records, Slots]:
    """Return `given` sorted by `keys`, and where each kind ends."""
    slots, times_s, records = given
    order, ends = np.empty(len(slots), np.int64), np.empty(kinds + 1, np.int64)
    sorted_by(keys, kinds, order, ends)
    moved = np.empty_like(slots), np.empty_like(times_s), np.empty_like(records)
    move(slots, times_s, records, order, *moved)
    return moved, ends


def warmup() -> None:
    """Compile or load this module's kernels, and `track`."""
    two = np.zeros(2, np.int64), np.zeros(2), np.zeros((2, RECORD_WORDS), np.float32)
    track_all(State(1), *two)
