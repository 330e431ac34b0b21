"""Opening the operational store, and the two ways to touch it: read a snapshot, or write alone.

SQLite has one writer. A transaction that will write says so at its beginning (BEGIN IMMEDIATE), so it waits for its
turn there, up to the busy time-out, and can never fail half-way because another one got ahead.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event

from cloud.store.migrate import migrate

FILE_NAME: Final = "outrider.sqlite"
_BUSY_S: Final = 10.0
_WRITES: Final = "outrider_writes"


class Store:
    """The operational store; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one snapshot for as long as it is open."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection that alone may write; commits at the end, or rolls back on an error."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection of the pool."""
        self._engine.dispose()


def open_store(folder: Path) -> Store:
    """Open (or make) the store in `folder` and bring it to the newest schema."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(folder / FILE_NAME)
    with engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            migrate(connection)
    return Store(engine)


def sqlite_engine(path: Path) -> Engine:
    """Return an engine on the SQLite file at `path`: WAL, synchronous FULL, foreign keys on."""
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_S}, pool_size=8, max_overflow=56, pool_timeout=30.0
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions of its own: `_begin` does.
    raw.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
