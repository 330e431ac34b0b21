"""The history in Parquet files through polars: a folder a day and bucket, sorted by vehicle, signal and time.

Layout: `day=2026-01-15/bucket=3/<offset>-<offset>.parquet` with the columns vehicle, path, ecu, t_ms, value, validity,
offset; `value` is NaN where `validity` is not 0.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import structlog
from polars.exceptions import PolarsError

from cloud.errors import HistoryError
from cloud.history.adapters.index import File, Index
from cloud.history.rows import BUCKETS, DAY_MS, NO_SERIES, Rows, Series, bucket_of, day_name, rows_of, series_of
from cloud.history.thin import thin
from cloud.log.ports import Log, LogEntry

CROWD: Final = 8
GRACE_S: Final = 60.0
_ORDER: Final = ["vehicle", "path", "t_ms"]
_TRIES: Final = 3


class ParquetHistory:
    """See `History` for what each method promises; one process writes, any number ask."""

    def __init__(self, folder: Path, log: Log) -> None:
        """Open the history in `folder`, making it where there is none; `log` has what is not written yet."""
        self._folder = folder
        self._log = log
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HistoryError(f"cannot make {folder}: {error}") from error
        self._index = Index(folder / "index.sqlite")

    def offset(self) -> int:
        """Return how far the files go; see `History`."""
        return self._index.offset()

    def write(self, entries: Sequence[LogEntry]) -> None:
        """Write these entries; see `History`."""
        if not entries:
            return
        stem = f"{entries[0].offset}-{entries[-1].offset}"
        frame = _frame(rows_of(entries))
        files = [
            self._put(part, int(part["day"][0]), int(part["bucket"][0]), stem)
            for part in frame.partition_by("day", "bucket", maintain_order=True)
        ]
        self._index.add(files, entries[-1].offset)

    def query(self, vehicle: str, path: str, start_ms: int, end_ms: int, points: int) -> Series:
        """Return a signal's samples; see `History`."""
        for _ in range(_TRIES):
            files, offset = self._index.within(bucket_of(vehicle), start_ms, end_ms)
            try:
                written = [self._select(file, vehicle, path, start_ms, end_ms) for file in files]
            except FileNotFoundError:
                continue  # it was compacted away since the index was read
            fresh = series_of(self._log.tail(vehicle, offset), path, start_ms, end_ms)
            return thin(_in_order([*written, *fresh]), points)
        raise HistoryError("the history's files change faster than they can be read; try again")

    def daily(self, day: int) -> list[tuple[str, str, float, float, float, float, int]]:
        """Return vehicle, path, mean, least, most, sd and number of the valid samples of each signal on `day`.

        `day` counts from 1970 (UTC); what is not written yet is left out. sd is 0 for a single sample.
        """
        value = pl.col("value")
        found = []
        for bucket in range(BUCKETS):
            files, _ = self._index.within(bucket, day * DAY_MS, (day + 1) * DAY_MS)
            for _ in range(_TRIES if files else 0):
                try:
                    frame = pl.scan_parquet([self._folder / file.name for file in files])
                    inside = (pl.col("t_ms") // DAY_MS == day) & value.is_not_nan()
                    numbers = (
                        value.mean(),
                        value.min().alias("least"),
                        value.max().alias("most"),
                        value.std().alias("sd"),
                    )
                    grouped = frame.filter(inside).group_by("vehicle", "path").agg(*numbers, pl.len().alias("samples"))
                    found += grouped.with_columns(pl.col("sd").fill_null(0.0)).collect().rows()
                    break
                except FileNotFoundError:  # compacted away since the index was read
                    files, _ = self._index.within(bucket, day * DAY_MS, (day + 1) * DAY_MS)
                except PolarsError as error:
                    raise HistoryError(f"cannot read the history of day {day}: {error}") from error
            else:
                if files:
                    raise HistoryError("the history's files change faster than they can be read; try again")
        return found

    def compact(self) -> None:
        """Put the files of crowded days together, and remove what has not counted for a while; see `History`."""
        for group in self._index.crowded(CROWD):
            first, last = group[0], group[-1]
            frame = pl.concat([self._read(file) for file in group]).sort(_ORDER, maintain_order=True)
            ends = sorted(int(number) for file in group for number in Path(file.name).stem.split("-")[:2])
            whole = self._put(frame, first.day, last.bucket, f"{ends[0]}-{ends[-1]}-{len(group)}")
            self._index.replace(group, [whole])
        self._remove(self._index.retired(GRACE_S))

    def forget(self, before_ms: int) -> None:
        """Drop the days that ended before `before_ms`; see `History`."""
        self._index.replace(self._index.before(before_ms // DAY_MS), [])

    def clear_leftovers(self) -> None:
        """Remove files that a crash left behind; for the one that writes, at its start."""
        known = self._index.names()
        found = {str(path.relative_to(self._folder)) for path in self._folder.glob("day=*/bucket=*/*")}
        if leftovers := sorted(found - known):
            structlog.get_logger().info("history_leftovers_removed", files=len(leftovers))
            self._remove(leftovers)

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _put(self, frame: pl.DataFrame, day: int, bucket: int, stem: str) -> File:
        """Write `frame` durably under its name; it does not count yet."""
        name = f"day={day_name(day)}/bucket={bucket}/{stem}.parquet"
        path = self._folder / name
        temporary = path.with_suffix(".tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            frame.drop("day", "bucket", strict=False).write_parquet(temporary, statistics=True)
            _sync(temporary)
            temporary.replace(path)
            _sync(path.parent)
        except (OSError, PolarsError) as error:
            raise HistoryError(f"cannot write {path}: {error}") from error
        times = frame["t_ms"].to_numpy()
        return File(name, day, bucket, int(times.min()), int(times.max()), frame.height)

    def _select(self, file: File, vehicle: str, path: str, start_ms: int, end_ms: int) -> Series:
        inside = (pl.col("vehicle") == vehicle) & (pl.col("path") == path)
        inside &= (pl.col("t_ms") >= start_ms) & (pl.col("t_ms") < end_ms)
        try:
            found = (
                pl.scan_parquet(self._folder / file.name).filter(inside).select("t_ms", "value", "validity").collect()
            )
        except PolarsError as error:
            raise HistoryError(f"cannot read {file.name}: {error}") from error
        return Series(found["t_ms"].to_numpy(), found["value"].to_numpy(), found["validity"].to_numpy())

    def _read(self, file: File) -> pl.DataFrame:
        try:
            return pl.read_parquet(self._folder / file.name)
        except (OSError, PolarsError) as error:
            raise HistoryError(f"cannot read {file.name}: {error}") from error

    def _remove(self, names: Sequence[str]) -> None:
        try:
            for name in names:
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise HistoryError(f"cannot remove a file of {self._folder}: {error}") from error
        self._index.drop(names)


def _frame(rows: Rows) -> pl.DataFrame:
    """Return `rows` as a frame in the order of the files, with the day and bucket of each."""
    of_part = np.repeat(np.arange(len(rows.parts)), [part.samples for part in rows.parts])
    parts = pl.DataFrame(
        {
            "vehicle": pl.Series([part.vehicle for part in rows.parts], dtype=pl.String),
            "path": pl.Series([part.path for part in rows.parts], dtype=pl.String),
            "ecu": pl.Series([part.ecu for part in rows.parts], dtype=pl.String),
            "offset": pl.Series([part.offset for part in rows.parts], dtype=pl.Int64),
            "bucket": pl.Series([bucket_of(part.vehicle) for part in rows.parts], dtype=pl.Int64),
        }
    )
    samples = {"t_ms": rows.t_ms, "value": rows.value, "validity": rows.validity, "day": rows.day}
    return pl.concat([parts[of_part], pl.DataFrame(samples)], how="horizontal").sort(_ORDER, maintain_order=True)


def _in_order(found: Sequence[Series]) -> Series:
    parts = [NO_SERIES, *found]
    t_ms = np.concatenate([part.t_ms for part in parts])
    order = np.argsort(t_ms, kind="stable")
    values = np.concatenate([part.values for part in parts])
    return Series(t_ms[order], values[order], np.concatenate([part.validity for part in parts])[order])


def _sync(path: Path) -> None:
    """Bring what was written at `path` to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
