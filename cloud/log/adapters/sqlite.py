"""The embedded log: one SQLite file, laid out as docs/log-format.md says.

A write is one transaction with `synchronous=FULL`: when `append` returns, the entries survive a power cut.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Lock
from typing import Any, Final

from cloud.errors import LogError
from cloud.log.ports import WHOLE, Clash, DeadLetter, LogEntry, Partition, Record, slot_of

LAYOUT: Final = 1
POLL_S: Final = 0.02  # how soon entries of another process are seen
MAX_DEAD_BYTES: Final = 1 << 16  # a refused message is kept for people to look at, not to be sent on

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS entries(
    offset INTEGER PRIMARY KEY AUTOINCREMENT,
    vehicle TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    slot INTEGER NOT NULL,
    UNIQUE(vehicle, stream, seq)
);
CREATE TABLE IF NOT EXISTS dead_letters(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL,
    topic TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS consumers(name TEXT PRIMARY KEY, offset INTEGER NOT NULL);
"""
_ENTRY: Final = "offset, vehicle, stream, seq, kind, received_ms, payload"


class SqliteLog:
    """A log in one file, for any number of threads and processes; see `Log` for what each method promises."""

    def __init__(self, path: Path, *, busy_s: float = 5.0, max_bytes: int = 0) -> None:
        """Open the log at `path`, making it where there is none; raise `LogError` when that cannot be.

        Args:
            path: the file; its folder must exist.
            busy_s: how many real seconds to wait for another process that writes.
            max_bytes: how large the file may grow before it counts as a full disk; 0 for no limit.
        """
        self._path = path
        self._grown = Condition()
        self._writing = Lock()
        self._reading = Lock()
        with self._translated("open"):
            self._writer = _connect(path, busy_s)
            self._prepare()
            if max_bytes:
                page_bytes = self._writer.execute("PRAGMA page_size").fetchone()[0]
                self._writer.execute(f"PRAGMA max_page_count = {max(1, max_bytes // page_bytes)}")
            self._reader = _connect(path, busy_s)

    def append(self, records: Sequence[Record], dead: Sequence[DeadLetter] = ()) -> list[int | Clash | None]:
        """Store all of it in one transaction; see `Log`."""
        with self._writing, self._translated("write to"), _transaction(self._writer) as cursor:
            places = [_store(cursor, record) for record in records]
            cursor.executemany(
                "INSERT INTO dead_letters(received_ms, topic, reason, payload) VALUES (?, ?, ?, ?)",
                [(one.received_ms, one.topic, one.reason, one.payload[:MAX_DEAD_BYTES]) for one in dead],
            )
        with self._grown:
            self._grown.notify_all()
        return places

    def read(
        self, after_offset: int, limit: int, partition: Partition = WHOLE, kind: str | None = None
    ) -> list[LogEntry]:
        """Return the next entries of that share and kind; see `Log`."""
        share = "" if partition == WHOLE else "AND slot % :of = :share "
        of_kind = "" if kind is None else "AND kind = :kind "
        rows = self._rows(
            f"SELECT {_ENTRY} FROM entries WHERE offset > :after {share}{of_kind}ORDER BY offset LIMIT :limit",
            {"after": after_offset, "limit": limit, "kind": kind, **partition._asdict()},
        )
        return [LogEntry._make(row) for row in rows]

    def tail(self, vehicle: str, after_offset: int) -> list[LogEntry]:
        """Return that vehicle's newest entries; see `Log`."""
        # The plus keeps SQLite from walking all that the vehicle ever sent instead of the short end of the log.
        rows = self._rows(
            f"SELECT {_ENTRY} FROM entries WHERE offset > ? AND +vehicle = ? ORDER BY offset",
            (after_offset, vehicle),
        )
        return [LogEntry._make(row) for row in rows]

    def last(self, vehicle: str, stream: str) -> LogEntry | None:
        """Return the entry with that stream's highest seq; see `Log`."""
        rows = self._rows(
            f"SELECT {_ENTRY} FROM entries WHERE vehicle = ? AND stream = ? ORDER BY seq DESC LIMIT 1",
            (vehicle, stream),
        )
        return LogEntry._make(rows[0]) if rows else None

    def last_offset(self) -> int:
        """Return the highest offset; see `Log`."""
        offset: int = self._rows("SELECT coalesce(max(offset), 0) FROM entries")[0][0]
        return offset

    def wait(self, after_offset: int, timeout_s: float) -> bool:
        """Wait for an entry above `after_offset`, of this process or another; see `Log`."""
        deadline = time.monotonic() + timeout_s
        with self._grown:
            while self.last_offset() <= after_offset:
                left_s = deadline - time.monotonic()
                if left_s <= 0.0:
                    return False
                self._grown.wait(min(POLL_S, left_s))
        return True

    def committed(self, consumer: str) -> int:
        """Return how far `consumer` is; see `Log`."""
        rows = self._rows("SELECT offset FROM consumers WHERE name = ?", (consumer,))
        return int(rows[0][0]) if rows else 0

    def commit(self, consumer: str, offset: int) -> None:
        """Note how far `consumer` is; see `Log`."""
        self._write(
            "INSERT INTO consumers(name, offset) VALUES (?, ?) "
            "ON CONFLICT(name) DO UPDATE SET offset = max(offset, excluded.offset)",
            (consumer, offset),
        )

    def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Return the latest refused messages; see `Log`."""
        rows = self._rows(
            "SELECT received_ms, topic, reason, payload, id FROM dead_letters ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [DeadLetter._make(row) for row in rows]

    def forget_dead_letters(self, ids: Sequence[int]) -> int:
        """Remove those refused messages; see `Log`."""
        with self._writing, self._translated("write to"), _transaction(self._writer) as cursor:
            cursor.executemany("DELETE FROM dead_letters WHERE id = ?", [(id_,) for id_ in ids])
            return cursor.rowcount

    def close(self) -> None:
        """Close the file; what was stored stays."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def _prepare(self) -> None:
        layout = self._writer.execute("PRAGMA user_version").fetchone()[0]
        if layout > LAYOUT:
            raise LogError(f"the log {self._path} has layout {layout}; this version of outrider reads {LAYOUT}")
        if layout < LAYOUT:
            self._writer.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {LAYOUT}; COMMIT")

    def _rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        with self._reading, self._translated("read"):
            return self._reader.execute(sql, values).fetchall()

    def _write(self, sql: str, values: Sequence[object]) -> None:
        with self._writing, self._translated("write to"), _transaction(self._writer) as cursor:
            cursor.execute(sql, values)

    @contextmanager
    def _translated(self, verb: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LogError(f"cannot {verb} the log {self._path}: {error}") from error


def _connect(path: Path, busy_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Cursor]:
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    try:
        yield cursor
        cursor.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            cursor.execute("ROLLBACK")
        raise
    finally:
        cursor.close()


def _store(cursor: sqlite3.Cursor, record: Record) -> int | Clash | None:
    cursor.execute(
        "INSERT INTO entries(vehicle, stream, seq, kind, received_ms, payload, slot) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(vehicle, stream, seq) DO NOTHING",
        (*record, slot_of(record.vehicle)),
    )
    if cursor.rowcount == 1:
        return cursor.lastrowid
    offset, same = cursor.execute(
        "SELECT offset, payload = ? FROM entries WHERE vehicle = ? AND stream = ? AND seq = ?",
        (record.payload, record.vehicle, record.stream, record.seq),
    ).fetchone()
    return None if same else Clash(offset)
