"""A map laid on the columns that a file has: which of them are read, and what each becomes."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from cloud.errors import SettingsError
from cloud.replay.mapping import Column, Map
from cloud.replay.names import ARRAYS, named
from cloud.replay.units import choices
from contract.signals import Signal

SHOWN: Final = 40  # columns of a file that an error lists


class Channel(NamedTuple):
    """One signal out of one column: `element` is the place within a list in a cell, `label` what people call a cell.

    A number becomes `factor * number + offset` in the signal's unit and is a value within `low`..`high`; `invalid` are
    the numbers, before that, which say that there is none. `values` turns words into numbers first.
    """

    signal: Signal
    column: str
    element: int | None
    label: str
    factor: float
    offset: float
    low: float
    high: float
    invalid: tuple[str | float, ...]
    values: dict[str, float]
    separator: str


def channels(
    whole: Map, columns: Sequence[str], file: str, *, most: dict[str, int] | None = None, strict: bool = True
) -> list[Channel]:
    """Return what is read of a file with these columns; raise `SettingsError` for a column that is not there.

    `most` is how many numbers the lists in cells hold, by column; without `strict` a missing column may yet come.
    """
    found: list[Channel] = []
    for name, column in whole.signals.items():
        where = f"{whole.path}: signals.{name}"
        elsewhere = bool(column.file) and re.search(column.file, file) is None
        there = [] if elsewhere else list(_matching(column, columns))
        if not there and strict and not column.optional and not elsewhere:
            key = "column" if column.column else "match"
            wanted = column.column or column.match
            raise SettingsError(f"{where}.{key}: {file} has no column {wanted!r}; it has {shown(columns)}")
        if name in ARRAYS:
            found += _elements(name, column, there, where, most or {})
        elif len(there) > 1:
            raise SettingsError(f"{where}.match: several columns of {file} match: {shown([c for c, _ in there])}")
        elif there:
            signal = named(name)
            assert signal is not None
            found.append(_channel(signal, column, there[0][0], None, name))
    return found


def _matching(column: Column, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the columns meant, each with what the pattern's group caught."""
    if column.column:
        yield from ((name, "") for name in columns if name == column.column)
        return
    pattern = re.compile(column.match)
    for name in columns:
        caught = pattern.fullmatch(name)
        if caught is not None:
            yield name, caught.group(1) if pattern.groups else ""


def _elements(
    name: str, column: Column, there: Sequence[tuple[str, str]], where: str, most: dict[str, int]
) -> list[Channel]:
    signals = ARRAYS[name]
    places: list[tuple[str, int | None, int]]
    if column.list:
        first = 1 if column.first is None else column.first
        places = [(source, k, first + k) for source, _ in there for k in range(most.get(source, 0))]
    else:
        try:
            numbers = sorted((int(caught), source) for source, caught in there)
        except ValueError as error:
            raise SettingsError(f"{where}.match: the group must catch a whole number: {error}") from None
        first = min((number for number, _ in numbers), default=1) if column.first is None else column.first
        places = [(source, None, number) for number, source in numbers]
    found = []
    for source, element, number in places:
        if not 0 <= number - first < len(signals):
            last = first + len(signals) - 1
            raise SettingsError(f"{where}: number {number} of {source!r} is outside {first}..{last}; set first")
        found.append(_channel(signals[number - first], column, source, element, str(number)))
    return found


def _channel(signal: Signal, column: Column, source: str, element: int | None, label: str) -> Channel:
    line = choices(signal.unit).get(column.unit or signal.unit)
    factor, shift = (line.factor, line.offset) if line is not None else (1.0, 0.0)
    sign = -1.0 if column.positive == "discharging" else 1.0
    ends = [
        signal.low if column.low is None else sign * (factor * column.low + shift),
        signal.high if column.high is None else sign * (factor * column.high + shift),
    ]
    return Channel(
        signal=signal,
        column=source,
        element=element,
        label=label,
        factor=sign * factor * column.scale,
        offset=sign * (factor * column.offset + shift),
        low=max(min(ends), signal.low),
        high=min(max(ends), signal.high),
        invalid=column.invalid,
        values=column.values,
        separator=column.list,
    )


def shown(columns: Sequence[str]) -> str:
    """Return column names as an error lists them."""
    listed = ", ".join(repr(name) for name in columns[:SHOWN])
    return listed + (f" and {len(columns) - SHOWN} more" if len(columns) > SHOWN else "")
