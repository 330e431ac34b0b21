"""The tables of the spool's file, and how a file of an earlier version becomes one of this."""

import sqlite3
from typing import Final

VERSION: Final = 1
TAKING_OVER: Final = -1  # a new file, into which a damaged one is still being read

INSERT: Final = """
INTO records(stream, seq, kind, payload, samples, wall_ms, is_unsure, lane, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ONE: Final = "DELETE FROM records WHERE stream = ? AND seq = ?"
# NULL is unknown, and what is added to it stays unknown.
NOTE_GAP: Final = """
INSERT INTO gaps(stream, first_seq, last_seq, messages, samples, from_ms, to_ms, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(stream, reason) DO UPDATE SET first_seq = min(first_seq, excluded.first_seq),
    last_seq = max(last_seq, excluded.last_seq), messages = messages + excluded.messages,
    samples = samples + excluded.samples, from_ms = min(from_ms, excluded.from_ms), to_ms = max(to_ms, excluded.to_ms)
"""

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS streams(lane TEXT PRIMARY KEY, stream TEXT NOT NULL, next_seq INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS records(
    id INTEGER PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, lane TEXT NOT NULL, kind TEXT NOT NULL,
    wall_ms INTEGER NOT NULL, samples INTEGER NOT NULL, payload BLOB NOT NULL, crc INTEGER NOT NULL,
    is_unsure INTEGER NOT NULL DEFAULT 0, UNIQUE(stream, seq))""",
    "CREATE INDEX IF NOT EXISTS records_by_age ON records(lane, wall_ms, id)",
    "CREATE INDEX IF NOT EXISTS records_unsure ON records(id) WHERE is_unsure",
    "DROP TABLE IF EXISTS gaps",
    """CREATE TABLE gaps(
    number INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, first_seq INTEGER, last_seq INTEGER,
    messages INTEGER, samples INTEGER, from_ms INTEGER, to_ms INTEGER, reason TEXT NOT NULL, UNIQUE(stream, reason))""",
    # Samples that no message carries yet; a message takes their place.
    """CREATE TABLE IF NOT EXISTS samples(
    id INTEGER PRIMARY KEY, boot_id TEXT NOT NULL, mono_ms INTEGER NOT NULL, wall_ms INTEGER NOT NULL,
    quality TEXT NOT NULL, samples INTEGER NOT NULL, columns BLOB NOT NULL, crc INTEGER NOT NULL)""",
)


def prepare(db: sqlite3.Connection, spool_id: str) -> bool:
    """Make what is missing, within the caller's commit, and say whether a damaged file may have to be taken over."""
    ((version,),) = db.execute("PRAGMA user_version").fetchall()
    if version in (VERSION, TAKING_OVER):
        return bool(version == TAKING_OVER)
    is_new = not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'records'").fetchall()
    old_gaps = [] if is_new else _of_version_0(db)
    for statement in _TABLES:
        db.execute(statement)
    db.executemany(NOTE_GAP, old_gaps)
    new = [(lane, f"{spool_id}-{lane}") for lane in ("u", "t")]
    db.executemany("INSERT OR IGNORE INTO streams VALUES (?, ?, 1)", new)
    db.execute(f"PRAGMA user_version = {TAKING_OVER if is_new else VERSION}")
    return is_new


def taken_over(db: sqlite3.Connection) -> None:
    """Note, within the caller's commit, that nothing is left to be taken over."""
    db.execute(f"PRAGMA user_version = {VERSION}")


def _of_version_0(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Give the records of a version 0 file their new column; return its gaps, whose times nobody kept."""
    db.execute("ALTER TABLE records ADD COLUMN is_unsure INTEGER NOT NULL DEFAULT 0")
    rows = db.execute("SELECT stream, first_seq, last_seq, messages, samples, NULL, NULL, reason FROM gaps")
    return rows.fetchall()
