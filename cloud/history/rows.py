"""From log entries to rows of history, and where each row belongs. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np

from cloud.ingest import columns
from cloud.ingest.columns import Bytes, Decoded, Floats, Ints
from cloud.log.ports import LogEntry, slot_of
from contract.errors import ContractError

BUCKETS: Final = 8
DAY_MS: Final = 86_400_000
ODD_DAY: Final = -1
OLDEST_MS: Final = 400 * DAY_MS
NEWEST_MS: Final = 2 * DAY_MS


class Part(NamedTuple):
    """One column of one message: whose it is, and how many samples it has."""

    vehicle: str
    path: str
    ecu: str
    offset: int
    samples: int


class Rows(NamedTuple):
    """Samples end to end, part after part.

    (n,) each: times in ms, values with NaN unless valid, validity, and the day's number, `ODD_DAY` for a time that
    cannot be true.
    """

    parts: list[Part]
    t_ms: Ints
    value: Floats
    validity: Bytes
    day: Ints


class Series(NamedTuple):
    """One signal of one vehicle in time order, (n,) each: times in ms, values with NaN unless valid, validity."""

    t_ms: Ints
    values: Floats
    validity: Bytes


NO_SERIES: Final = Series(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))


def rows_of(entries: Iterable[LogEntry]) -> Rows:
    """Return every telemetry sample in `entries`; what cannot be read is passed over."""
    parts: list[Part] = []
    read: list[Decoded] = []
    days: list[Ints] = [np.empty(0, np.int64)]
    for entry, decoded in _telemetry(entries):
        counts = np.diff(decoded.starts).tolist()
        parts += [
            Part(entry.vehicle, path, ecu, entry.offset, samples)
            for path, ecu, samples in zip(decoded.signals, decoded.ecus, counts, strict=True)
        ]
        read.append(decoded)
        days.append(days_of(decoded.wall_ms, entry.received_ms))
    return Rows(
        parts,
        np.concatenate([NO_SERIES.t_ms, *(decoded.wall_ms for decoded in read)]),
        np.concatenate([NO_SERIES.values, *(decoded.values for decoded in read)]),
        np.concatenate([NO_SERIES.validity, *(decoded.validity for decoded in read)]),
        np.concatenate(days),
    )


def series_of(entries: Iterable[LogEntry], path: str, start_ms: int, end_ms: int) -> list[Series]:
    """Return the samples of `path` from `start_ms` up to `end_ms` in `entries`, in no order."""
    found: list[Series] = []
    for _, decoded in _telemetry(entries):
        for column in decoded.columns():
            if column.signal == path:
                inside = (column.wall_ms >= start_ms) & (column.wall_ms < end_ms)
                found.append(Series(column.wall_ms[inside], column.values[inside], column.validity[inside]))
    return found


def days_of(t_ms: Ints, received_ms: int) -> Ints:
    """Return the number of the day (UTC) of each time, `ODD_DAY` where it is far from when the samples came."""
    believable = (t_ms >= received_ms - OLDEST_MS) & (t_ms <= received_ms + NEWEST_MS) & (t_ms >= 0)
    return np.where(believable, t_ms // DAY_MS, ODD_DAY)


def day_name(number: int) -> str:
    """Return the folder of a day: its ISO date, `other` for the odd ones."""
    if number == ODD_DAY:
        return "other"
    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()


def bucket_of(vehicle: str) -> int:
    """Return which of a day's buckets `vehicle` is in."""
    return slot_of(vehicle) % BUCKETS


def _telemetry(entries: Iterable[LogEntry]) -> Iterable[tuple[LogEntry, Decoded]]:
    for entry in entries:
        if entry.kind == "telemetry":
            try:
                yield entry, columns.read(entry.payload)
            except ContractError:
                continue
