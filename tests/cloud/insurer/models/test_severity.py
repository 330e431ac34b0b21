"""Severity: the gamma model finds what a claim costs, and rows that have no likelihood are counted, not bent."""

from dataclasses import replace

import numpy as np
import pytest

from cloud.insurer.models import linear, mapping, severity
from cloud.insurer.models.book import Book, Categorical
from cloud.insurer.models.errors import FitError
from tests.cloud.insurer.models.made import MAP, MEAN_CLAIM, known

CHOSEN = mapping.parse(MAP, "book.toml")


def dear_in_villages(seed: int) -> Book:
    """Return a book in which a village's claims cost twice as much."""
    book = known(12_000, seed)
    town = book.columns["town"]
    assert book.amount is not None
    assert isinstance(town, Categorical)
    villages = town.codes == town.levels.index("village")
    return replace(book, amount=np.where(villages, 2.0 * book.amount, book.amount))


def test_a_claim_that_costs_twice_is_found_to() -> None:
    book = dear_in_villages(1)

    found = severity.fit(book, CHOSEN, 0)

    told = {(row["covariate"], row["value"]): row for row in found.relativities()}
    low, high = told["town", "village"]["ci"]
    assert low < 2.0 < high
    assert low > 1.5


def test_where_nothing_matters_the_mean_claim_is_left() -> None:
    found = severity.fit(known(12_000), CHOSEN, 0)

    book = known(100, seed=5)
    assert found.predict(book.columns, 100).mean() == pytest.approx(MEAN_CLAIM, rel=0.1)


def test_it_is_judged_on_the_rows_to_test() -> None:
    fitted, tested = dear_in_villages(1), dear_in_villages(2)
    frequency = linear.fit(fitted, CHOSEN, 0)

    told = severity.judge(fitted, tested, CHOSEN, frequency, 0)

    assert told["gamma"]["deviance"] < told["gamma"]["constant_deviance"]
    assert told["gamma"]["actual_over_expected"] == pytest.approx(1.0, abs=0.15)
    assert told["tweedie"]["deviance"] < told["tweedie"]["constant_deviance"]
    assert told["tweedie"]["actual_over_expected"] == pytest.approx(1.0, abs=0.15)
    low, high = told["tweedie"]["gini_ci"]
    assert 0.0 < low < told["tweedie"]["gini"] < high
    assert told["claims_without_amount_above_zero"] == 0.0


def test_claims_that_brought_money_back_are_counted_and_not_in_the_gamma_model() -> None:
    book = known(6000)
    assert book.amount is not None
    back = np.flatnonzero(book.claims > 0.0)[:40]
    amount = book.amount.copy()
    amount[back] = -5.0

    told = severity.judge(book, replace(book, amount=amount), CHOSEN, linear.fit(book, CHOSEN, 0), 0)

    assert told["claims_without_amount_above_zero"] == book.claims[back].sum()
    assert told["gamma"]["claims"] == book.claims.sum() - book.claims[back].sum()


def test_too_few_claims_with_an_amount_are_said_so() -> None:
    book = known(300)

    with pytest.raises(FitError, match="needs 100"):
        severity.fit(book, CHOSEN, 0)
    frequency = linear.fit(known(3000), CHOSEN, 0)
    assert "needs 100" in severity.judge(book, book, CHOSEN, frequency, 0)["not_fitted"]


def test_without_amounts_there_is_no_severity() -> None:
    book = replace(known(3000), amount=None)

    assert severity.judge(book, book, CHOSEN, linear.fit(book, CHOSEN, 0), 0) == {
        "not_fitted": "the map names no amount"
    }
