"""The spool on disk: stdlib SQLite, one row to a sealed message, one fsync to a group (docs/adr/0021)."""

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from edge.adapters.spool_file import CHECK_BYTES, SpoolFile, crc, is_sound
from edge.adapters.spool_memory import EVICTION_ORDER, SPARE
from edge.adapters.spool_schema import NOTE_GAP, ONE
from edge.errors import SpoolError
from edge.ports import LANES, Draft, Gap, Lane, Record, Unsealed, Witness

CHECK_AT_ONCE: Final = 256

_RECORD: Final = "id, crc, stream, seq, kind, payload, samples, wall_ms, NOT is_unsure"
_WAITING: Final = f"SELECT {_RECORD} FROM records WHERE lane = ? AND wall_ms >= ? ORDER BY wall_ms, id LIMIT ?"
_UNSURE: Final = f"SELECT {_RECORD} FROM records WHERE is_unsure ORDER BY id LIMIT ?"
_FORGET: Final = "DELETE FROM records WHERE stream = ? AND seq BETWEEN ? AND ? RETURNING length(payload)"
_AMEND: Final = """
UPDATE records SET payload = ?, wall_ms = ?, is_unsure = ?, crc = ? WHERE stream = ? AND seq = ?
"""
_HOLD: Final = """
INSERT INTO samples(boot_id, mono_ms, wall_ms, quality, samples, columns, crc) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_HELD: Final = "SELECT boot_id, mono_ms, wall_ms, quality, samples, columns, crc FROM samples ORDER BY id"
_IN_TABLE: Final = "SELECT id, lane, wall_ms, stream, seq FROM records NOT INDEXED WHERE id > ? ORDER BY id LIMIT ?"
_BY_AGE: Final = "SELECT 1 FROM records INDEXED BY records_by_age WHERE lane = ? AND wall_ms = ? AND id = ?"
_BY_PLACE: Final = "SELECT 1 FROM records WHERE stream = ? AND seq = ? AND id = ?"


class SqliteSpool:
    """A `Spool` in one file of at most `max_bytes` of payloads; a damaged file is set aside and read out.

    One of more than `check_bytes` is not checked whole when it is opened, but as its records are sent.
    """

    def __init__(self, path: Path, max_bytes: int, witness: Witness, *, check_bytes: int = CHECK_BYTES) -> None:
        self._max_bytes = max_bytes
        self._witness = witness
        self._file = SpoolFile(path, check_bytes=check_bytes)
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
                    self._let_go_of_samples(records)
                    held += sum(len(record.payload) for record in records)
                    depth = self._evict(messages + len(records), held)
        except SpoolError:
            self._depth = None
            self._file.refuse(records)
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
                self._let_go_of_samples(records)
        self._bear_witness(records)

    def hold(self, unsealed: Unsealed) -> None:
        with self._file.mending(), self._file.commit():
            self._file.db.execute(_HOLD, (*unsealed, _crc(unsealed)))

    def held(self) -> list[Unsealed]:
        with self._file.mending():
            rows = self._file.db.execute(_HELD).fetchall()
        held = ((Unsealed(*row), checksum) for *row, checksum in rows)
        return [unsealed for unsealed, checksum in held if _is_sound(unsealed, checksum)]

    def unsure(self, limit: int) -> list[Record]:
        with self._file.mending():
            return self._sound(self._file.db.execute(_UNSURE, (limit,)).fetchall())

    def amend(self, records: Sequence[Record]) -> None:
        rows = ((r.payload, r.wall_ms, not r.is_sure, crc(r), r.stream, r.seq) for r in records)
        with self._file.mending():
            self._depth = None
            with self._file.commit():
                self._file.db.executemany(_AMEND, rows)

    def waiting(self, lane: Lane, *, after: int, limit: int, skip: frozenset[tuple[str, int]]) -> list[Record]:
        with self._file.mending():
            self._check_on()
            rows = self._file.db.execute(_WAITING, (lane, after, limit + len(skip))).fetchall()
            sound = self._sound(rows)
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
                "SELECT number, stream, first_seq, last_seq, messages, samples, from_ms, to_ms, reason FROM gaps"
                " ORDER BY number"
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
        payload = draft.seal(stream, seq)
        return Record(stream, seq, draft.kind, payload, draft.samples, draft.wall_ms, draft.is_sure)

    def _let_go_of_samples(self, records: Iterable[Record]) -> None:
        if any(record.kind == "telemetry" for record in records):
            self._file.db.execute("DELETE FROM samples")

    def _evict(self, messages: int, held: int) -> tuple[int, int]:
        """Give up the least worth keeping until `held` bytes fit; return the messages and bytes that are left."""
        if held <= self._max_bytes:
            return messages, held
        target = self._max_bytes * (1 - SPARE)
        for kind in EVICTION_ORDER:
            doomed = []
            for row in self._file.db.execute(
                "SELECT stream, seq, samples, length(payload), wall_ms FROM records WHERE kind = ? ORDER BY id", (kind,)
            ):
                if held <= target:
                    break
                doomed.append(row)
                held -= row[3]
            messages -= len(doomed)
            self._file.db.executemany(ONE, (row[:2] for row in doomed))
            for stream, seq, samples, _, wall_ms in doomed:
                self._file.db.execute(NOTE_GAP, (stream, seq, seq, 1, samples, wall_ms, wall_ms, "full"))
        return messages, held

    def _sound(self, rows: Sequence[tuple[Any, ...]]) -> list[Record]:
        """Return the records in `rows` that are what was kept, and give up the others."""
        sound: list[Record] = []
        broken: list[tuple[int, Record]] = []
        for row_id, checksum, stream, seq, kind, payload, samples, wall_ms, is_sure in rows:
            record = Record(stream, seq, kind, payload, samples, wall_ms, bool(is_sure))
            if is_sound(record, checksum):
                sound.append(record)
            else:
                broken.append((row_id, record))
        if broken:
            self._depth = None
            with self._file.commit():
                for row_id, record in broken:
                    self._file.db.execute("DELETE FROM records WHERE id = ?", (row_id,))
                    # Of a damaged row its clock and its samples may be what is damaged.
                    gap = (record.stream, record.seq, record.seq, 1, None, None, None, "damaged")
                    self._file.db.execute(NOTE_GAP, gap)
        return sound

    def _check_on(self) -> None:
        """Go on with the check that was too long for the start: a row that an index does not know would never leave."""
        db = self._file.db
        if self._file.is_checked:
            return
        rows = db.execute(_IN_TABLE, (self._file.checked_to, CHECK_AT_ONCE)).fetchall()
        for row_id, lane, wall_ms, stream, seq in rows:
            by_age = db.execute(_BY_AGE, (lane, wall_ms, row_id)).fetchone()
            if by_age is None or db.execute(_BY_PLACE, (stream, seq, row_id)).fetchone() is None:
                self._file.found_damaged()
                raise sqlite3.DatabaseError(f"an index does not know row {row_id}")
            self._file.checked_to = row_id
        self._file.is_checked = len(rows) < CHECK_AT_ONCE

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


def _is_sound(unsealed: Unsealed, checksum: object) -> bool:
    try:
        return _crc(unsealed) == checksum
    except TypeError:
        return False  # in a damaged file anything may stand where bytes should


def _crc(unsealed: Unsealed) -> int:
    *head, columns = unsealed
    return zlib.crc32(columns, zlib.crc32(repr(head).encode()))
