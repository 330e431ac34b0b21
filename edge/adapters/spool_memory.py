"""A spool that a power cut empties: what the agent lives on while the disk refuses, and what tests use."""

import secrets
from collections.abc import Sequence
from typing import Final

from edge.ports import LANES, Draft, Gap, Kind, Lane, Record, Unsealed

SPARE: Final = 1 / 16  # evicting goes this far below the limit, so that it is not done for every message
EVICTION_ORDER: Final[tuple[Kind, ...]] = ("telemetry", "dtc", "urgent")


class MemorySpool:
    """A `Spool` of at most `max_bytes` of payloads. Its streams are its own, so that no seq is ever used twice."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._spool_id = secrets.token_hex(16)
        self._next_seq: dict[Lane, int] = {"u": 1, "t": 1}
        self._records: dict[tuple[str, int], Record] = {}
        self._gaps: dict[str, Gap] = {}
        self._gap_number = 0

    def put(self, drafts: Sequence[Draft], *, told: Sequence[int] = ()) -> list[Record]:
        records: list[Record] = []
        next_seq = dict(self._next_seq)
        for draft in drafts:
            lane = LANES[draft.kind]
            stream, seq = f"{self._spool_id}-{lane}", next_seq[lane]
            payload = draft.seal(stream, seq)
            records.append(Record(stream, seq, draft.kind, payload, draft.samples, draft.wall_ms, draft.is_sure))
            next_seq[lane] += 1
        self._next_seq = next_seq
        self._records.update(((record.stream, record.seq), record) for record in records)
        self._gaps = {stream: gap for stream, gap in self._gaps.items() if gap.number not in told}
        self._evict()
        return records

    def hold(self, unsealed: Unsealed) -> None:
        """A power cut would empty this too, so there is nothing to be gained."""

    def held(self) -> list[Unsealed]:
        return []

    def unsure(self, limit: int) -> list[Record]:
        return [record for record in self._records.values() if not record.is_sure][:limit]

    def amend(self, records: Sequence[Record]) -> None:
        for record in records:
            if (record.stream, record.seq) in self._records:
                self._records[record.stream, record.seq] = record

    def waiting(self, lane: Lane, *, after: int, limit: int, skip: frozenset[tuple[str, int]]) -> list[Record]:
        held = (
            record
            for place, record in self._records.items()
            if LANES[record.kind] == lane and record.wall_ms >= after and place not in skip
        )
        return sorted(held, key=lambda record: record.wall_ms)[:limit]

    def forget(self, stream: str, ranges: Sequence[tuple[int, int]]) -> int:
        gone = [
            place
            for place in self._records
            if place[0] == stream and any(first <= place[1] <= last for first, last in ranges)
        ]
        for place in gone:
            del self._records[place]
        return len(gone)

    def gaps(self) -> list[Gap]:
        return sorted(self._gaps.values())

    def depth(self) -> tuple[int, int]:
        return len(self._records), sum(len(record.payload) for record in self._records.values())

    def close(self) -> None:
        """Nothing is open."""

    def records(self) -> list[Record]:
        """Return everything that is held, in order of its making."""
        return list(self._records.values())

    def _evict(self) -> None:
        _, held = self.depth()
        if held <= self._max_bytes:
            return
        for kind in EVICTION_ORDER:
            for record in [record for record in self._records.values() if record.kind == kind]:
                if held <= self._max_bytes * (1 - SPARE):
                    return
                held -= len(record.payload)
                del self._records[record.stream, record.seq]
                self._note_gap(record)

    def _note_gap(self, record: Record) -> None:
        known = self._gaps.get(record.stream)
        if known is None:
            self._gap_number += 1
            wall_ms = record.wall_ms
            known = Gap(self._gap_number, record.stream, record.seq, record.seq, 0, 0, wall_ms, wall_ms, "full")
        self._gaps[record.stream] = known._replace(
            last_seq=record.seq,
            messages=(known.messages or 0) + 1,
            samples=(known.samples or 0) + record.samples,
            from_ms=min(known.from_ms or 0, record.wall_ms),
            to_ms=max(known.to_ms or 0, record.wall_ms),
        )
