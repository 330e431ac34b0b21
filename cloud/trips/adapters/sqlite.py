"""Trips and events in one SQLite file; the place in the log is kept with them, in one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from cloud.errors import TripsError
from cloud.trips.ports import Place
from cloud.trips.trip import Happened, Trip, days_of
from cloud.trips.types import DayTotals

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS trips(
    vehicle TEXT NOT NULL, start_ms INTEGER NOT NULL, day TEXT NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY(vehicle, start_ms)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS trips_by_day ON trips(day);
CREATE TABLE IF NOT EXISTS events(
    vehicle TEXT NOT NULL, start_ms INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY(vehicle, start_ms, kind, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place(one INTEGER PRIMARY KEY CHECK(one = 1), offset INTEGER NOT NULL, state BLOB NOT NULL);
"""
_trip: Final = msgspec.msgpack.Decoder(Trip)
_event: Final = msgspec.msgpack.Decoder(Happened)
_bytes: Final = msgspec.msgpack.Encoder()


class SqliteTrips:
    """See `Trips` for what each method promises; for any number of threads and processes."""

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        """Open the file at `path`, making it where there is none; raise `TripsError` when that cannot be."""
        self._path = path
        self._lock = Lock()
        with self._translated():
            self._connection = sqlite3.connect(path, timeout=busy_s, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.executescript(_SCHEMA)

    def place(self) -> Place | None:
        """Return where to go on; see `Trips`."""
        with self._lock, self._translated():
            row = self._connection.execute("SELECT offset, state FROM place").fetchone()
        return None if row is None else Place(*row)

    def keep(
        self,
        trips: Sequence[Trip],
        events: Sequence[Happened],
        replaced: Sequence[str] = (),
        place: Place | None = None,
    ) -> None:
        """Keep all of it in one transaction; see `Trips`."""
        with self._lock, self._translated(), self._connection as one:
            for table in ("trips", "events"):
                one.executemany(f"DELETE FROM {table} WHERE vehicle = ?", [(vehicle,) for vehicle in replaced])
            one.executemany(
                "INSERT OR REPLACE INTO trips VALUES(?, ?, ?, ?)",
                [(trip.vehicle, trip.start_ms, trip.day, _bytes.encode(trip)) for trip in trips],
            )
            one.executemany(
                "INSERT OR REPLACE INTO events VALUES(?, ?, ?, ?, ?)",
                [(e.vehicle, e.start_ms, e.kind, e.source, _bytes.encode(e)) for e in events],
            )
            if place is not None:
                one.execute("INSERT OR REPLACE INTO place VALUES(1, ?, ?)", place)

    def trips(self, vehicle: str, first_day: str, last_day: str) -> list[Trip]:
        """Return a vehicle's trips; see `Trips`."""
        query = "SELECT payload FROM trips WHERE vehicle = ? AND day BETWEEN ? AND ? ORDER BY start_ms"
        return [_trip.decode(payload) for payload in self._payloads(query, vehicle, first_day, last_day)]

    def events(self, vehicle: str, start_ms: int, end_ms: int) -> list[Happened]:
        """Return a vehicle's events; see `Trips`."""
        query = (
            "SELECT payload FROM events WHERE vehicle = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms, kind"
        )
        return [_event.decode(payload) for payload in self._payloads(query, vehicle, start_ms, end_ms)]

    def days(self, first_day: str, last_day: str, vehicle: str | None = None) -> list[DayTotals]:
        """Return the sums of days; see `Trips`."""
        if vehicle is not None:
            return days_of(self.trips(vehicle, first_day, last_day))
        query = "SELECT payload FROM trips WHERE day BETWEEN ? AND ?"
        return days_of(_trip.decode(payload) for payload in self._payloads(query, first_day, last_day))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _payloads(self, query: str, *values: object) -> list[bytes]:
        with self._lock, self._translated():
            return [row[0] for row in self._connection.execute(query, values).fetchall()]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise TripsError(f"{self._path}: {error}") from error
