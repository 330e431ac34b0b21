"""The spool that never refuses: the disk while it can, a ring in memory while it cannot, and back again."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, TypeVar

import structlog

from edge.adapters.spool_memory import MemorySpool
from edge.adapters.spool_sqlite import SqliteSpool
from edge.errors import SpoolError
from edge.ports import Draft, Gap, Lane, Record, Unsealed

RETRY_S: Final = 1.0  # real: a full disk is asked again this often, not for every message
MOVE_AT_ONCE: Final = 64
# Gaps of the ring are told apart from the disk's by the sign of their number.

Answer = TypeVar("Answer")

log = structlog.get_logger()


class SteadySpool:
    """A `Spool` over `disk`, with a ring of `ring_bytes` for when the disk refuses; `now_s` is real monotonic time."""

    def __init__(self, disk: SqliteSpool, ring_bytes: int, now_s: Callable[[], float]) -> None:
        self._disk = disk
        self._ring = MemorySpool(ring_bytes)
        self._now_s = now_s
        self._retry_at_s = float("-inf")
        self._unreadable_until_s = float("-inf")
        self.refusals = 0

    @property
    def degraded(self) -> bool:
        """Records are held where a power cut would lose them."""
        return bool(self._ring.depth()[0]) or self._now_s() < self._retry_at_s

    def put(self, drafts: Sequence[Draft], *, told: Sequence[int] = ()) -> list[Record]:
        if self._disk_may_work():
            try:
                self._move_back()
                kept = self._disk.put(drafts, told=[number for number in told if number > 0])
            except SpoolError as error:
                self._refused(error)
            else:
                if ring_told := [-number for number in told if number < 0]:
                    self._ring.put((), told=ring_told)
                return kept
        return self._ring.put(drafts, told=[-number for number in told if number < 0])

    def hold(self, unsealed: Unsealed) -> None:
        if self._disk_may_work():
            try:
                self._move_back()
                self._disk.hold(unsealed)
            except SpoolError as error:
                self._refused(error)

    def held(self) -> list[Unsealed]:
        nothing: list[Unsealed] = []
        return self._read(self._disk.held, nothing)

    def unsure(self, limit: int) -> list[Record]:
        nothing: list[Record] = []
        return (self._ring.unsure(limit) + self._read(lambda: self._disk.unsure(limit), nothing))[:limit]

    def amend(self, records: Sequence[Record]) -> None:
        self._ring.amend(records)
        # What the disk does not amend now is still unsure, and asked for again.
        self._read(lambda: self._disk.amend(records), None)

    def waiting(self, lane: Lane, *, after: int, limit: int, skip: frozenset[tuple[str, int]]) -> list[Record]:
        found = self._ring.waiting(lane, after=after, limit=limit, skip=skip)
        found += self._read(lambda: self._disk.waiting(lane, after=after, limit=limit, skip=skip), [])
        return sorted(found, key=lambda record: record.wall_ms)[:limit]

    def forget(self, stream: str, ranges: Sequence[tuple[int, int]]) -> int:
        # What the disk does not forget now will be sent again, receipted again and forgotten then.
        return self._ring.forget(stream, ranges) + self._read(lambda: self._disk.forget(stream, ranges), 0)

    def gaps(self) -> list[Gap]:
        ring = [gap._replace(number=-gap.number) for gap in self._ring.gaps()]
        nothing: list[Gap] = []
        return self._read(self._disk.gaps, nothing) + ring

    def depth(self) -> tuple[int, int]:
        messages, held = self._ring.depth()
        on_disk = self._read(self._disk.depth, (0, 0))
        return messages + on_disk[0], held + on_disk[1]

    def close(self) -> None:
        try:
            self._move_back()
        except SpoolError as error:
            self._refused(error)
        if left := self._ring.depth()[0]:
            log.error("spool_left_in_memory", messages=left, advice="free space on the spool's disk")
        self._disk.close()

    def _read(self, ask: Callable[[], Answer], nothing: Answer) -> Answer:
        """Ask the disk; `nothing` while it cannot be read, and then it is asked once a second only."""
        if self._now_s() < self._unreadable_until_s:
            return nothing
        try:
            return ask()
        except SpoolError as error:
            self._refused(error)
            self._unreadable_until_s = self._retry_at_s
            return nothing

    def _disk_may_work(self) -> bool:
        return self._now_s() >= self._retry_at_s

    def _move_back(self) -> None:
        while records := list(islice(self._ring.records(), MOVE_AT_ONCE)):
            self._disk.adopt(records)
            for record in records:
                self._ring.forget(record.stream, [(record.seq, record.seq)])

    def _refused(self, error: SpoolError) -> None:
        self.refusals += 1
        self._retry_at_s = self._now_s() + RETRY_S
        log.error("spool_refused", reason=str(error), refusals=self.refusals, advice="free or mend the spool's disk")
