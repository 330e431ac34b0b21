"""The challenger: gradient-boosted trees under the Poisson deviance, monotone where the map says so.

How deep, how many and whether to begin from a constant or from the GLM is chosen by cross-validation inside the rows
to fit. Beginning from the GLM is the offset trick: claims over expected claims, weighted by expected claims.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from cloud.insurer.models import glm, learning, linear, split
from cloud.insurer.models.book import Book, Column, Columns, Floats, Numeric
from cloud.insurer.models.errors import FitError
from cloud.insurer.models.forest import Forest, of
from cloud.insurer.models.linear import Linear
from cloud.insurer.models.mapping import Map
from cloud.insurer.models.terms import Credibility, Levels, Term

LEAVES: Final = (3, 6)
TREES: Final = 300
RATE: Final = 0.06
FOLDS: Final = 3
# More rows than these say no more of what shape is best, only later.
TUNED_ROWS: Final = 60_000
SIGN: Final = {"increasing": 1, "decreasing": -1}
Progress = Callable[[str], None]


class Shape(NamedTuple):
    """What the trees are like: `trees` of at most `leaves`, from the GLM (`from_linear`) or from a constant."""

    leaves: int
    trees: int
    from_linear: bool


class Encoding(NamedTuple):
    """How a book becomes a matrix: numbers as they are, levels by their place in the order of their frequency."""

    names: list[str]
    ranks: dict[str, dict[str, float]]

    def matrix(self, columns: Columns) -> Floats:
        """Return (n_rows, n_names), NaN where a value is missing or a level was never seen."""
        return np.column_stack([self._feature(columns[name]) for name in self.names])

    def _feature(self, column: Column) -> Floats:
        if isinstance(column, Numeric):
            return column.values
        ranks = self.ranks[column.name]
        table = np.array([*(ranks.get(level, np.nan) for level in column.levels), np.nan])
        return np.asarray(table[column.codes])


class Boosted(NamedTuple):
    """A fitted challenger; `linear` is where it begins, None for a constant."""

    encoding: Encoding
    forest: Forest
    shape: Shape
    linear: Linear | None

    def predict(self, columns: Columns, rows: int) -> Floats:
        """Return (rows,) the expected claims a year."""
        start = 1.0 if self.linear is None else self.linear.predict(columns, rows)
        return np.asarray(start * np.exp(self.forest.predict(self.encoding.matrix(columns))))


def fit(book: Book, chosen: Map, begin: Linear, shape: Shape, seed: int) -> Boosted:
    """Return the challenger of that shape."""
    encoding, matrix = encode(book, begin, seed)
    start = begin.predict(book.columns, book.rows) if shape.from_linear else np.ones(book.rows)
    constraints = [SIGN.get(chosen.monotone.get(name, ""), 0) for name in encoding.names]
    grown = _grow(matrix, book.claims, book.exposure * start, shape, constraints, seed)
    return Boosted(encoding, of(grown), shape, begin if shape.from_linear else None)


def tune(book: Book, chosen: Map, seed: int, progress: Progress) -> Shape:
    """Return the shape with the least deviance over folds of `book`, each with a GLM and encoding of its own."""
    book = book.take(split.some(book.group, TUNED_ROWS, seed))
    fold = split.folds(book.group, FOLDS, seed + 2)
    losses: dict[tuple[int, bool], Floats] = {}
    for at in range(FOLDS):
        inside, outside = book.take(np.flatnonzero(fold != at)), book.take(np.flatnonzero(fold == at))
        begin = linear.fit(inside, chosen, seed)
        encoding, matrix = encode(inside, begin, seed)
        shown = encoding.matrix(outside.columns)
        constraints = [SIGN.get(chosen.monotone.get(name, ""), 0) for name in encoding.names]
        for leaves in LEAVES:
            # A GLM need not be monotone where the map asks for it, so trees upon it would not be.
            for from_linear in (False,) if chosen.monotone else (False, True):
                start = [it.exposure * _start(begin, it, from_linear) for it in (inside, outside)]
                grown = _grow(matrix, inside.claims, start[0], Shape(leaves, TREES, from_linear), constraints, seed)
                loss = _staged(grown, shown, outside.claims, start[1])
                losses[leaves, from_linear] = losses.get((leaves, from_linear), np.zeros(TREES)) + loss
            progress(f"boosted: fold {at + 1} of {FOLDS}, {leaves} leaves")
    leaves, from_linear = min(losses, key=lambda key: float(losses[key].min()))
    return Shape(leaves, int(np.argmin(losses[leaves, from_linear])) + 1, from_linear)


def encode(book: Book, begin: Linear, seed: int) -> tuple[Encoding, Floats]:
    """Return the encoding learned from `book` and its (n_rows, n_features) matrix to fit with."""
    names: list[str] = []
    ranks: dict[str, dict[str, float]] = {}
    features: list[Floats] = []
    credible = {term.column: term for term in begin.terms if isinstance(term, Credibility)}
    plain: list[Term] = [term for term in begin.terms if not isinstance(term, Credibility)]
    fitted = learning.scored(book, plain, seed)[1] if credible else {}
    for name, column in book.columns.items():
        if name in fitted and name in credible:
            ranks[name] = credible[name].scores
            feature = fitted[name]
        else:
            if not isinstance(column, Numeric):
                ranks[name] = _ranks(name, book, begin)
            feature = Encoding([name], ranks)._feature(column)
        if np.unique(feature[~np.isnan(feature)]).size > 1:
            names.append(name)
            features.append(feature)
    if not features:
        raise FitError("no covariate tells any rows apart; name others in `covariates`, or widen the book")
    return Encoding(names, ranks), np.column_stack(features)


def _ranks(name: str, book: Book, begin: Linear) -> dict[str, float]:
    """Return the place of each level in the order of claims to exposure; rare levels share the last place of them."""
    column = book.columns[name]
    assert not isinstance(column, Numeric)
    term = next((term for term in begin.terms if isinstance(term, Levels) and term.column == name), None)
    if term is None:
        return {}
    places = term.places(book.columns)
    exposure = np.bincount(places, weights=book.exposure, minlength=len(term.levels))
    claims = np.bincount(places, weights=book.claims, minlength=len(term.levels))
    order = np.argsort(np.argsort(claims / np.maximum(exposure, 1e-300), kind="stable"), kind="stable")
    known = {level: float(order[at]) for at, level in enumerate(term.levels)}
    otherwise = known.get("(other)", float("nan"))
    return {level: known.get(level, otherwise) for level in column.levels}


def _grow(matrix: Floats, claims: Floats, expected: Floats, shape: Shape, constraints: list[int], seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=RATE,
        max_iter=shape.trees,
        max_leaf_nodes=shape.leaves,
        min_samples_leaf=max(20, matrix.shape[0] // 300),
        l2_regularization=1.0,
        max_features=0.6,
        max_bins=128,
        monotonic_cst=constraints,
        early_stopping=False,
        categorical_features=None,
        random_state=seed,
    )
    return model.fit(matrix, claims / expected, sample_weight=expected)


def _start(begin: Linear, book: Book, from_linear: bool) -> Floats:
    return begin.predict(book.columns, book.rows) if from_linear else np.ones(book.rows)


def _staged(model: Any, matrix: Floats, claims: Floats, expected: Floats) -> Floats:
    """Return (TREES,) the deviance after each tree."""
    return np.array(
        [float(glm.unit_deviance(claims, expected * rate, glm.POISSON).sum()) for rate in model.staged_predict(matrix)]
    )
