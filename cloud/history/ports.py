"""What the history promises."""

from collections.abc import Sequence
from typing import Protocol

from cloud.history.rows import Series
from cloud.log.ports import LogEntry


class History(Protocol):
    """Every sample that is in the log, found by vehicle, signal and time. May raise `HistoryError`."""

    def offset(self) -> int:
        """Return the offset of the last log entry that is written, 0 when there is none."""
        ...

    def write(self, entries: Sequence[LogEntry]) -> None:
        """Write these entries (the next ones of the log) and note the last one's offset, all of it or nothing."""
        ...

    def query(self, vehicle: str, path: str, start_ms: int, end_ms: int, points: int) -> Series:
        """Return at most `points` samples from `start_ms` up to `end_ms`, those not written yet among them."""
        ...

    def compact(self) -> None:
        """Put small files together."""
        ...

    def forget(self, before_ms: int) -> None:
        """Drop every day that ended before `before_ms`."""
        ...
