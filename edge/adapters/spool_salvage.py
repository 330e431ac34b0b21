"""What is done with a damaged spool: set aside whole, and every record that can still be read is read out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from edge.ports import Record

_WITH_IT: Final = ("-wal", "-shm")
_SELECT: Final = "SELECT id, stream, seq, kind, payload, samples, wall_ms, crc FROM records NOT INDEXED ORDER BY id"


def quarantine(path: Path) -> Path:
    """Move the file and what SQLite keeps beside it out of the way; an earlier one of its kind is given up."""
    bad = path.with_name(path.name + ".bad")
    for suffix in ("", *_WITH_IT):
        Path(f"{bad}{suffix}").unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{bad}{suffix}")
    return bad


def salvaged(bad: Path) -> Iterator[tuple[Record, int]]:
    """Yield every record of `bad` that can be read, in order of its making, with the checksum that was kept beside it.

    One damaged page stops a scan, so the file is read from both ends.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(bad)) as db:
        # Bytes that are no text any more must not stop the scan: the checksum will refuse them.
        db.text_factory = lambda data: data.decode(errors="replace")
        forward = dict(_scan(db, "ASC"))
        backward = dict(_scan(db, "DESC"))
        for row_id in sorted(forward | backward):
            yield (forward | backward)[row_id]


def _scan(db: sqlite3.Connection, direction: str) -> Iterator[tuple[int, tuple[Record, int]]]:
    with suppress(sqlite3.Error):
        for row_id, stream, seq, kind, payload, samples, wall_ms, checksum in db.execute(f"{_SELECT} {direction}"):
            if kind in ("telemetry", "urgent", "dtc"):
                yield row_id, (Record(stream, seq, kind, payload, samples, wall_ms), checksum)
