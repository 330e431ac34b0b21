"""Columns that are known only after a claim: a model that used them would predict the past."""

from typing import Final

import numpy as np
import polars as pl

from cloud.insurer.models.book import Floats

# A column that has one value in all but this share of the rows without a claim, and another in at least half of the
# rows with one, was filled in by the claim.
MOST_EXCEPTIONS: Final = 0.001
LEAST_CHANGED: Final = 0.5
LEAST_ROWS: Final = 20
# A column of zeros but for this share, named like an outcome, is one: Numtpbi beside Numtppd, Indtpbi beside Indtppd.
MOST_OUTCOMES: Final = 0.2
SAME_LETTERS: Final = 4


def found(table: pl.DataFrame, claims: Floats, known: list[str]) -> list[str]:
    """Return the columns of `table` that are outcomes, beside those that are `known` to be.

    `claims` (n_rows,) are those of the rows of `table`.
    """
    outcomes = [name for name in table.columns if name not in known and _filled_by_claims(table[name], claims)]
    while True:
        named = [name for name in (*known, *outcomes) if name]
        more = [
            name
            for name in table.columns
            if name not in named and any(_alike(name, other) for other in named) and _mostly_zero(table[name])
        ]
        if not more:
            return outcomes
        outcomes += more


def _filled_by_claims(column: pl.Series, claims: Floats) -> bool:
    without, beside = column.filter(pl.Series(claims == 0.0)), column.filter(pl.Series(claims > 0.0))
    if min(without.len(), beside.len()) < LEAST_ROWS:
        return False
    usual = without.mode()[0]
    exceptions = int(without.ne_missing(usual).sum())
    changed = int(beside.ne_missing(usual).sum())
    return exceptions <= MOST_EXCEPTIONS * without.len() and changed >= LEAST_CHANGED * beside.len()


def _mostly_zero(column: pl.Series) -> bool:
    if not column.dtype.is_numeric():
        return False
    there = column.drop_nulls()
    return there.n_unique() > 1 and int((there != 0).sum()) < MOST_OUTCOMES * there.len()


def _alike(one: str, other: str) -> bool:
    """Say whether two names begin or end with the same letters."""
    return max(_shared(one, other), _shared(one[::-1], other[::-1])) >= SAME_LETTERS


def _shared(one: str, other: str) -> int:
    same = [a == b for a, b in zip(one.lower(), other.lower(), strict=False)]
    return int(np.argmin([*same, False]))
