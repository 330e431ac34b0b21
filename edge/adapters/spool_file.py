"""The SQLite file under the spool: opened so that a commit is on the disk, and replaced when it is damaged."""

import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from edge.adapters.spool_salvage import quarantine, salvaged
from edge.errors import ConfigError, SpoolError
from edge.ports import LANES, Record

NOTE_GAP: Final = """
INSERT INTO gaps(stream, first_seq, last_seq, messages, samples, reason) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT(stream, reason) DO UPDATE SET first_seq = min(first_seq, excluded.first_seq),
    last_seq = max(last_seq, excluded.last_seq), messages = messages + excluded.messages,
    samples = samples + excluded.samples
"""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS streams(lane TEXT PRIMARY KEY, stream TEXT NOT NULL, next_seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS records(
    id INTEGER PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, lane TEXT NOT NULL, kind TEXT NOT NULL,
    wall_ms INTEGER NOT NULL, samples INTEGER NOT NULL, payload BLOB NOT NULL, crc INTEGER NOT NULL,
    UNIQUE(stream, seq));
CREATE INDEX IF NOT EXISTS records_by_age ON records(lane, wall_ms, id);
CREATE TABLE IF NOT EXISTS gaps(
    number INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL, messages INTEGER NOT NULL, samples INTEGER NOT NULL, reason TEXT NOT NULL,
    UNIQUE(stream, reason));
"""
_INSERT: Final = """
INTO records(stream, seq, kind, payload, samples, wall_ms, lane, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def crc(record: Record) -> int:
    """Return the checksum kept beside `record`: SQLite has none of its own, and a flipped bit must not travel."""
    head = f"{record.stream} {record.seq} {record.kind} {record.wall_ms} {record.samples}"
    return zlib.crc32(record.payload, zlib.crc32(head.encode(errors="replace")))


def is_sound(record: Record, checksum: object) -> bool:
    """Say whether `record` is what was kept."""
    try:
        return crc(record) == checksum
    except TypeError:
        return False  # in a damaged file anything may stand where bytes should


class SpoolFile:
    """One connection to the file at `path`; `damaged` names the files that were set aside since this was made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._is_damaged = False
        self.damaged: list[Path] = []

    @property
    def db(self) -> sqlite3.Connection:
        """The open connection; opened, or replaced by a new file, when there is none."""
        if self._connection is None:
            self._connection = self._open_or_replace()
        return self._connection

    def insert(self, records: Iterable[Record], *, again: bool = False) -> None:
        """Insert `records` within the caller's commit; `again` leaves those that are there as they are."""
        verb = "INSERT OR IGNORE" if again else "INSERT"
        rows = ((*record, LANES[record.kind], crc(record)) for record in records)
        self.db.executemany(verb + _INSERT, rows)

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One transaction, synced to the disk before this returns."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")
            raise

    @contextmanager
    def mending(self) -> Iterator[None]:
        """Turn a failure into `SpoolError`; unless the disk is merely full, the file is opened anew the next time:
        after a failed fsync the open handle lies about what is on the disk."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            self._is_damaged = self._is_damaged or code & 0xFF in _DAMAGED
            if code != sqlite3.SQLITE_FULL:
                self.close()
            raise SpoolError(f"{self._path}: {error}") from error

    def close(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _open_or_replace(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not self._is_damaged:
                return _open(self._path)
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            if code == sqlite3.SQLITE_BUSY:
                raise ConfigError(f"{self._path}: another agent uses this spool; give each its own path") from error
            if code & 0xFF not in _DAMAGED:
                raise
        bad = quarantine(self._path)
        self._is_damaged = False
        self.damaged.append(bad)
        self._connection = _open(self._path)
        kept = [record for record, checksum in salvaged(bad) if is_sound(record, checksum)]
        with self.commit():
            self.insert(kept, again=True)
            streams = sorted({record.stream for record in kept})
            self.db.executemany(NOTE_GAP, ((stream, 0, 0, 0, 0, "damaged") for stream in streams))
        return self._connection


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=0.0)
    # Text that is none any more must come out, so that its record can be told from the sound ones and given up.
    db.text_factory = lambda data: data.decode(errors="replace")
    try:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        ((verdict,),) = db.execute("PRAGMA integrity_check(1)").fetchall()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed: {verdict}")
        db.executescript(_SCHEMA)
        spool_id = secrets.token_hex(16)
        new = [(lane, f"{spool_id}-{lane}") for lane in ("u", "t")]
        db.executemany("INSERT OR IGNORE INTO streams VALUES (?, ?, 1)", new)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the file's name must outlive a power cut too
        finally:
            os.close(folder)
    except BaseException:
        db.close()
        raise
    return db
