"""The spool on disk: stdlib SQLite, one row to a sealed message, one fsync to a group (docs/adr/0021)."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from edge.adapters.spool_file import NOTE_GAP, SpoolFile, is_sound
from edge.adapters.spool_memory import EVICTION_ORDER, SPARE
from edge.errors import SpoolError
from edge.ports import LANES, Draft, Gap, Lane, Record, Witness

_WAITING: Final = """
SELECT id, crc, stream, seq, kind, payload, samples, wall_ms FROM records
WHERE lane = ? AND wall_ms >= ? ORDER BY wall_ms, id LIMIT ?
"""
_FORGET: Final = "DELETE FROM records WHERE stream = ? AND seq BETWEEN ? AND ? RETURNING length(payload)"
_ONE: Final = "DELETE FROM records WHERE stream = ? AND seq = ?"


class SqliteSpool:
    """A `Spool` in one file of at most `max_bytes` of payloads; a damaged file is set aside and read out."""

    def __init__(self, path: Path, max_bytes: int, witness: Witness) -> None:
        self._max_bytes = max_bytes
        self._witness = witness
        self._file = SpoolFile(path)
        self._depth: tuple[int, int] | None = None

    @property
    def damaged(self) -> list[Path]:
        """The files that were found damaged and set aside since this was made."""
        return self._file.damaged

    def put(self, drafts: Sequence[Draft], *, told: Sequence[int] = ()) -> list[Record]:
        records: list[Record] = []
        try:
            with self._file.mending():
                messages, held = self._counted()
                with self._file.commit():
                    records.extend(map(self._seal, drafts))
                    self._file.insert(records)
                    self._file.db.executemany("DELETE FROM gaps WHERE number = ?", ((number,) for number in told))
                    held += sum(len(record.payload) for record in records)
                    depth = self._evict(messages + len(records), held)
        except SpoolError:
            self._undo(records)
            raise
        self._depth = depth
        self._bear_witness(records)
        return records

    def adopt(self, records: Sequence[Record]) -> None:
        """Keep `records` under the places they already have; one that is here already stays as it is."""
        with self._file.mending():
            self._depth = None
            with self._file.commit():
                self._file.insert(records, again=True)
        self._bear_witness(records)

    def waiting(self, lane: Lane, *, after: int, limit: int, skip: frozenset[tuple[str, int]]) -> list[Record]:
        with self._file.mending():
            rows = self._file.db.execute(_WAITING, (lane, after, limit + len(skip))).fetchall()
            sound = [Record(*row[2:]) for row in rows if is_sound(Record(*row[2:]), row[1])]
            if len(sound) < len(rows):
                self._give_up([row for row in rows if not is_sound(Record(*row[2:]), row[1])])
        return [record for record in sound if (record.stream, record.seq) not in skip][:limit]

    def forget(self, stream: str, ranges: Sequence[tuple[int, int]]) -> int:
        with self._file.mending():
            messages, held = self._counted()
            self._depth = None
            sizes: list[int] = []
            with self._file.commit():
                for first, last in ranges:
                    gone = self._file.db.execute(_FORGET, (stream, first, last)).fetchall()
                    sizes.extend(size for (size,) in gone)
            self._depth = messages - len(sizes), held - sum(sizes)
        return len(sizes)

    def gaps(self) -> list[Gap]:
        with self._file.mending():
            rows = self._file.db.execute(
                "SELECT number, stream, first_seq, last_seq, messages, samples, reason FROM gaps ORDER BY number"
            ).fetchall()
        return [Gap(*row) for row in rows]

    def depth(self) -> tuple[int, int]:
        with self._file.mending():
            return self._counted()

    def close(self) -> None:
        self._file.close()

    def _seal(self, draft: Draft) -> Record:
        ((stream, seq),) = self._file.db.execute(
            "UPDATE streams SET next_seq = next_seq + 1 WHERE lane = ? RETURNING stream, next_seq - 1",
            (LANES[draft.kind],),
        ).fetchall()
        return Record(stream, seq, draft.kind, draft.seal(stream, seq), draft.samples, draft.wall_ms)

    def _evict(self, messages: int, held: int) -> tuple[int, int]:
        """Give up the least worth keeping until `held` bytes fit; return the messages and bytes that are left."""
        if held <= self._max_bytes:
            return messages, held
        target = self._max_bytes * (1 - SPARE)
        for kind in EVICTION_ORDER:
            doomed = []
            for row in self._file.db.execute(
                "SELECT stream, seq, samples, length(payload) FROM records WHERE kind = ? ORDER BY id", (kind,)
            ):
                if held <= target:
                    break
                doomed.append(row)
                held -= row[3]
            messages -= len(doomed)
            self._file.db.executemany(_ONE, (row[:2] for row in doomed))
            self._file.db.executemany(NOTE_GAP, ((row[0], row[1], row[1], 1, row[2], "full") for row in doomed))
        return messages, held

    def _give_up(self, broken: Sequence[tuple[Any, ...]]) -> None:
        self._depth = None
        with self._file.commit():
            for row in broken:
                record = Record(*row[2:])
                self._file.db.execute("DELETE FROM records WHERE id = ?", row[:1])
                gap = (record.stream, record.seq, record.seq, 1, record.samples, "damaged")
                self._file.db.execute(NOTE_GAP, gap)

    def _undo(self, records: Iterable[Record]) -> None:
        """Take back what a failed commit may have left behind: its caller will keep it elsewhere."""
        self._depth = None
        with suppress(SpoolError, sqlite3.Error, OSError), self._file.mending(), self._file.commit():
            self._file.db.executemany(_ONE, ((record.stream, record.seq) for record in records))

    def _bear_witness(self, records: Iterable[Record]) -> None:
        for record in records:
            self._witness.saw(record.stream, record.seq, record.payload, record.samples)

    def _counted(self) -> tuple[int, int]:
        if self._depth is None:
            ((messages, held),) = self._file.db.execute(
                "SELECT count(*), coalesce(sum(length(payload)), 0) FROM records"
            ).fetchall()
            self._depth = int(messages), int(held)
        return self._depth
