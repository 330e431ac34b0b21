"""Which record goes next, and when again: pure; `now_s` is real monotonic time, wall times are the domain's.

Urgent records go first. Of telemetry, what is still fresh goes before older history, each oldest first: the picture of
now is right soon, and nothing overtakes its own past by more than it must.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from contract.messages import Receipt
from edge.ports import URGENT_RESERVE, WINDOW, Lane, Record, Spool

FRESH_MS: Final = 600_000  # domain: what is older than this notifies nobody any more
FIRST_AGAIN_S: Final = 5.0  # real
LONGEST_AGAIN_S: Final = 60.0
WINDOW_BYTES: Final = 512 << 10
REMEMBERED: Final = 10_000
_EVER: Final = -(1 << 62)

Place = tuple[str, int]


class _Sent(NamedTuple):
    number: int  # in order of sending
    again_at_s: float
    again_after_s: float
    size: int


class Delivery:
    """Keeps at most `WINDOW` records and `WINDOW_BYTES` on their way, and sends again what got no receipt."""

    def __init__(self) -> None:
        self._on_way: dict[Place, _Sent] = {}
        self._waits_s: dict[Place, float] = {}
        self._number = 0
        self._overtaken_by = 0

    @property
    def on_way(self) -> int:
        return len(self._on_way)

    def next(self, spool: Spool, now_s: float, wall_ms: int) -> list[Record]:
        """Return what may go now, first things first; call `sent` for each that went."""
        for place in [place for place, sent in self._on_way.items() if now_s >= sent.again_at_s]:
            self._waits_s[place] = min(2.0 * self._on_way.pop(place).again_after_s, LONGEST_AGAIN_S)
        if len(self._waits_s) > REMEMBERED:
            self._waits_s.clear()  # most of them were given up by the spool long ago
        room = WINDOW_BYTES - sum(sent.size for sent in self._on_way.values())
        chosen: list[Record] = []
        for record in self._candidates(spool, wall_ms):
            # One record always goes, however large it is, and an urgent one goes however much is on its way.
            if record.kind == "telemetry" and len(record.payload) > room and (chosen or self._on_way):
                break
            room -= len(record.payload)
            chosen.append(record)
        return chosen

    def sent(self, record: Record, now_s: float) -> None:
        """`record` was handed to the broker."""
        place = (record.stream, record.seq)
        wait_s = self._waits_s.get(place, FIRST_AGAIN_S)
        self._number += 1
        self._on_way[place] = _Sent(self._number, now_s + wait_s, wait_s, len(record.payload))

    def settled(self, receipt: Receipt, now_s: float) -> list[tuple[int, int]]:
        """Take `receipt` and return the ranges of its stream that the spool may forget.

        A line keeps the order: while receipts come, what was sent after them is still queueing on a thin line, and is
        sent again only when the line falls silent; what they have overtaken waits no longer than it would have.
        """
        ranges = [*receipt.stored, *((seq, seq) for seq, _ in receipt.rejected)]
        for stream, seq in [*self._on_way, *self._waits_s]:
            if stream == receipt.stream and _within(seq, ranges):
                if (sent := self._on_way.pop((stream, seq), None)) is not None:
                    self._overtaken_by = max(self._overtaken_by, sent.number)
                self._waits_s.pop((stream, seq), None)
        for place, sent in self._on_way.items():
            if sent.number > self._overtaken_by:
                self._on_way[place] = sent._replace(again_at_s=now_s + sent.again_after_s)
        return ranges

    def link_changed(self) -> None:
        """The connection is another one, or none: everything that waits is to be sent anew."""
        self._on_way.clear()
        self._waits_s.clear()

    def _candidates(self, spool: Spool, wall_ms: int) -> Iterator[Record]:
        orders: tuple[tuple[Lane, int], ...] = (("u", _EVER), ("t", wall_ms - FRESH_MS), ("t", _EVER))
        taken = set(self._on_way)
        for lane, after in orders:
            room = WINDOW - len(taken) + (URGENT_RESERVE if lane == "u" else 0)
            if room <= 0:
                return
            for record in spool.waiting(lane, after=after, limit=room, skip=frozenset(taken)):
                taken.add((record.stream, record.seq))
                yield record


def _within(seq: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= seq <= last for first, last in ranges)
