"""The state of scoring: rows per vehicle, grown by doubling, and what was counted."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cloud.scoring import absorb, pack_layout, track
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import ABOUT, CODE, DTC_SLOTS, EVENT, HOT_WORDS
from cloud.scoring.pack_layout import CELLS, PACK, WORDS
from cloud.scoring.registry import Registry

COUNTED: Final = ("entries", "unreadable", "unclocked", "late_reports", "crowded_out")

_HOT: Final = np.dtype(("V", HOT_WORDS * 4))


class State:
    """Everything scoring remembers; a step changes it in place, so a state that was handed in is used up.

    Rows of vehicles: `hot` (n, 64) float32 and its views `hot64`, `hot32`; `cars` (n,) EVENT; `codes` (n, DTC_SLOTS)
    CODE; `about` (n,) ABOUT. Rows beyond `len(slots)` are blank. Rows of traction batteries, for vehicles that spoke of
    one: `packs` (m,) PACK and `cells` (m, WORDS, CELLS) float32, `packs_used` of them.
    """

    def __init__(self, capacity: int) -> None:
        self.slots = Registry()
        self.counts: dict[str, int] = dict.fromkeys(COUNTED, 0)
        self.offset = 0
        self._make(max(capacity, 1))
        self.packs_used = 0
        self._make_packs(1)

    def slot(self, vehicle: str) -> int:
        """Return the row of `vehicle`, a blank one when it is new."""
        try:
            return self.slots[vehicle]
        except KeyError:
            return int(self.slots_of([vehicle])[0])

    def slots_of(self, vehicles: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each of `vehicles`, a blank one for each that is new."""
        found = self.slots.rows_of(vehicles)
        while len(self.slots) > len(self.cars):
            self._grow()
        return found

    def pack(self, slot: int) -> int:
        """Return the row of the traction battery of the vehicle in `slot`, a blank one when it is new."""
        row = int(self.about["pack"][slot]) - 1
        if row < 0:
            row = self.packs_used
            if row == len(self.packs):
                old = self.packs, self.cells
                self._make_packs(2 * row)
                self.packs[:row], self.cells[:row] = old
            self.packs_used += 1
            self.about["pack"][slot] = row + 1
        return row

    def _make_packs(self, capacity: int) -> None:
        self.packs: NDArray[Any] = np.zeros(capacity, PACK)
        self.cells: NDArray[np.float32] = np.zeros((capacity, WORDS, CELLS), np.float32)
        pack_layout.blank(self.packs, self.cells)

    def _make(self, capacity: int) -> None:
        self.hot: NDArray[np.float32] = aligned_zeros(capacity, _HOT).view(np.float32).reshape(capacity, HOT_WORDS)
        self.hot64: NDArray[np.float64] = self.hot.view(np.float64)
        self.hot32: NDArray[np.uint32] = self.hot.view(np.uint32)
        self.cars: NDArray[Any] = aligned_zeros(capacity, EVENT)
        self.codes: NDArray[Any] = np.zeros((capacity, DTC_SLOTS), CODE)
        self.about: NDArray[Any] = np.zeros(capacity, ABOUT)
        track.blank(self.hot)
        absorb.blank(self.cars[0])
        self.cars[1:] = self.cars[0]
        self.about["lamp"] = -1

    def _grow(self) -> None:
        old = self.hot, self.cars, self.codes, self.about
        used = len(self.cars)
        self._make(2 * used)
        for new, rows in zip((self.hot, self.cars, self.codes, self.about), old, strict=True):
            new[:used] = rows
