"""What a prediction is worth on rows that it was not fitted to, with intervals by bootstrap of whole groups."""

from typing import Any

import numpy as np

from cloud.insurer.models import metrics
from cloud.insurer.models.book import Book, Floats


def judge(book: Book, rates: dict[str, Floats], seed: int) -> dict[str, dict[str, Any]]:
    """Return by model its deviance, Gini and actual over expected on `book`; differences are paired draws.

    `rates` are (n_rows,) expected claims a year by model, `constant` among them.
    """
    drawn = metrics.draw(book.group, seed)
    draws = {name: metrics.deviance_draws(book.claims, book.exposure, rate, drawn) for name, rate in rates.items()}
    return {name: _judged(book, rates, name, draws, drawn) for name in rates}


def _judged(
    book: Book, rates: dict[str, Floats], name: str, draws: dict[str, Floats], drawn: metrics.Draws
) -> dict[str, Any]:
    rate = rates[name]
    expected = float((book.exposure * rate).sum())
    actual = float(book.claims.sum())
    found: dict[str, Any] = {
        "deviance": metrics.deviance(book.claims, book.exposure, rate),
        "deviance_ci": metrics.interval(draws[name]),
        "deviance_per_row": metrics.deviance_per_row(book.claims, book.exposure, rate),
        "actual_over_expected": actual / expected,
        "actual_over_expected_ci": [bound / expected for bound in metrics.poisson_interval(actual)],
    }
    if name == "constant":
        return found
    found["deviance_gain"] = metrics.deviance(book.claims, book.exposure, rates["constant"]) - found["deviance"]
    found["deviance_gain_ci"] = metrics.interval(draws["constant"] - draws[name])
    found["gini"] = metrics.gini(book.claims, book.exposure, rate)
    found["gini_ci"] = metrics.interval(metrics.gini_draws(book.claims, book.exposure, rate, drawn))
    found["ae_by_decile"] = metrics.actual_over_expected(book.claims, book.exposure, rate)
    return found


def difference(book: Book, one: Floats, other: Floats, seed: int) -> dict[str, Any]:
    """Return by how much `other` has less deviance than `one`, with the interval of paired draws."""
    drawn = metrics.draw(book.group, seed)
    less = metrics.deviance_draws(book.claims, book.exposure, one, drawn)
    less = less - metrics.deviance_draws(book.claims, book.exposure, other, drawn)
    gain = metrics.deviance(book.claims, book.exposure, one) - metrics.deviance(book.claims, book.exposure, other)
    low, high = metrics.interval(less)
    verdict = "boosted is better" if low > 0.0 else "glm is better" if high < 0.0 else "no difference beyond chance"
    return {"boosted_gain": gain, "ci": [low, high], "verdict": verdict}


def constant(fitted: Book, rows: int) -> Floats:
    """Return (rows,) the claims a year of the fitted book: what any model has to beat."""
    return np.full(rows, fitted.frequency)
