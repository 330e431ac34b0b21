"""A book of policies as arrays: what was covered, what was claimed, what may explain it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Numeric:
    """A covariate that is a number: (n_rows,), any unit; NaN where it is missing."""

    name: str
    values: Floats

    def take(self, rows: Ints) -> "Numeric":
        """Return the covariate of `rows`."""
        return replace(self, values=self.values[rows])


@dataclass(frozen=True)
class Categorical:
    """A covariate that is one of `levels`: `codes` (n_rows,) are places in it, -1 where it is missing."""

    name: str
    codes: Ints
    levels: tuple[str, ...]

    def take(self, rows: Ints) -> "Categorical":
        """Return the covariate of `rows`."""
        return replace(self, codes=self.codes[rows])

    def recoded(self, levels: tuple[str, ...]) -> Ints:
        """Return (n_rows,) places in `levels`, -1 where it is missing or none of them."""
        places = {level: place for place, level in enumerate(levels)}
        table = np.array([*(places.get(level, -1) for level in self.levels), -1], dtype=np.int64)
        return table[self.codes]


Column = Numeric | Categorical
Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Book:
    """Rows of policies; arrays are (n_rows,).

    `exposure` in years, > 0; `claims` >= 0; `amount` total of the row's claims in the book's currency, NaN where the
    row has none or it is not known, None where the book has no amounts; `group` is one number for all rows of one
    policyholder; `year` None where the book has none. `protected` are set apart, for the fairness tests alone.
    """

    name: str
    exposure: Floats
    claims: Floats
    amount: Floats | None
    group: Ints
    group_names: tuple[str, ...]
    year: Ints | None
    columns: dict[str, Column]
    protected: dict[str, Column]
    rejected: dict[str, int]
    warnings: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return self.exposure.size

    @property
    def frequency(self) -> float:
        """Return the claims per year of exposure of the whole book."""
        return float(self.claims.sum() / self.exposure.sum())

    def take(self, rows: Ints) -> "Book":
        """Return the book of `rows` alone."""
        return replace(
            self,
            exposure=self.exposure[rows],
            claims=self.claims[rows],
            amount=None if self.amount is None else self.amount[rows],
            group=self.group[rows],
            year=None if self.year is None else self.year[rows],
            columns={name: column.take(rows) for name, column in self.columns.items()},
            protected={name: column.take(rows) for name, column in self.protected.items()},
        )
