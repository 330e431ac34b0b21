"""What is known of the vehicles' lines, in a small SQLite file that ingest, act and api share."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from cloud.errors import LogError
from cloud.ingest.ports import Presence, Wish

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS presences(
    vehicle TEXT PRIMARY KEY,
    online INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS healths(
    vehicle TEXT PRIMARY KEY,
    online INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS wishes(
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    vehicle TEXT NOT NULL UNIQUE,
    payload BLOB NOT NULL
);
"""


class SqliteLines:
    """See `Lines` for what each method promises."""

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        """Open the file at `path`, making it where there is none; raise `LogError` when that cannot be."""
        self._path = path
        self._lock = Lock()
        with self._translated():
            self._connection = sqlite3.connect(path, timeout=busy_s, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_SCHEMA)

    def note(self, presences: Sequence[Presence]) -> None:
        """Keep each as its vehicle's last status; see `Lines`."""
        with self._lock, self._translated(), self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO presences(vehicle, online, received_ms, payload) VALUES (?, ?, ?, ?)",
                [presence[:4] for presence in presences],
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO healths(vehicle, online, received_ms, payload) VALUES (?, ?, ?, ?)",
                [presence[:4] for presence in presences if presence.has_health],
            )

    def health(self, vehicle: str) -> Presence | None:
        """Return the last status with its health; see `Lines`."""
        with self._lock, self._translated():
            row = self._connection.execute(
                "SELECT vehicle, online, received_ms, payload FROM healths WHERE vehicle = ?", (vehicle,)
            ).fetchone()
        return None if row is None else Presence(row[0], bool(row[1]), row[2], row[3], has_health=True)

    def presences(self) -> list[Presence]:
        """Return every vehicle's last status; see `Lines`."""
        with self._lock, self._translated():
            rows = self._connection.execute(
                "SELECT vehicle, online, received_ms, payload FROM presences ORDER BY vehicle"
            ).fetchall()
        return [Presence(vehicle, bool(online), at_ms, payload) for vehicle, online, at_ms, payload in rows]

    def configure(self, vehicle: str, payload: bytes) -> None:
        """Ask that `payload` be sent; see `Lines`."""
        with self._lock, self._translated(), self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO wishes(vehicle, payload) VALUES (?, ?)", (vehicle, payload)
            )

    def wishes(self, after_serial: int) -> list[Wish]:
        """Return the later wishes; see `Lines`."""
        with self._lock, self._translated():
            rows = self._connection.execute(
                "SELECT serial, vehicle, payload FROM wishes WHERE serial > ? ORDER BY serial", (after_serial,)
            ).fetchall()
        return [Wish._make(row) for row in rows]

    def close(self) -> None:
        """Close the file; what was kept stays."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LogError(f"cannot use {self._path}: {error}") from error
