"""Learning terms: knots where the data are, rare levels pooled, many levels scored without their own claims."""

import numpy as np
import pytest

from cloud.insurer.models import learning
from cloud.insurer.models.book import Book
from cloud.insurer.models.terms import MISSING, OTHER, Credibility, Curve, Levels, Product, Term
from tests.cloud.insurer.models.made import book, levels, number

ROWS = 6000


def many_models(spread: float, seed: int = 4) -> Book:
    """Return a book of 200 car models whose true relativities scatter by `spread` on the log scale."""
    source = np.random.default_rng(seed)
    truth = source.normal(0.0, spread, 200)
    model = source.integers(0, 200, 30_000)
    claims = source.poisson(0.3 * np.exp(truth[model]))
    return book({"model": levels("model", [f"m{it:03d}" for it in model])}, claims.tolist())


def test_a_number_becomes_a_curve_with_knots_where_the_data_are() -> None:
    age = np.random.default_rng(0).integers(18, 80, ROWS)
    made = book({"age": number("age", age.tolist())}, [0.0, 1.0] * (ROWS // 2))

    (found,) = learning.plain_terms(made)

    assert isinstance(found, Curve)
    assert (found.low, found.high, found.missing) == (18.0, 79.0, False)
    assert 4 <= len(found.knots) <= 6
    assert found.knots == sorted(found.knots)


def test_a_number_of_few_values_is_a_straight_line_and_a_constant_is_nothing() -> None:
    columns = {"flag": number("flag", [0.0, 1.0] * (ROWS // 2)), "same": number("same", [3.0] * ROWS)}

    (found,) = learning.plain_terms(book(columns, [0.0, 1.0] * (ROWS // 2)))

    assert isinstance(found, Curve)
    assert (found.column, found.knots) == ("flag", [0.0, 1.0])


def test_a_number_that_is_nearly_always_the_same_is_nothing() -> None:
    spike = [0.0] * (ROWS - 20) + [float(at) for at in range(1, 21)]

    assert learning.plain_terms(book({"spike": number("spike", spike)}, [0.0, 1.0] * (ROWS // 2))) == []


def test_few_claims_bend_no_curve() -> None:
    age = [float(at % 50) for at in range(ROWS)]

    (few,) = learning.plain_terms(book({"age": number("age", age)}, [1.0] * 60 + [0.0] * (ROWS - 60)))
    (some,) = learning.plain_terms(book({"age": number("age", age)}, [1.0] * 300 + [0.0] * (ROWS - 300)))

    assert isinstance(few, Curve)
    assert isinstance(some, Curve)
    assert (len(few.knots), len(some.knots)) == (2, 3)


def test_a_skewed_number_is_looked_at_on_a_logarithmic_scale() -> None:
    value = np.random.default_rng(1).lognormal(3.0, 1.5, ROWS)

    (found,) = learning.plain_terms(book({"value": number("value", value.tolist())}, [0.0, 1.0] * (ROWS // 2)))

    assert isinstance(found, Curve)
    assert found.logarithmic


@pytest.mark.parametrize(("gaps", "marked"), [(600, True), (6, False)])
def test_what_is_missing_is_marked_where_it_can_be_told_from_chance(gaps: int, marked: bool) -> None:
    values = [float("nan")] * gaps + [float(at % 50) for at in range(ROWS - gaps)]

    (found,) = learning.plain_terms(book({"v": number("v", values)}, [0.0, 1.0] * (ROWS // 2)))

    assert isinstance(found, Curve)
    assert found.missing is marked


def test_the_largest_level_is_the_base_and_rare_ones_are_pooled() -> None:
    values = ["b"] * 3000 + ["a"] * 2000 + ["rare"] * 20 + ["rarer"] * 28 + [None] * 952

    (found,) = learning.plain_terms(book({"c": levels("c", values)}, [0.0, 1.0] * (ROWS // 2)))

    assert found == Levels("c", ["b", "a", OTHER, MISSING])


def test_rare_levels_that_even_together_are_few_are_part_of_the_base() -> None:
    values = ["b"] * 3500 + ["a"] * 2490 + ["rare"] * 10

    (found,) = learning.plain_terms(book({"c": levels("c", values)}, [0.0, 1.0] * (ROWS // 2)))

    assert found == Levels("c", ["b", "a"])


def test_pooling_does_not_look_at_claims() -> None:
    values = [f"l{at % 7}" for at in range(ROWS)]
    claims = np.random.default_rng(6).poisson(0.3, ROWS).astype(float)

    one = learning.plain_terms(book({"c": levels("c", values)}, claims.tolist()))
    other = learning.plain_terms(book({"c": levels("c", values)}, claims[::-1].tolist()))

    assert one == other


def test_many_levels_are_scored_close_to_their_truth() -> None:
    made = many_models(spread=0.5)
    truth = np.random.default_rng(4).normal(0.0, 0.5, 200)

    (term,), scores = learning.scored(made, [], 0)

    assert isinstance(term, Credibility)
    assert term.k == pytest.approx(1.0 / (np.exp(0.25) - 1.0), rel=0.5)
    told = np.array([term.scores[f"m{at:03d}"] for at in range(200)])
    assert np.corrcoef(told, truth)[0, 1] > 0.9
    assert scores["model"].shape == (30_000,)


def test_levels_that_do_not_differ_beyond_chance_get_no_score_worth_the_name() -> None:
    terms, _ = learning.scored(many_models(spread=0.0), [], 0)

    assert all(isinstance(term, Credibility) and max(map(abs, term.scores.values())) < 0.1 for term in terms)


def test_a_rows_own_claims_have_no_part_in_its_score() -> None:
    made = many_models(spread=0.5)
    _, before = learning.scored(made, [], 0)
    row = 17
    made.claims[made.group == row] += 50.0
    _, after = learning.scored(made, [], 0)

    # One claim more or less in 9,000 moves what is expected of all by little; its own score moves no more than that.
    moved = np.abs(after["model"] - before["model"])
    same_model = np.flatnonzero(learning.many_levelled(made)[0].codes == learning.many_levelled(made)[0].codes[row])
    assert moved[row] < 0.1
    assert moved[same_model].max() > 0.2


def test_products_are_of_the_terms_that_there_are() -> None:
    terms: list[Term] = [Curve("age", 18.0, 80.0, False, [0.1, 0.5, 0.9], 40.0, False), Levels("town", ["a", "b"])]

    (found,) = learning.products(terms, [["age", "town"], ["age", "nothing"]])

    assert isinstance(found, Product)
    assert found.column == "age x town"
