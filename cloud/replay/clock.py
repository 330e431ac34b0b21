"""When a row was measured, in ms since the epoch: from a column in any usual form, or from the rows' own rate."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloud.errors import SettingsError
from cloud.replay.mapping import Map

EPOCHS: Final = {"epoch_s": 1e3, "epoch_ms": 1.0, "epoch_us": 1e-3, "epoch_ns": 1e-6}
ELAPSED: Final = {"elapsed_s": 1e3, "elapsed_ms": 1.0, "elapsed_min": 6e4}
DAY_MS: Final = 86_400_000
NONE: Final = np.iinfo(np.int64).min  # no time at all
_DATED: Final = re.compile(r"%[YymdbBjsFDc]")
# What a number is when nobody says: seconds from 2001 on, then ms, us, ns.
_AUTO: Final = ((1e9, 1e11, 1e3), (1e12, 1e14, 1.0), (1e15, 1e17, 1e-3), (1e18, 1e20, 1e-6))


class Clock:
    """The times of one data set's rows, file after file."""

    def __init__(self, whole: Map) -> None:
        """Raise `SettingsError` for a time zone, a form or a start that is none."""
        self._map, self._time = whole, whole.time
        try:
            ZoneInfo(whole.time.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise SettingsError(f"{whole.path}: time.zone: there is no time zone {whole.time.zone!r}") from None
        form = whole.time.format
        if form not in {"auto", "iso", *EPOCHS, *ELAPSED} and "%" not in form:
            raise SettingsError(
                f"{whole.path}: time.format: {form!r} is none of auto, iso, {', '.join((*EPOCHS, *ELAPSED))}, "
                "nor a pattern such as %Y-%m-%d %H:%M:%S"
            )
        self._start_ms = _moment(whole)
        self._newest_ms: int | None = None
        self._base_ms = self._start_ms
        self._rows = 0
        self._date = ""
        self._days = 0
        self._last_ms: int | None = None

    @property
    def is_absolute(self) -> bool:
        """Say whether rows tell their own time, whatever the order of files."""
        return bool(self._time.column) and self._time.format not in ELAPSED

    def open(self, file: str) -> None:
        """Begin with a file; raise `SettingsError` when its name should hold a date and does not."""
        rest_ms = round(self._time.rest_between_files_s * 1000.0)
        self._base_ms = self._start_ms if self._newest_ms is None else self._newest_ms + rest_ms
        self._rows, self._days, self._last_ms, self._date = 0, 0, None, ""
        if self._time.date_from_file:
            found = re.search(self._time.date_from_file, file)
            if found is None:
                raise SettingsError(
                    f"{self._map.path}: time.date_from_file: {self._time.date_from_file!r} finds no date in {file!r}"
                )
            self._date = found.group(1)

    def times(self, table: pl.DataFrame) -> NDArray[np.int64]:
        """Return (n,) ms since the epoch, `NONE` where a row has no time."""
        times: NDArray[np.int64]
        if not self._time.column:
            rows = np.arange(self._rows, self._rows + table.height)
            self._rows += table.height
            times = self._base_ms + np.rint(rows * (1000.0 / self._time.rate_hz)).astype(np.int64)
        else:
            times = self._read(self._column(table))
        there = times[times != NONE]
        if len(there):
            newest_ms = int(there.max())
            self._newest_ms = newest_ms if self._newest_ms is None else max(newest_ms, self._newest_ms)
        return times

    def _column(self, table: pl.DataFrame) -> pl.Series:
        """Return the column of times, with the date from its own column before it where the map names one."""
        column = table[self._time.column]
        if not self._time.date_column:
            return column
        date, time = (part.cast(pl.String).str.strip_chars() for part in (table[self._time.date_column], column))
        return date + " " + time

    def _read(self, column: pl.Series) -> NDArray[np.int64]:
        form = self._time.format
        if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
            return _whole(column)
        if column.dtype.is_temporal():
            return _whole(self._zoned(column.cast(pl.Datetime("us"))))
        if form in ELAPSED:
            return _scaled(column, ELAPSED[form], self._base_ms)
        if form in EPOCHS:
            return _scaled(column, EPOCHS[form], 0)
        if form == "auto":
            factor = _guess(column)
            if factor is not None:
                return _scaled(column, factor, 0)
        if form in ("auto", "iso"):
            return self._iso(column)
        return self._pattern(column, form)

    def _iso(self, column: pl.Series) -> NDArray[np.int64]:
        text = column.cast(pl.String).str.strip_chars().str.replace(" ", "T").str.replace("Z$", "+00:00")
        text = text.str.replace_all("/", "-", literal=True).str.replace(r"T(\d{2}:\d{2})($|[+-])", "T$1:00$2")
        text = text.str.replace(r"^(\d{4}-\d{1,2}-\d{1,2})$", "${1}T00:00:00")
        told = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_zone="UTC", time_unit="us")
        naive = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
        return _whole(told.fill_null(self._zoned(naive)) if told.null_count() else told)

    def _pattern(self, column: pl.Series, form: str) -> NDArray[np.int64]:
        form = form.replace(".%f", "%.f").replace("%f", "%.f")
        text = column.cast(pl.String).str.strip_chars()
        dated = bool(_DATED.search(form))
        if not dated:
            date, kind = (self._date, self._time.date_format) if self._date else (self._start_date(), "%Y-%m-%d")
            text, form = (date + " ") + text, f"{kind} {form}"
        if "%z" in form:
            told = text.str.to_datetime(form, strict=False, time_zone="UTC", time_unit="us")
        else:
            told = self._zoned(text.str.to_datetime(form, strict=False, time_unit="us"))
        times = _whole(told)
        return times if dated else self._past_midnight(times)

    def _start_date(self) -> str:
        return datetime.fromtimestamp(self._base_ms / 1000.0, tz=ZoneInfo(self._time.zone)).date().isoformat()

    def _past_midnight(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add a day wherever the time of day falls back by more than half of one."""
        there = np.flatnonzero(times != NONE)
        if len(there):
            own = times[there]
            before = np.concatenate(([own[0] if self._last_ms is None else self._last_ms], own[:-1]))
            days = self._days + np.cumsum(own - before < -DAY_MS // 2)
            self._last_ms, self._days = int(own[-1]), int(days[-1])
            times[there] = own + DAY_MS * days
        return times

    def _zoned(self, naive: pl.Series) -> pl.Series:
        zoned = naive.dt.replace_time_zone(self._time.zone, ambiguous="earliest", non_existent="null")
        return zoned.dt.convert_time_zone("UTC")


def _moment(whole: Map) -> int:
    try:
        start = datetime.fromisoformat(whole.time.start)
    except ValueError as error:
        raise SettingsError(f"{whole.path}: time.start: {error}") from None
    zoned = start if start.tzinfo is not None else start.replace(tzinfo=ZoneInfo(whole.time.zone))
    return round(zoned.timestamp() * 1000.0)


def _guess(column: pl.Series) -> float | None:
    """Return what turns a column of epoch numbers into ms, None when it holds no such numbers."""
    numbers = column.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False).drop_nulls()
    if not len(numbers):
        return None
    middle = float(np.median(numbers.to_numpy()))
    return next((factor for low, high, factor in _AUTO if low <= middle < high), None)


def _scaled(column: pl.Series, factor: float, base_ms: int) -> NDArray[np.int64]:
    numbers = column.str.strip_chars() if column.dtype == pl.String else column
    values = numbers.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy() * factor
    there = np.isfinite(values) & (np.abs(values) < 2.0**53)
    return np.where(there, base_ms + np.rint(np.where(there, values, 0.0)).astype(np.int64), NONE)


def _whole(moments: pl.Series) -> NDArray[np.int64]:
    """Return datetimes as ms, `NONE` for nulls."""
    micros = moments.dt.epoch("us").cast(pl.Int64)
    nulls = micros.is_null().to_numpy()
    return np.where(nulls, NONE, np.floor_divide(micros.fill_null(0).to_numpy(), 1000))
