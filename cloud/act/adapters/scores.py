"""The table of assessments in `scores.sqlite`, read while the score consumer writes it."""

import sqlite3
from pathlib import Path
from typing import Final

import msgspec
import structlog

from cloud.act.ports import Scored
from cloud.errors import ScoresError
from cloud.scoring.types import Assessment, decode

FILE_NAME: Final = "scores.sqlite"
_READ: Final = "SELECT position, payload FROM assessments WHERE position > ? ORDER BY position LIMIT ?"


class SqliteScores:
    """See `Scores`. Until the score consumer has made the file and its table, there is nothing to read."""

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        """Read from the file at `path`, which may come later."""
        self._path = path
        self._busy_s = busy_s
        self._connection: sqlite3.Connection | None = None

    def read(self, after_position: int, limit: int) -> list[Scored]:
        """Return the next assessments; see `Scores`."""
        if self._connection is None and not self._open():
            return []
        try:
            rows = (
                [] if self._connection is None else self._connection.execute(_READ, (after_position, limit)).fetchall()
            )
        except sqlite3.Error as error:
            raise ScoresError(f"cannot read {self._path}: {error}") from error
        return [Scored(position, _decoded(position, payload)) for position, payload in rows]

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> bool:
        if not self._path.exists():
            return False
        connection = sqlite3.connect(
            f"file:{self._path}?mode=ro", uri=True, timeout=self._busy_s, check_same_thread=False
        )
        try:
            connection.execute(_READ, (0, 1)).fetchall()
        except sqlite3.OperationalError:
            connection.close()
            return False
        self._connection = connection
        return True


def _decoded(position: int, payload: bytes) -> Assessment | None:
    try:
        return decode(payload)
    except msgspec.MsgspecError as error:
        structlog.get_logger().error("assessment_not_readable", position=position, reason=str(error))
        return None
