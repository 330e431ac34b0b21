"""Learning terms from the rows to fit: where knots lie, which levels are rare, what a level is worth."""

from typing import Final

import numpy as np

from cloud.insurer.models import glm, split
from cloud.insurer.models.book import Book, Bools, Categorical, Column, Floats, Ints, Numeric
from cloud.insurer.models.terms import MISSING, OTHER, Credibility, Curve, Levels, Product, Term, design

# A level or gap with fewer expected claims than this cannot be told from chance.
LEAST_EXPECTED: Final = 15.0
# More levels than this get one column of credibility scores instead of a column each.
MOST_LEVELS: Final = 30
# Fewer claims than these cannot show a bend, or more than one; each column needs some of its own.
CURVED_FROM: Final = 100.0
BENT_TWICE_FROM: Final = 400.0
LEAST_APART: Final = 0.03
KNOT_SHARES: Final = (0.01, 0.2, 0.4, 0.6, 0.8, 0.99)
# Where the upper end lies this many times further from the middle than the lower, the scale is a logarithm's.
SKEWED: Final = 4.0
SCORE_FOLDS: Final = 5


def plain_terms(book: Book) -> list[Term]:
    """Return the curve or levels of each covariate, but for those with many levels or nothing to say."""
    found = (learn(column, book) for column in book.columns.values())
    return [term for term in found if term is not None]


def products(terms: list[Term], pairs: list[list[str]]) -> list[Term]:
    """Return the product of each pair of covariates of which both are curves or levels; curves as straight lines."""
    sides = {term.column: _straight(term) for term in terms if isinstance(term, Curve | Levels)}
    return [Product(sides[one], sides[other]) for one, other in pairs if one in sides and other in sides]


def learn(column: Column, book: Book) -> Curve | Levels | None:
    """Return the term of one covariate, None for one that cannot be told from chance or has too many levels."""
    return _curve(column, book) if isinstance(column, Numeric) else _levels(column, book)


def many_levelled(book: Book) -> list[Categorical]:
    """Return the covariates that take credibility scores."""
    found = [column for column in book.columns.values() if isinstance(column, Categorical)]
    return [column for column in found if len(_frequent(column, book)) > MOST_LEVELS or _mostly_rare(column, book)]


def scored(book: Book, terms: list[Term], seed: int) -> tuple[list[Term], dict[str, Floats]]:
    """Return credibility terms and, by column, the (n_rows,) scores to fit them with.

    A row's own claims have no part in its score: it is made from the other folds, and from what the other `terms`
    expect. What is returned as a term is made from all rows, for rows to come.
    """
    columns = many_levelled(book)
    if not columns:
        return [], {}
    base = design(terms, book.columns, book.rows)
    found = glm.fit(base, book.claims, np.ones(book.rows), np.log(book.exposure), glm.POISSON)
    expected = book.exposure * np.exp(base @ found.coefficients)
    fold = split.folds(book.group, SCORE_FOLDS, seed)
    made: list[Term] = []
    fitted: dict[str, Floats] = {}
    for column in columns:
        whole = _credibility(column, book.claims, expected)
        if whole is None:
            continue
        scores = np.zeros(book.rows)
        for at in range(SCORE_FOLDS):
            table = _scores(column, book.claims, expected, whole.k, fold != at)
            scores[fold == at] = table[column.codes[fold == at]]
        made.append(whole)
        fitted[column.name] = scores
    return made, fitted


def _credibility(column: Categorical, claims: Floats, expected: Floats) -> Credibility | None:
    """Return the term, None where levels lie no further apart than chance puts them."""
    got, due = _sums(column, claims), _sums(column, expected)
    apart = float(((got - due) ** 2 - due).sum() / (due**2).sum())
    if apart <= 1e-6:
        return None
    everyone = np.ones(claims.size, dtype=np.bool_)
    table = _scores(column, claims, expected, 1.0 / apart, everyone)
    seen = np.bincount(column.codes + 1, minlength=len(column.levels) + 1)[1:] > 0
    scores = {level: float(table[at]) for at, level in enumerate(column.levels) if seen[at]}
    return Credibility(column.name, scores, 1.0 / apart)


def _scores(column: Categorical, claims: Floats, expected: Floats, k: float, rows: Bools) -> Floats:
    """Return (n_levels + 1,) the log relativities from `rows`, the last for rows without a level."""
    got, due = _sums(column, claims * rows), _sums(column, expected * rows)
    return np.asarray(np.append(np.log((got + k) / (due + k))[1:], 0.0))


def _sums(column: Categorical, values: Floats) -> Floats:
    """Return (1 + n_levels,) the sums by level, rows without one first."""
    return np.asarray(np.bincount(column.codes + 1, weights=values, minlength=len(column.levels) + 1), dtype=np.float64)


def _curve(column: Numeric, book: Book) -> Curve | None:
    there = ~np.isnan(column.values)
    values = column.values[there]
    if values.size == 0 or values.min() == values.max():
        return None
    common, counts = np.unique(values, return_counts=True)
    apart = there & (column.values != common[counts.argmax()])
    if float(book.exposure[apart].sum()) * book.frequency < LEAST_EXPECTED:
        return None
    gaps = float(book.exposure[~there].sum()) * book.frequency >= LEAST_EXPECTED
    low, middle, high = (float(it) for it in (values.min(), np.median(values), values.max()))
    upper = float(np.quantile(values, 0.99))
    logarithmic = bool(upper - middle > SKEWED * (middle - float(np.quantile(values, 0.01)))) and high - low > 10.0
    bare = Curve(column.name, low, high, logarithmic, [0.0, 1.0], middle, gaps)
    return Curve(
        column.name, low, high, logarithmic, _knots(bare._scaled(values), float(book.claims.sum())), middle, gaps
    )


def _knots(scaled: Floats, claims: float) -> list[float]:
    """Return the knots at quantiles; too few values or claims for a curve leave the two ends, a straight line."""
    if claims < CURVED_FROM:
        return [0.0, 1.0]
    if np.unique(scaled[:5000]).size < 5 and np.unique(scaled).size < 5:
        return [0.0, 1.0]
    places: list[float] = []
    for place in np.quantile(scaled, KNOT_SHARES if claims >= BENT_TWICE_FROM else (0.01, 0.5, 0.99)):
        # Knots that all but touch make a curve of huge coefficients that cancel.
        if not places or float(place) - places[-1] >= LEAST_APART:
            places.append(float(place))
    return places if len(places) >= 3 else [0.0, 1.0]


def _frequent(column: Categorical, book: Book) -> Ints:
    """Return the places of the levels with enough exposure, the largest first."""
    due = _sums(column, book.exposure)[1:] * book.frequency
    order = np.argsort(-due, kind="stable")
    return np.asarray(order[due[order] >= LEAST_EXPECTED], dtype=np.int64)


def _mostly_rare(column: Categorical, book: Book) -> bool:
    """Say whether pooling would lose a tenth of the exposure among many rare levels."""
    frequent = _frequent(column, book)
    shares = _sums(column, book.exposure)[1:]
    lost = 1.0 - float(shares[frequent].sum() / max(shares.sum(), 1e-300))
    return len(column.levels) - frequent.size > MOST_LEVELS and lost > 0.1


def _levels(column: Categorical, book: Book) -> Levels | None:
    frequent = _frequent(column, book)
    if len(frequent) > MOST_LEVELS or _mostly_rare(column, book):
        return None
    due = _sums(column, book.exposure) * book.frequency
    kept = [column.levels[at] for at in frequent]
    rest = float(due[1:].sum() - due[1:][frequent].sum())
    if rest >= LEAST_EXPECTED:
        kept.append(OTHER)
    if due[0] >= LEAST_EXPECTED:
        kept.append(MISSING)
    return Levels(column.name, kept) if len(kept) > 1 else None


def _straight(term: Curve | Levels) -> Curve | Levels:
    if isinstance(term, Levels):
        return term
    return Curve(term.column, term.low, term.high, term.logarithmic, [0.0, 1.0], term.middle, False)
