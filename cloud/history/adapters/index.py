"""The index of the history: which Parquet files count, and up to which log offset they go.

Files are written first, under names of their own, and count from the moment that the index says so, in one transaction
with the offset. What a crash leaves behind counts for nothing and is removed at the next start.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from cloud.errors import HistoryError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files(
    name TEXT PRIMARY KEY,
    day INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    retired_s REAL
);
CREATE INDEX IF NOT EXISTS ix_files ON files(bucket, day);
CREATE TABLE IF NOT EXISTS place(only INTEGER PRIMARY KEY CHECK (only = 1), offset INTEGER NOT NULL);
INSERT OR IGNORE INTO place VALUES (1, 0);
"""
_FILE: Final = "name, day, bucket, first_ms, last_ms, rows"


class File(NamedTuple):
    """One Parquet file: its name below the folder, its day and bucket, the times in it (both ends), its rows."""

    name: str
    day: int
    bucket: int
    first_ms: int
    last_ms: int
    rows: int


class Index:
    """The index, in a SQLite file in the history's folder. Every method may raise `HistoryError`."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`, making it where there is none."""
        self._path = path
        self._lock = Lock()
        with self._translated():
            self._connection = sqlite3.connect(path, timeout=5.0, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)

    def offset(self) -> int:
        """Return the log offset up to which the files go."""
        return int(self._rows("SELECT offset FROM place")[0][0])

    def add(self, files: Sequence[File], offset: int) -> None:
        """Let `files` count, and note `offset`."""
        with self._changing() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO files({_FILE}) VALUES (?, ?, ?, ?, ?, ?)", files)
            connection.execute("UPDATE place SET offset = max(offset, ?)", (offset,))

    def replace(self, old: Sequence[File], new: Sequence[File]) -> None:
        """Let `new` count in the place of `old`; those stay on the disk for readers that have begun."""
        with self._changing() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO files({_FILE}) VALUES (?, ?, ?, ?, ?, ?)", new)
            connection.executemany(
                "UPDATE files SET retired_s = ? WHERE name = ?", [(time.time(), file.name) for file in old]
            )

    def within(self, bucket: int, start_ms: int, end_ms: int) -> tuple[list[File], int]:
        """Return the files of `bucket` with times from `start_ms` up to `end_ms`, and the offset they go up to."""
        # Both in one transaction: an offset of another moment would lose rows or give them twice.
        with self._changing() as connection:
            connection.execute("BEGIN")
            rows = connection.execute(
                f"SELECT {_FILE} FROM files WHERE bucket = ? AND first_ms < ? AND last_ms >= ? AND retired_s IS NULL",
                (bucket, end_ms, start_ms),
            ).fetchall()
            offset = connection.execute("SELECT offset FROM place").fetchone()[0]
        return [File._make(row) for row in rows], int(offset)

    def crowded(self, limit: int) -> list[list[File]]:
        """Return the files of each day and bucket that has more than `limit` of them."""
        files: dict[tuple[int, int], list[File]] = {}
        for row in self._rows(f"SELECT {_FILE} FROM files WHERE retired_s IS NULL ORDER BY name"):
            file = File._make(row)
            files.setdefault((file.day, file.bucket), []).append(file)
        return [group for group in files.values() if len(group) > limit]

    def before(self, day: int) -> list[File]:
        """Return the files of days before `day`; the odd day is never among them."""
        rows = self._rows(f"SELECT {_FILE} FROM files WHERE day >= 0 AND day < ? AND retired_s IS NULL", (day,))
        return [File._make(row) for row in rows]

    def retired(self, older_than_s: float) -> list[str]:
        """Return the names of files that have counted for nothing for so many real seconds."""
        rows = self._rows("SELECT name FROM files WHERE retired_s <= ?", (time.time() - older_than_s,))
        return [row[0] for row in rows]

    def drop(self, names: Sequence[str]) -> None:
        """Forget these files."""
        with self._changing() as connection:
            connection.executemany("DELETE FROM files WHERE name = ?", [(name,) for name in names])

    def names(self) -> set[str]:
        """Return the names of all files that are known, retired ones too."""
        return {row[0] for row in self._rows("SELECT name FROM files")}

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock, self._translated():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translated(), self._connection:
            yield self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise HistoryError(f"cannot use {self._path}: {error}") from error
