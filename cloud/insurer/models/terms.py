"""How a covariate enters the log of a frequency: a curve, levels, a credibility score, or a product of two.

A term is learned once from the rows to fit and is numbers and names from then on, so it can be saved as JSON. The first
column of a curve is its straight line and those of a level term are its levels without the base.
"""

from typing import Final

import msgspec
import numpy as np

from cloud.insurer.models.book import Bools, Categorical, Columns, Floats, Numeric

OTHER: Final = "(other)"
MISSING: Final = "(missing)"


class Curve(msgspec.Struct, frozen=True, tag="curve"):
    """A natural cubic spline of a number (Hastie, Tibshirani and Friedman 2009, eq. 5.4).

    `knots` on the scale of `_scaled`, 0 to 1, at least the two ends; beyond the ends a value counts as the end.
    """

    column: str
    low: float
    high: float
    logarithmic: bool
    knots: list[float]
    middle: float
    missing: bool

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        curved = [f"{self.column} curve {at}" for at in range(1, len(self.knots) - 1)]
        return [f"{self.column} line", *curved, *([f"{self.column} {MISSING}"] if self.missing else [])]

    def design(self, columns: Columns) -> Floats:
        """Return (n_rows, n_names) the term's columns."""
        column = columns[self.column]
        assert isinstance(column, Numeric)
        lost = np.isnan(column.values)
        basis = self._basis(np.where(lost, self.middle, column.values)) - self._basis(np.array([self.middle]))
        return np.column_stack([basis, lost.astype(np.float64)]) if self.missing else basis

    def unseen(self, columns: Columns) -> Bools:
        """Return (n_rows,) true where a value lies outside of what was seen."""
        column = columns[self.column]
        assert isinstance(column, Numeric)
        return np.asarray((column.values < self.low) | (column.values > self.high))

    def _scaled(self, values: Floats) -> Floats:
        seen = np.clip(values, self.low, self.high) - self.low
        span = self.high - self.low
        if self.logarithmic:
            seen, span = np.log1p(seen), float(np.log1p(span))
        return np.asarray(seen / span)

    def _basis(self, values: Floats) -> Floats:
        x, knots = self._scaled(values), np.array(self.knots)
        cubes = np.maximum(x[:, None] - knots, 0.0) ** 3
        slopes = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
        return np.column_stack([x, slopes[:, :-1] - slopes[:, -1:]])


class Levels(msgspec.Struct, frozen=True, tag="levels"):
    """One column for each level but the first, the base; rare levels share `OTHER` where it is one of them."""

    column: str
    levels: list[str]

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [f"{self.column} = {level}" for level in self.levels[1:]]

    def design(self, columns: Columns) -> Floats:
        """Return (n_rows, n_names) the term's columns; a level never seen counts as `OTHER`, else as the base."""
        places = self.places(columns)
        return np.asarray(places[:, None] == np.arange(1, len(self.levels)), dtype=np.float64)

    def places(self, columns: Columns) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """Return (n_rows,) the place of each row's level."""
        column = columns[self.column]
        assert isinstance(column, Categorical)
        places = column.recoded(tuple(self.levels))
        otherwise = self.levels.index(OTHER) if OTHER in self.levels else 0
        lost = self.levels.index(MISSING) if MISSING in self.levels else otherwise
        places = np.where(places < 0, otherwise, places)
        return np.where(column.codes < 0, lost, places)

    def unseen(self, columns: Columns) -> Bools:
        """Return (n_rows,) true where a level was seen never or too rarely, and there is no `OTHER` for it."""
        column = columns[self.column]
        assert isinstance(column, Categorical)
        known = OTHER in self.levels
        return np.asarray((column.recoded(tuple(self.levels)) < 0) & (column.codes >= 0) & (not known))


class Credibility(msgspec.Struct, frozen=True, tag="credibility"):
    """One column, the log of each level's credibility relativity: (claims + k) / (expected + k), 1 for a new level.

    The gamma-Poisson form of Bühlmann and Straub (1970); k is estimated from how far levels lie apart.
    """

    column: str
    scores: dict[str, float]
    k: float

    @property
    def names(self) -> list[str]:
        """Return the name of the column."""
        return [f"{self.column} credibility"]

    def design(self, columns: Columns) -> Floats:
        """Return (n_rows, 1) the term's column."""
        column = columns[self.column]
        assert isinstance(column, Categorical)
        table = np.array([*(self.scores.get(level, 0.0) for level in column.levels), 0.0])
        return np.asarray(table[column.codes][:, None])

    def unseen(self, columns: Columns) -> Bools:
        """Return (n_rows,) true where a level was never seen."""
        column = columns[self.column]
        assert isinstance(column, Categorical)
        new = np.array([*(level not in self.scores for level in column.levels), False])
        return np.asarray(new[column.codes])


class Product(msgspec.Struct, frozen=True, tag="product"):
    """The products of every column of one term with every column of another."""

    left: Curve | Levels
    right: Curve | Levels

    @property
    def column(self) -> str:
        """Return the name of the pair."""
        return f"{self.left.column} x {self.right.column}"

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [f"{one} x {other}" for one in self.left.names for other in self.right.names]

    def design(self, columns: Columns) -> Floats:
        """Return (n_rows, n_names) the term's columns."""
        left, right = self.left.design(columns), self.right.design(columns)
        return (left[:, :, None] * right[:, None, :]).reshape(left.shape[0], -1)

    def unseen(self, columns: Columns) -> Bools:
        """Return (n_rows,) true where either side is unseen; the sides count it already."""
        return np.zeros(self.left.unseen(columns).size, dtype=np.bool_)


Term = Curve | Levels | Credibility | Product


def design(terms: list[Term], columns: Columns, rows: int) -> Floats:
    """Return (rows, 1 + all names) the design matrix, a column of ones first."""
    return np.column_stack([np.ones(rows), *(term.design(columns) for term in terms)])


def names(terms: list[Term]) -> list[str]:
    """Return the names of the columns of `design`."""
    return ["(intercept)", *(name for term in terms for name in term.names)]
