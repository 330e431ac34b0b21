"""How much a claim costs (gamma), and what a year costs at once (Tweedie): the same GLM with other variances.

A row's average claim is weighted by its claims. Rows whose amount is not above zero (nothing paid, or more recovered
than paid) have no gamma likelihood: they are left out there and counted, and are in the Tweedie model if not negative.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from cloud.insurer.models import glm, learning, linear, metrics, selection, terms
from cloud.insurer.models.book import Book, Bools
from cloud.insurer.models.errors import FitError
from cloud.insurer.models.linear import Linear
from cloud.insurer.models.mapping import Map

LEAST_CLAIMS: Final = 100


def paid(book: Book) -> Bools:
    """Return (n_rows,) true where there is an average claim above zero."""
    assert book.amount is not None
    return np.asarray((book.claims > 0.0) & (np.nan_to_num(book.amount, nan=0.0) > 0.0))


def fit(book: Book, chosen: Map, seed: int) -> Linear:
    """Return the gamma GLM of the average claim; `FitError` where there are too few claims with an amount."""
    assert book.amount is not None
    rows = np.flatnonzero(paid(book))
    if rows.size < LEAST_CLAIMS:
        raise FitError(f"{rows.size} rows have claims with an amount above zero; severity needs {LEAST_CLAIMS}")
    some = book.take(rows)
    assert some.amount is not None
    # Levels and knots are those of the claims, which is all that severity sees.
    as_exposure = _with_claims_as_exposure(some)
    made = learning.plain_terms(as_exposure)
    average, free = some.amount / some.claims, np.zeros(some.rows)
    problem = selection.Problem(terms.design(made, some.columns, some.rows), average, some.claims, free, glm.GAMMA)
    made = selection.supported(problem, made)
    problem = problem._replace(design=terms.design(made, some.columns, some.rows))
    return linear.choose(problem, made, some, seed)


def pure_premium(book: Book, chosen: Map, begin: Linear) -> Linear:
    """Return the Tweedie GLM of the amount per year, on the terms that the frequency GLM `begin` has kept."""
    assert book.amount is not None
    amount = np.maximum(np.nan_to_num(book.amount, nan=0.0), 0.0)
    problem = selection.Problem(
        terms.design(begin.terms, book.columns, book.rows),
        amount / book.exposure,
        book.exposure,
        np.zeros(book.rows),
        chosen.tweedie_power,
    )
    return linear.refit(problem, begin.terms, np.array(begin.columns, dtype=np.int64), begin.price, book)


def judge(fitted: Book, tested: Book, chosen: Map, frequency: Linear, seed: int) -> dict[str, Any]:
    """Return what the severity and pure-premium models say of the rows to test, {"not_fitted": why} for none."""
    if fitted.amount is None or tested.amount is None:
        return {"not_fitted": "the map names no amount"}
    try:
        model = fit(fitted, chosen, seed)
        tweedie = pure_premium(fitted, chosen, frequency)
    except FitError as error:
        return {"not_fitted": str(error)}
    return {
        "claims_without_amount_above_zero": float(tested.claims[~paid(tested)].sum()),
        "gamma": {**_judge_gamma(fitted, tested, model), "coefficients": model.table()},
        "tweedie": {**_judge_tweedie(fitted, tested, tweedie, model, frequency, seed), "coefficients": tweedie.table()},
    }


def _judge_gamma(fitted: Book, tested: Book, model: Linear) -> dict[str, Any]:
    rows = np.flatnonzero(paid(tested))
    some, inside = tested.take(rows), fitted.take(np.flatnonzero(paid(fitted)))
    assert some.amount is not None
    assert inside.amount is not None
    mean = float(inside.amount.sum() / inside.claims.sum())
    expected = model.predict(some.columns, some.rows)
    average, weight = some.amount / some.claims, some.claims / some.claims.sum()
    return {
        "deviance": float(weight @ glm.unit_deviance(average, expected, glm.GAMMA)),
        "constant_deviance": float(weight @ glm.unit_deviance(average, np.full(some.rows, mean), glm.GAMMA)),
        "actual_over_expected": float(some.amount.sum() / (some.claims @ expected)),
        "gini": metrics.gini(some.amount, some.claims, expected),
        "mean_claim": mean,
        "claims": float(some.claims.sum()),
        "dispersion": model.dispersion,
    }


def _judge_tweedie(
    fitted: Book, tested: Book, model: Linear, gamma: Linear, frequency: Linear, seed: int
) -> dict[str, Any]:
    assert fitted.amount is not None
    assert tested.amount is not None
    amount = np.maximum(np.nan_to_num(tested.amount, nan=0.0), 0.0)
    inside = np.maximum(np.nan_to_num(fitted.amount, nan=0.0), 0.0)
    expected = model.predict(tested.columns, tested.rows)
    product = frequency.predict(tested.columns, tested.rows) * gamma.predict(tested.columns, tested.rows)
    weight, mean = tested.exposure / tested.exposure.sum(), float(inside.sum() / fitted.exposure.sum())
    drawn = metrics.draw(tested.group, seed)
    rate = amount / tested.exposure
    return {
        "power": model.power,
        "deviance": float(weight @ glm.unit_deviance(rate, expected, model.power)),
        "constant_deviance": float(weight @ glm.unit_deviance(rate, np.full(tested.rows, mean), model.power)),
        "actual_over_expected": float(amount.sum() / (tested.exposure @ expected)),
        "gini": metrics.gini(amount, tested.exposure, expected),
        "gini_ci": metrics.interval(metrics.gini_draws(amount, tested.exposure, expected, drawn)),
        "frequency_times_severity_gini": metrics.gini(amount, tested.exposure, product),
        "dispersion": model.dispersion,
    }


def _with_claims_as_exposure(book: Book) -> Book:
    return replace(book, exposure=book.claims)
