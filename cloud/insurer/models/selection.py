"""Which terms stay: backward elimination inside the rows to fit, its strictness chosen by cross-validation there.

A block (the curved part of a curve, or a whole term) costs `price` for each of its columns: 2 is Akaike's criterion,
the log of the number of claims close to Schwarz's. The path of eliminations is taken on the quadratic approximation of
the likelihood at its maximum, so it costs one fit; what it proposes is then fitted in full on each fold.
"""

from typing import Final, NamedTuple

import numpy as np

from cloud.insurer.models import glm
from cloud.insurer.models.book import Bools, Floats, Ints
from cloud.insurer.models.errors import FitError
from cloud.insurer.models.terms import Curve, Product, Term

PRICES: Final = (1.5, 2.5, 4.0, 7.0, 12.0)
FOLDS: Final = 5


class Block(NamedTuple):
    """Columns that stay or go together; a block goes only after those it `waits_for` are gone."""

    columns: list[int]
    waits_for: list[int]


class Problem(NamedTuple):
    """What is fitted: see `glm.fit`."""

    design: Floats
    response: Floats
    weights: Floats
    offset: Floats
    power: float

    def rows(self, chosen: Bools | Ints) -> "Problem":
        """Return the problem of some rows."""
        return Problem(
            self.design[chosen], self.response[chosen], self.weights[chosen], self.offset[chosen], self.power
        )


def blocks(terms: list[Term]) -> list[Block]:
    """Return the blocks of the design of `terms`; column 0 is the intercept, which always stays."""
    found: list[Block] = []
    of_column: dict[str, list[int]] = {}
    at = 1
    for term in terms:
        width = len(term.names)
        columns = list(range(at, at + width))
        curved = len(term.knots) - 2 if isinstance(term, Curve) else 0
        if curved > 0:
            found.append(Block(columns[1 : 1 + curved], []))
            rest = [columns[0], *columns[1 + curved :]]
            of_column[term.column] = [len(found) - 1, len(found)]
            found.append(Block(rest, [len(found) - 1]))
        else:
            of_column[term.column] = [len(found)]
            found.append(Block(columns, []))
        at += width
    for term in terms:
        if isinstance(term, Product):
            (own,) = of_column[term.column]
            for side in (term.left.column, term.right.column):
                for block in of_column[side]:
                    found[block].waits_for.append(own)
    return found


def supported(problem: Problem, terms: list[Term]) -> list[Term]:
    """Return the terms that the rows can support: all, or those with which, one after another, there is a maximum."""
    try:
        glm.fit(*problem)
    except FitError:
        kept, columns, at = [], [0], 1
        for term in terms:
            own = list(range(at, at + len(term.names)))
            at += len(own)
            try:
                glm.fit(problem.design[:, [*columns, *own]], *problem[1:])
            except FitError:
                continue
            kept.append(term)
            columns += own
        return kept
    return terms


def select(problem: Problem, parts: list[Block], fold: Ints) -> tuple[Ints, float]:
    """Return the columns that stay and the price that chose them.

    Args:
        problem: the rows to fit, all of them and no others.
        parts: the blocks of its design.
        fold: (n_rows,) 0…FOLDS-1, whole groups each.
    """
    losses = np.zeros(len(PRICES))
    for at in range(FOLDS):
        inside, outside = problem.rows(fold != at), problem.rows(fold == at)
        seen: dict[tuple[int, ...], float] = {}
        try:
            paths = path(inside, parts)
        except FitError:
            # What has no maximum without this fold is as good as not supported: let the dearer prices win.
            losses += np.arange(len(PRICES), 0, -1)
            continue
        for place, stay in enumerate(paths):
            key = tuple(int(column) for column in stay)
            if key not in seen:
                seen[key] = _loss(inside, outside, stay)
            losses[place] += seen[key]
    best = int(np.argmin(losses))
    return path(problem, parts)[best], PRICES[best]


def path(problem: Problem, parts: list[Block]) -> list[Ints]:
    """Return the columns that stay at each price."""
    whole = glm.fit(*problem)
    own = np.flatnonzero(~whole.aliased)
    left = {at: [c for c in block.columns if not whole.aliased[c]] for at, block in enumerate(parts)}
    left = {at: columns for at, columns in left.items() if columns}
    information = np.linalg.inv(whole.covariance[np.ix_(own, own)])
    beta = whole.coefficients[own]
    found: list[Ints] = []
    for price in PRICES:
        while True:
            inverse = np.linalg.inv(information)
            gains = {
                at: _wald(beta, inverse, np.searchsorted(own, columns)) - price * len(columns)
                for at, columns in left.items()
                if not any(other in left for other in parts[at].waits_for)
            }
            worst = min(gains, key=lambda at: gains[at], default=None)
            if worst is None or gains[worst] >= 0.0:
                break
            gone = np.isin(own, left.pop(worst))
            # The maximum moves along the quadratic when some of its coordinates are held at zero.
            stays = information[np.ix_(~gone, ~gone)]
            beta = beta[~gone] + np.linalg.solve(stays, information[np.ix_(~gone, gone)] @ beta[gone])
            information, own = stays, own[~gone]
        found.append(own.astype(np.int64))
    return found


def _wald(beta: Floats, inverse: Floats, at: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> float:
    return float(beta[at] @ np.linalg.solve(inverse[np.ix_(at, at)], beta[at]))


def _loss(inside: Problem, outside: Problem, stay: Ints) -> float:
    """Return the deviance of the outer rows under the fit of the inner ones."""
    design = inside.design[:, stay]
    try:
        found = glm.fit(design, inside.response, inside.weights, inside.offset, inside.power)
    except FitError:
        return float("inf")
    mean = np.exp(outside.offset + outside.design[:, stay] @ found.coefficients)
    return float(outside.weights @ glm.unit_deviance(outside.response, mean, outside.power))
