"""A block of rows into numbers with their validity: units, sentinels, ranges; nothing is clamped or filled in."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloud.replay.batches import Rows
from cloud.replay.channels import Channel
from cloud.replay.mapping import LongPart, Map
from cloud.replay.packing import ABSENT
from cloud.replay.rejected import NOT_A_NUMBER, OUT_OF_RANGE, SENTINEL, Rejected
from contract.validity import Validity


def read(
    whole: Map,
    table: pl.DataFrame,
    times_ms: NDArray[np.int64],
    found: Sequence[Channel],
    rejected: Rejected,
) -> Rows:
    """Return the rows of `table` as numbers; what is refused is counted in `rejected`."""
    height = table.height
    values = np.zeros((height, len(found)))
    kinds = np.full((height, len(found)), ABSENT, np.uint8)
    lists: dict[str, pl.DataFrame] = {}
    for k, channel in enumerate(found):
        column = _cells(whole, table, channel, lists)
        number, kind = _numbers(whole, column, channel)
        if whole.long is not None:
            kind = np.where(_named(table, whole.long, channel), kind, ABSENT).astype(np.uint8)
        if whole.file.held:
            kind = _changes(kind, number, times_ms)
        values[:, k], kinds[:, k] = number, kind
    _count(found, kinds, rejected)
    kinds[kinds == _TEXT] = Validity.INVALID
    return Rows(tuple(channel.signal for channel in found), times_ms, values, kinds)


_TEXT: Final = 254  # what stands there is no number; counted, then invalid


def _cells(whole: Map, table: pl.DataFrame, channel: Channel, lists: dict[str, pl.DataFrame]) -> pl.Series:
    source = channel.column if whole.long is None else whole.long.value
    column = table[source]
    if channel.element is None:
        return column
    if source not in lists:
        if column.dtype != pl.List:
            column = column.cast(pl.String).str.strip_chars("[](){} \t\"'").str.split(channel.separator)
        width = longest(column)
        lists[source] = column.list.to_struct(fields=[f"f{n}" for n in range(width)]).struct.unnest()
    spread = lists[source]
    name = f"f{channel.element}"
    return spread[name] if name in spread.columns else pl.Series(name, [None] * table.height, dtype=pl.Float64)


def longest(column: pl.Series) -> int:
    """Return how many numbers the longest list of a column of lists holds."""
    lengths = column.list.len().fill_null(0).to_numpy()
    return int(lengths.max(initial=0))


def _numbers(whole: Map, column: pl.Series, channel: Channel) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return (n,) values in the signal's unit, and what each is."""
    words = np.zeros(len(column), np.bool_)
    if column.dtype in (pl.String, pl.Categorical, pl.Enum) or channel.values:
        text = column.cast(pl.String).str.strip_chars()
        text = text.set(text.is_in(list(whole.file.null)), None)
        said = [str(one) for one in channel.invalid if isinstance(one, str)]
        words = text.is_in(said).fill_null(value=False).to_numpy() if said else words
        numbers = _parsed(text, channel, whole.file.decimal)
        absent = text.is_null().to_numpy()
    else:
        absent = column.is_null().to_numpy()
        numbers = column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        absent |= np.isnan(numbers)
    kinds = np.where(absent, ABSENT, Validity.VALUE).astype(np.uint8)
    kinds[~absent & ~np.isfinite(numbers)] = _TEXT
    sentinels = words.copy()
    for one in channel.invalid:
        if not isinstance(one, str):
            sentinels |= np.isclose(numbers, one, rtol=0.0, atol=1e-9 * max(1.0, abs(one)))
    values = channel.factor * np.where(np.isfinite(numbers), numbers, 0.0) + channel.offset
    valid = kinds == Validity.VALUE
    kinds[valid & ~((values >= channel.low) & (values <= channel.high))] = Validity.OUT_OF_RANGE
    kinds[~absent & sentinels] = Validity.INVALID
    return values, kinds


def _parsed(text: pl.Series, channel: Channel, decimal: str) -> NDArray[np.float64]:
    if channel.values:
        keys, numbers = list(channel.values), list(channel.values.values())
        listed = text.replace_strict(keys, numbers, default=None, return_dtype=pl.Float64)
        whole = text.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False).cast(pl.String)
        listed = listed.fill_null(whole.replace_strict(keys, numbers, default=None, return_dtype=pl.Float64))
        return listed.fill_null(float("nan")).to_numpy()
    if decimal == ",":
        text = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _named(table: pl.DataFrame, long: LongPart, channel: Channel) -> NDArray[np.bool_]:
    return (table[long.name].cast(pl.String) == channel.column).fill_null(value=False).to_numpy()


def _changes(kinds: NDArray[np.uint8], values: NDArray[np.float64], times_ms: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Leave out what only repeats the row before, but for once a second."""
    if len(kinds) < 2:
        return kinds
    same = (values[1:] == values[:-1]) & (kinds[1:] == kinds[:-1]) & (times_ms[1:] // 1000 == times_ms[:-1] // 1000)
    kept = kinds.copy()
    kept[1:][same] = ABSENT
    return kept


def _count(found: Sequence[Channel], kinds: NDArray[np.uint8], rejected: Rejected) -> None:
    reasons = ((_TEXT, NOT_A_NUMBER), (Validity.INVALID, SENTINEL), (Validity.OUT_OF_RANGE, OUT_OF_RANGE))
    for kind, reason in reasons:
        for k, count in enumerate((kinds == kind).sum(axis=0).tolist()):
            if count:
                rejected[reason, found[k].signal.path] += count
