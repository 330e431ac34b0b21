"""The driving score: 100 less the points of a table, which anybody can add up by hand.

A term's points only rise with its value. Harsh events are judged by the scale of the source that saw them and by no
other; a term whose value or scale is not there adds nothing and is no reason.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from cloud.insurer.errors import FeedError

Floats = npt.NDArray[np.float64]
FULL: Final = 100.0
REASONS: Final = 3
# What a term may look at, in the inputs of a period.
FIELDS: Final = (
    "km",
    "night_share",
    "peak_share",
    "long_trip_share",
    "fast_share",
    "speeding_share",
    "shrunk_acceleration",
    "shrunk_braking",
    "shrunk_cornering",
)
ANY_SOURCE: Final = ""


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the table: [value, points] by source of the events, or under "" whatever the source."""

    code: Annotated[str, msgspec.Meta(pattern="^[a-z_]+$")]
    zh: str
    en: str
    field: str
    points: dict[str, tuple[tuple[float, float], ...]]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table; `fitted_on` names the insurers whose own claims it was fitted on, nobody when shipped."""

    version: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    about_en: str
    about_zh: str
    fitted_on: tuple[str, ...]
    bands: tuple[tuple[float, str], ...]
    terms: tuple[Term, ...]


class Scorer(NamedTuple):
    """A table, and the SHA-256 of the bytes that it was read from."""

    table: Table
    sha256: str


class Scored(NamedTuple):
    """For each row: the score, its band, and the places of up to three terms with most points, -1 where none is."""

    score: Floats
    band: list[str]
    reasons: npt.NDArray[np.int64]


def parse(data: bytes, name: str) -> Scorer:
    """Return the table in `data`; raise `FeedError` naming `name` where it is none, or not monotone."""
    try:
        table = msgspec.json.decode(data, type=Table)
    except msgspec.MsgspecError as error:
        raise FeedError(f"{name}: {error}") from error
    for term in table.terms:
        if term.field not in FIELDS:
            raise FeedError(f"{name}: {term.code}: no field {term.field!r}; there are {', '.join(FIELDS)}")
        for scale in term.points.values():
            values, points = [value for value, _ in scale], [point for _, point in scale]
            rising = all(a < b for a, b in pairwise(values))
            if not scale or not rising or points != sorted(points) or points[0] < 0.0:
                raise FeedError(f"{name}: {term.code}: values must rise, and points must not fall or be negative")
    limits = [limit for limit, _ in table.bands]
    if not limits or limits != sorted(limits, reverse=True) or limits[-1] != 0.0:
        raise FeedError(f"{name}: bands must fall and end at 0")
    return Scorer(table, hashlib.sha256(data).hexdigest())


def score(table: Table, values: dict[str, Floats], source: Sequence[str | None]) -> Scored:
    """Return what the table says of every row.

    Args:
        table: the table.
        values: (n,) by name in `FIELDS`; NaN where nothing was measured.
        source: (n,), which kind of source saw the harsh events.
    """
    sources = np.array([one or "" for one in source], dtype=object)
    points = np.stack([_points(term, values[term.field], sources) for term in table.terms], axis=1)
    total = np.maximum(FULL - points.sum(axis=1), 0.0)
    # Stable, so that of equal points the line further up comes first.
    order = np.argsort(-points, axis=1, kind="stable")[:, :REASONS]
    counts = np.take_along_axis(points, order, axis=1) > 0.0
    band = np.full(len(total), table.bands[-1][1], dtype=object)
    for limit, word in reversed(table.bands):
        band[total >= limit] = word
    return Scored(total, list(band), np.where(counts, order, -1))


def _points(term: Term, value: Floats, sources: npt.NDArray[np.object_]) -> Floats:
    points = np.zeros(len(value))
    for source, scale in term.points.items():
        x, y = np.array(scale).T
        mine = np.isfinite(value)
        if source != ANY_SOURCE:
            mine &= sources == source
        points[mine] = np.interp(value[mine], x, y)
    return points
