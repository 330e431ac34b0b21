"""Claims and shared keys in a small SQLite file that only its owner may read."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from cloud.provisioning.ports import Spending
from cloud.store.errors import RefusedError, StoreError

CODE: Final = "claim_refused"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS claims(
    token_sha256 TEXT PRIMARY KEY,
    vehicle TEXT NOT NULL,
    serial TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    spent_ms INTEGER,
    spent_serial TEXT,
    key_sha256 TEXT UNIQUE
);
CREATE TABLE IF NOT EXISTS keys(vehicle TEXT PRIMARY KEY, key BLOB NOT NULL);
"""


class SqliteClaims:
    """See `Claims` for what each method promises."""

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        """Open the file at `path`, made (mode 0600) where there is none; raise `StoreError` when it cannot be."""
        self._path = path
        self._lock = Lock()
        with self._translated():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)

    def offer(self, token_sha256: str, vehicle: str, serial: str, until_ms: int) -> None:
        """See `Claims`."""
        self._run(
            "INSERT INTO claims(token_sha256, vehicle, serial, until_ms) VALUES(?, ?, ?, ?)",
            token_sha256,
            vehicle,
            serial,
            until_ms,
        )

    def spend(self, spending: Spending) -> None:
        """See `Claims`."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT vehicle, serial, until_ms, spent_ms FROM claims WHERE token_sha256 = ?",
                (spending.token_sha256,),
            ).fetchone()
            taken = connection.execute("SELECT 1 FROM claims WHERE key_sha256 = ?", (spending.key_sha256,)).fetchone()
            _check(row, spending, key_is_taken=taken is not None)
            connection.execute(
                "UPDATE claims SET spent_ms = ?, spent_serial = ?, key_sha256 = ? WHERE token_sha256 = ?",
                (spending.now_ms, spending.serial, spending.key_sha256, spending.token_sha256),
            )

    def keep_key(self, vehicle: str, key: bytes) -> None:
        """See `Claims`."""
        self._run("INSERT INTO keys VALUES(?, ?) ON CONFLICT(vehicle) DO UPDATE SET key = excluded.key", vehicle, key)

    def key(self, vehicle: str) -> bytes | None:
        """See `Claims`."""
        with self._lock, self._translated():
            row = self._connection.execute("SELECT key FROM keys WHERE vehicle = ?", (vehicle,)).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Close the file; what was kept stays."""
        with self._lock:
            self._connection.close()

    def _run(self, statement: str, *values: str | int | bytes) -> None:
        with self._transaction() as connection:
            connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"cannot use {self._path}: {error}") from error


def _check(row: tuple[Any, ...] | None, spending: Spending, *, key_is_taken: bool) -> None:
    """Raise `RefusedError` unless the claim in `row` may be spent so."""
    if row is None:
        raise RefusedError(CODE, "this claim is not known; ask the fleet's operator for one: outrider fleet claim")
    vehicle, serial, until_ms, spent_ms = row
    if spent_ms is not None:
        raise RefusedError(
            CODE, "this claim was used before, and each works once; ask for another, and ask who used it"
        )
    if spending.now_ms >= until_ms:
        raise RefusedError(CODE, "this claim has run out; ask for another")
    if vehicle != spending.vehicle:
        raise RefusedError(CODE, "this claim is for another vehicle")
    if serial not in ("", spending.serial):
        raise RefusedError(CODE, "this claim is for a device with another serial number")
    if key_is_taken:
        raise RefusedError(
            CODE, "this key was certified before; remove the key file, so that the device makes a new one"
        )
