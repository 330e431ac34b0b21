"""Writing a row once, or writing over it: the two inserts that SQLite and PostgreSQL spell alike."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


@lru_cache(maxsize=256)
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


@lru_cache(maxsize=64)
def _once(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row; return False, and change nothing, where any unique key of it is taken."""
    return connection.execute(_once(connection.dialect.name, table), dict(values)).rowcount == 1


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or write `values` over the one with the same primary key."""
    upsert_all(connection, table, [values])


def upsert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Upsert many rows that name the same columns."""
    if rows:
        statement = _upsert(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, [dict(row) for row in rows])
