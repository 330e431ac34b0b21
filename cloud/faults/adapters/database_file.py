"""Fault code descriptions from a file of one's own: CSV or SQLite, plain or gzip (docs/fault-codes.md).

A table needs the columns `code` and `text`, and may have `make` and `language`; `description`, `manufacturer` and
`locale` are read as the same. Without a make, or with the make GENERIC, a text is for every make; without a language it
is English.
"""

import csv
import io
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from cloud.errors import StartError
from cloud.faults.texts import Entry, entry

MOST_BYTES: Final = 256 << 20
_GZIP: Final = b"\x1f\x8b"
_SQLITE: Final = b"SQLite format 3\x00"
_NAMES: Final = {
    "code": ("code",),
    "text": ("text", "description"),
    "make": ("make", "manufacturer"),
    "language": ("language", "locale"),
}
_NEEDED: Final = ("code", "text")


def read(path: Path) -> Iterator[Entry | str]:
    """Yield each description, or why a row is none; raise `StartError` when the file itself cannot be used."""
    data = _bytes(path)
    yield from _of_sqlite(path, data) if data.startswith(_SQLITE) else _of_csv(path, data)


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        if not data.startswith(_GZIP):
            return data
        inflater = zlib.decompressobj(wbits=31)
        whole = inflater.decompress(data, MOST_BYTES + 1)
    except (OSError, zlib.error) as error:
        raise StartError(f"cannot read the fault code file {path}: {error}") from error
    if len(whole) > MOST_BYTES or not inflater.eof:
        raise StartError(f"{path}: the compressed file is cut short, or holds more than {MOST_BYTES >> 20} MiB")
    return whole


def _of_csv(path: Path, data: bytes) -> Iterator[Entry | str]:
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        columns = _columns(next(rows, []))
        if columns is None:
            raise StartError(f"{path}: line 1 must name the columns, `code` and `text` (or `description`) among them")
        for row in rows:
            found = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
            yield _judged(f"line {rows.line_num}", found)
    except (UnicodeDecodeError, csv.Error) as error:
        raise StartError(f"{path}: neither SQLite nor CSV in UTF-8: {error}") from error


def _of_sqlite(path: Path, data: bytes) -> Iterator[Entry | str]:
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(data)
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            quoted = '"' + table.replace('"', '""') + '"'
            cursor = database.execute(f"select * from {quoted}")
            columns = _columns([about[0] for about in cursor.description])
            if columns is not None:
                for number, row in enumerate(cursor, start=1):
                    yield _judged(f"{table} row {number}", {name: row[at] for name, at in columns.items()})
                return
    except sqlite3.Error as error:
        raise StartError(f"{path}: the SQLite file cannot be read: {error}") from error
    finally:
        database.close()
    raise StartError(f"{path}: none of the tables {', '.join(tables) or '(there are none)'} has `code` and `text`")


def _columns(named: Iterable[str]) -> dict[str, int] | None:
    """Return where each column stands, by our name for it; None where one that is needed is missing."""
    places = {name.strip().lower(): at for at, name in reversed(list(enumerate(named)))}
    columns = {
        ours: places[theirs] for ours, all_theirs in _NAMES.items() for theirs in all_theirs[::-1] if theirs in places
    }
    return columns if all(name in columns for name in _NEEDED) else None


def _judged(where: str, row: Mapping[str, object]) -> Entry | str:
    words = {name: "" if value is None else str(value) for name, value in row.items()}
    try:
        return entry(words["code"], words.get("make", ""), words.get("language", ""), words["text"])
    except ValueError as error:
        return f"{where}: {error}"
