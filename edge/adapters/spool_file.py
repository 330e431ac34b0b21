"""The SQLite file under the spool: opened so that a commit is on the disk, and replaced when it is damaged."""

import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final

from edge.adapters.spool_salvage import bad_path, quarantine, salvaged
from edge.adapters.spool_schema import INSERT, NOTE_GAP, ONE, prepare, taken_over
from edge.errors import ConfigError, SpoolError
from edge.ports import LANES, Record

CHECK_BYTES: Final = 32 << 20  # a second or two on a slow card; a larger file is checked row by row, later
TAKE_OVER_AT_ONCE: Final = 256
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def crc(record: Record) -> int:
    """Return the checksum kept beside `record`: SQLite has none of its own, and a flipped bit must not travel."""
    head = f"{record.stream} {record.seq} {record.kind} {record.wall_ms} {record.samples}"
    if not record.is_sure:
        head += " unsure"  # said only of these, since files of version 0 know no others
    return zlib.crc32(record.payload, zlib.crc32(head.encode(errors="replace")))


def is_sound(record: Record, checksum: object) -> bool:
    """Say whether `record` is what was kept."""
    try:
        return crc(record) == checksum
    except TypeError:
        return False  # in a damaged file anything may stand where bytes should


class SpoolFile:
    """One connection to the file at `path`; `damaged` names the files that were set aside since this was made."""

    def __init__(self, path: Path, *, check_bytes: int = CHECK_BYTES) -> None:
        self._path = path
        self._check_bytes = check_bytes
        self._wal = path.with_name(path.name + "-wal")
        self._connection: sqlite3.Connection | None = None
        self._leaving: sqlite3.Connection | None = None  # not to be closed before its WAL is on the disk
        self._is_damaged = False
        self._refused: set[tuple[str, int]] = set()
        self.damaged: list[Path] = []
        self.is_checked = False
        self.checked_to = 0  # up to this row, once the file is open

    @property
    def db(self) -> sqlite3.Connection:
        """The open connection; opened, or replaced by a new file, when there is none."""
        if self._connection is None:
            self._connection = self._open_or_replace()
        if self._refused:
            # What a failed commit may have left behind has another place by now.
            with self._transaction(self._connection):
                self._connection.executemany(ONE, self._refused)
            self._refused.clear()
        return self._connection

    def refuse(self, records: Iterable[Record]) -> None:
        """Take back `records`, whose commit failed, before anything else is read or written."""
        self._refused.update((record.stream, record.seq) for record in records)

    def found_damaged(self) -> None:
        """Have this file set aside and read out the next time it is opened."""
        self._is_damaged = True

    def insert(self, records: Iterable[Record], *, again: bool = False) -> None:
        """Insert `records` within the caller's commit; `again` leaves those that are there as they are."""
        verb = "INSERT OR IGNORE" if again else "INSERT"
        self.db.executemany(verb + INSERT, map(_row, records))

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One transaction, synced to the disk before this returns."""
        with self._transaction(self.db):
            yield

    @contextmanager
    def mending(self) -> Iterator[None]:
        """Turn a failure into `SpoolError`; unless the disk is merely full, the file is opened anew the next time:
        after a failed fsync the open handle lies about what is on the disk."""
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            code = _code(error, sqlite3.SQLITE_ERROR)
            self._is_damaged = self._is_damaged or code & 0xFF in _DAMAGED
            if code != sqlite3.SQLITE_FULL:
                self.close()
            raise SpoolError(f"{self._path}: {error}") from error

    def close(self) -> None:
        """Let go of the file; where the disk refuses even that, it is tried again before the next use."""
        self._leaving, self._connection = self._connection or self._leaving, None
        with suppress(OSError):
            self._leave()

    def _leave(self) -> None:
        """Close what is to be closed, its WAL first made sure: closing copies it into the file.

        A commit whose sync has failed is in the WAL for us and not on the disk, where a power cut in the middle of the
        copying would leave half of it.
        """
        if self._leaving is not None:
            write_again(self._wal)
            with suppress(sqlite3.Error):
                self._leaving.close()
            self._leaving = None

    @contextmanager
    def _transaction(self, db: sqlite3.Connection) -> Iterator[None]:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise

    def _open_or_replace(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._leave()
        try:
            if not self._is_damaged:
                return self._open()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            code = _code(error, sqlite3.SQLITE_CORRUPT)
            if code == sqlite3.SQLITE_BUSY:
                raise ConfigError(f"{self._path}: another agent uses this spool; give each its own path") from error
            if code & 0xFF not in _DAMAGED:
                raise
        self._leave()
        self.damaged.append(quarantine(self._path))
        db = self._open()
        self._is_damaged = False
        return db

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, timeout=0.0)
        # Text that is none any more must come out, so that its record can be told from the sound ones and given up.
        db.text_factory = lambda data: data.decode(errors="replace")
        try:
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
                db.execute(f"PRAGMA {pragma}").fetchall()
            self.is_checked, self.checked_to = self._check(db), 0
            # What an earlier process left in the WAL may not be on the disk, and what is appended behind it would be
            # lost with it: nothing is accepted before all of it is in the file itself.
            write_again(self._wal)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            with self._transaction(db):
                is_new = prepare(db, secrets.token_hex(16))
            if is_new:
                self._take_over(db)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # the file's name must outlive a power cut too
            finally:
                os.close(folder)
        except BaseException as error:
            if _code(error, sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_BUSY:
                db.close()  # another agent's WAL is none of our business
            else:
                self._leaving = db
            raise
        return db

    def _take_over(self, db: sqlite3.Connection) -> None:
        """Read a file that was set aside into this new one; if the power goes on the way, all of it is done again."""
        streams: set[str] = set()
        bad = bad_path(self._path)
        records = (record for record, checksum in salvaged(bad) if is_sound(record, checksum)) if bad.exists() else None
        while group := list(islice(records or (), TAKE_OVER_AT_ONCE)):
            with self._transaction(db):
                db.executemany("INSERT OR IGNORE" + INSERT, map(_row, group))
            streams.update(record.stream for record in group)
        with self._transaction(db):
            if records is not None:
                # How many are missing nobody knows; that some may be, the cloud is told of every stream that was seen.
                unknown = ((stream, *[None] * 6, "damaged") for stream in sorted(streams) or [""])
                db.executemany(NOTE_GAP, unknown)
            taken_over(db)

    def _check(self, db: sqlite3.Connection) -> bool:
        """Check the whole file unless that would take too long, and say whether it was checked."""
        if self._path.stat().st_size > self._check_bytes:
            return False
        ((verdict,),) = db.execute("PRAGMA integrity_check(1)").fetchall()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed: {verdict}")
        return True


def write_again(wal: Path) -> None:
    """Write `wal` over itself and sync it: after a failed sync the kernel calls pages clean that the disk has not."""
    with suppress(FileNotFoundError), wal.open("r+b", buffering=0) as file:
        left = memoryview(file.readall() or b"")
        file.seek(0)
        while left:
            left = left[file.write(left) or 0 :]
        os.fsync(file)


def _row(record: Record) -> tuple[object, ...]:
    return (*record[:6], not record.is_sure, LANES[record.kind], crc(record))


def _code(error: BaseException, otherwise: int) -> int:
    """Return SQLite's code of `error`; a message that is no text quotes a damaged file."""
    code = sqlite3.SQLITE_CORRUPT if isinstance(error, UnicodeDecodeError) else otherwise
    return int(getattr(error, "sqlite_errorcode", code))
