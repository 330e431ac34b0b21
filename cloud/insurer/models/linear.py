"""The reference: a Poisson GLM of the claims a year, with relativities that can be filed."""

from typing import Any, Final

import msgspec
import numpy as np

from cloud.insurer.models import glm, learning, selection, split, terms
from cloud.insurer.models.book import Book, Categorical, Column, Columns, Floats, Ints, Numeric
from cloud.insurer.models.mapping import Map
from cloud.insurer.models.terms import Curve, Levels, Term

# Two-sided 95 % of the normal distribution.
Z95: Final = 1.959963984540054
# More rows than these keep the same terms; the coefficients are fitted to all rows in any case.
SELECTED_ROWS: Final = 100_000
SHARES: Final = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)


class Linear(msgspec.Struct, frozen=True):
    """A fitted GLM; `columns` are the places in the design of `terms` that stayed, the intercept first.

    `coefficients` (n_columns,) and `covariance` (n_columns, n_columns) are on the log scale, per year of exposure.
    """

    terms: list[Term]
    columns: list[int]
    coefficients: list[float]
    covariance: list[list[float]]
    dispersion: float
    price: float
    power: float
    grids: dict[str, list[float]]

    def predict(self, columns: Columns, rows: int) -> Floats:
        """Return (rows,) the expected response: claims a year, or an amount."""
        return np.asarray(np.exp(self._design(columns, rows) @ np.array(self.coefficients)))

    def contributions(self, columns: Columns, rows: int) -> dict[str, Floats]:
        """Return by covariate (rows,) what it adds to the log of the expected response."""
        found: dict[str, Floats] = {}
        whole = np.zeros(1 + sum(len(term.names) for term in self.terms))
        whole[self.columns] = self.coefficients
        at = 1
        for term in self.terms:
            part = whole[at : at + len(term.names)]
            at += len(term.names)
            if part.any():
                found[term.column] = found.get(term.column, np.zeros(rows)) + term.design(columns) @ part
        return found

    def used(self) -> list[str]:
        """Return the covariates that the model reads."""
        places = np.cumsum([1, *(len(term.names) for term in self.terms)])
        stay = np.array(self.columns)
        found = [
            name
            for term, low, high in zip(self.terms, places[:-1], places[1:], strict=True)
            if ((stay >= low) & (stay < high)).any()
            for name in term.column.split(" x ")
        ]
        return list(dict.fromkeys(found))

    def table(self) -> list[dict[str, Any]]:
        """Return each coefficient with its standard error and 95 % interval.

        A level has a relativity; a column of a curve says nothing by itself and has none (see `relativities`).
        """
        named = terms.names(self.terms)
        errors = np.sqrt(np.diag(np.array(self.covariance)))
        return [
            {
                "name": named[at],
                "estimate": value,
                "se": float(error),
                "ci": [value - Z95 * float(error), value + Z95 * float(error)],
                "relativity": float(np.exp(value)) if " = " in named[at] else None,
            }
            for at, value, error in zip(self.columns, self.coefficients, errors, strict=True)
        ]

    def relativities(self) -> list[dict[str, Any]]:
        """Return for each covariate the relativity of values and levels to its base, with 95 % intervals."""
        found: list[dict[str, Any]] = []
        at = 1
        for term in self.terms:
            places = list(range(at, at + len(term.names)))
            at += len(term.names)
            stay = [place for place in places if place in self.columns]
            if not stay or not isinstance(term, Curve | Levels):
                continue
            labels, columns = _shown(term, self.grids.get(term.column, []))
            part = term.design(columns)[:, [place - places[0] for place in stay]]
            own = [self.columns.index(place) for place in stay]
            change = part @ np.array(self.coefficients)[own]
            error = np.sqrt(np.einsum("ij,jk,ik->i", part, np.array(self.covariance)[np.ix_(own, own)], part))
            found += [
                {
                    "covariate": term.column,
                    "value": label,
                    "relativity": float(np.exp(one)),
                    "ci": _interval(float(one), float(width)),
                }
                for label, one, width in zip(labels, change, error, strict=True)
            ]
        return found

    def unseen(self, columns: Columns) -> dict[str, int]:
        """Return by covariate in how many rows its value was never seen when the model was fitted."""
        used = set(self.used())
        counts = {term.column: int(term.unseen(columns).sum()) for term in self.terms if term.column in used}
        return {name: count for name, count in counts.items() if count}

    def _design(self, columns: Columns, rows: int) -> Floats:
        return terms.design(self.terms, columns, rows)[:, self.columns]


def fit(book: Book, chosen: Map, seed: int) -> Linear:
    """Return the Poisson GLM of claims on the covariates that stay, exposure as offset; `FitError` for no fit."""
    made, matrix = prepare(book, chosen, seed)
    problem = selection.Problem(matrix, book.claims, np.ones(book.rows), np.log(book.exposure), glm.POISSON)
    return choose(problem, made, book, seed)


def prepare(book: Book, chosen: Map, seed: int) -> tuple[list[Term], Floats]:
    """Return the terms of `book` that its claims support, and the (n_rows, n_columns) design to fit them with."""
    plain = learning.plain_terms(book)
    plain += learning.products(plain, chosen.interactions)
    matrix = terms.design(plain, book.columns, book.rows)
    problem = selection.Problem(matrix, book.claims, np.ones(book.rows), np.log(book.exposure), glm.POISSON)
    kept = selection.supported(problem, plain)
    matrix = matrix if len(kept) == len(plain) else terms.design(kept, book.columns, book.rows)
    credible, scores = learning.scored(book, kept, seed)
    return [*kept, *credible], np.column_stack([matrix, *(scores[term.column] for term in credible)])


def choose(problem: selection.Problem, made: list[Term], book: Book, seed: int) -> Linear:
    """Return the fit of the columns that stay after selection inside `book`."""
    rows = split.some(book.group, SELECTED_ROWS, seed)
    fold = split.folds(book.group[rows], selection.FOLDS, seed + 1)
    stay, price = selection.select(problem.rows(rows), selection.blocks(made), fold)
    return refit(problem, made, stay, price, book)


def refit(problem: selection.Problem, made: list[Term], stay: Ints, price: float, book: Book) -> Linear:
    """Return the fit of the columns `stay`."""
    found = glm.fit(problem.design[:, stay], problem.response, problem.weights, problem.offset, problem.power)
    own = ~found.aliased
    return Linear(
        terms=made,
        columns=[int(at) for at in stay[own]],
        coefficients=found.coefficients[own].tolist(),
        covariance=found.covariance[np.ix_(own, own)].tolist(),
        dispersion=found.pearson,
        price=price,
        power=problem.power,
        grids={name: _grid(column) for name, column in book.columns.items() if isinstance(column, Numeric)},
    )


def _grid(column: Numeric) -> list[float]:
    there = column.values[~np.isnan(column.values)]
    found = np.unique(there)
    if found.size > 12:
        found = np.unique(np.quantile(there, SHARES, method="nearest"))
    return [float(value) for value in found]


def _shown(term: Curve | Levels, grid: list[float]) -> tuple[list[Any], dict[str, Column]]:
    """Return the values of a covariate to show, and a table that holds just them."""
    if isinstance(term, Curve):
        values = [*grid, *([float("nan")] if term.missing else [])]
        labels = [terms.MISSING if np.isnan(value) else value for value in values]
        return labels, {term.column: Numeric(term.column, np.array(values))}
    codes = np.array([-1 if level == terms.MISSING else at for at, level in enumerate(term.levels)], dtype=np.int64)
    return list(term.levels), {term.column: Categorical(term.column, codes, tuple(term.levels))}


def _interval(value: float, error: float) -> list[float]:
    return [float(np.exp(value - Z95 * error)), float(np.exp(value + Z95 * error))]
