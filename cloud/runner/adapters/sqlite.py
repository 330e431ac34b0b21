"""Assessments in one SQLite file, and snapshots as files beside it that are mapped and not read.

All of it can be made again from the log; it is written durably all the same, because those who act note how far they
have read by position.
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Lock
from typing import Final

from cloud.errors import ScoresError
from cloud.runner.adapters.snapshot_files import SnapshotFiles
from cloud.runner.ports import Placed, Scored, Snapshot

POLL_S: Final = 0.02
KEPT_SNAPSHOTS: Final = 3
SNAPSHOTS: Final = ".snapshots"  # added to the name of the file: the folder beside it

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS assessments(
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    offset INTEGER NOT NULL,
    vehicle TEXT NOT NULL,
    cause TEXT NOT NULL,
    payload BLOB NOT NULL,
    UNIQUE(offset, vehicle, cause)
);
DROP TABLE IF EXISTS snapshots;
CREATE TABLE IF NOT EXISTS snapshot_files(
    offset INTEGER NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY(version, offset)
);
"""


class SqliteScores:
    """See `Scores` for what each method promises; for any number of threads and processes."""

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        """Open the file at `path`, making it where there is none; raise `ScoresError` when that cannot be."""
        self._path = path
        self._files = SnapshotFiles(path.with_name(f"{path.name}{SNAPSHOTS}"))
        self._grown = Condition()
        self._writing = Lock()
        self._reading = Lock()
        with self._translated():
            self._writer = _connect(path, busy_s)
            self._writer.executescript(_SCHEMA)
            self._reader = _connect(path, busy_s)

    def keep(self, assessments: Sequence[Scored]) -> None:
        """Keep these in one transaction; see `Scores`."""
        with self._writing, self._translated(), self._writer:
            self._writer.executemany(
                # ON CONFLICT would use up a position for every one that is kept already.
                "INSERT INTO assessments(offset, vehicle, cause, payload) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS "
                "(SELECT 1 FROM assessments WHERE offset = ?1 AND vehicle = ?2 AND cause = ?3)",
                assessments,
            )
        with self._grown:
            self._grown.notify_all()

    def read(self, after_position: int, limit: int) -> list[Placed]:
        """Return the next ones; see `Scores`."""
        with self._reading, self._translated():
            rows = self._reader.execute(
                "SELECT position, payload FROM assessments WHERE position > ? ORDER BY position LIMIT ?",
                (after_position, limit),
            ).fetchall()
        return [Placed._make(row) for row in rows]

    def wait(self, after_position: int, timeout_s: float) -> bool:
        """Wait for one above `after_position`, of this process or another; see `Scores`."""
        deadline = time.monotonic() + timeout_s
        with self._grown:
            while self._last_position() <= after_position:
                left_s = deadline - time.monotonic()
                if left_s <= 0.0:
                    return False
                self._grown.wait(min(POLL_S, left_s))
        return True

    def save(self, snapshot: Snapshot) -> None:
        """Keep this snapshot and the few before it; see `Scores`. A file is whole and synced before it is named."""
        sha = hashlib.sha256(snapshot.state).hexdigest()
        with self._writing, self._translated():
            file = self._files.write(sha, snapshot.state)
            with self._writer:
                self._writer.execute(
                    "INSERT OR REPLACE INTO snapshot_files(offset, version, sha256, file) VALUES (?, ?, ?, ?)",
                    (snapshot.offset, snapshot.version, sha, file),
                )
                self._writer.execute(
                    "DELETE FROM snapshot_files WHERE rowid NOT IN "
                    "(SELECT rowid FROM snapshot_files ORDER BY rowid DESC LIMIT ?)",
                    (KEPT_SNAPSHOTS,),
                )
            named = self._writer.execute("SELECT file FROM snapshot_files").fetchall()
            self._files.keep_only({name for (name,) in named})

    def latest(self, version: str) -> Snapshot | None:
        """Return the newest snapshot of `version` whose hash fits; see `Scores`."""
        with self._reading, self._translated():
            rows = self._reader.execute(
                "SELECT offset, version, sha256, file FROM snapshot_files WHERE version = ? ORDER BY offset DESC",
                (version,),
            ).fetchall()
        for offset, of_version, sha, file in rows:
            state = self._files.mapped(file)
            if state is not None and hashlib.sha256(state).hexdigest() == sha:
                return Snapshot(offset, state, of_version)
        return None

    def close(self) -> None:
        """Close the file; what was kept stays."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def _last_position(self) -> int:
        with self._reading, self._translated():
            row = self._reader.execute("SELECT coalesce(max(position), 0) FROM assessments").fetchone()
        return int(row[0])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ScoresError(f"cannot use {self._path}: {error}") from error


def _connect(path: Path, busy_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=busy_s, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
