"""Terms: curves are straight beyond their knots and still at their ends, levels fall back, scores are as learned."""

import msgspec
import numpy as np
import pytest

from cloud.insurer.models import terms
from cloud.insurer.models.book import Columns
from cloud.insurer.models.terms import MISSING, OTHER, Credibility, Curve, Levels, Product, Term
from tests.cloud.insurer.models.made import levels, number

CURVE = Curve("age", 20.0, 80.0, False, [0.1, 0.3, 0.6, 0.9], 45.0, True)
TOWN = Levels("town", ["city", "village", OTHER, MISSING])
SCORE = Credibility("model", {"a": 0.25, "b": -0.5}, 12.0)


def test_a_curve_is_zero_at_its_middle_and_marks_what_is_missing() -> None:
    found = CURVE.design({"age": number("age", [45.0, float("nan"), 50.0])})

    assert found.shape == (3, 4)
    np.testing.assert_allclose(found[0], 0.0)
    np.testing.assert_allclose(found[1], [0.0, 0.0, 0.0, 1.0])
    assert found[2, 0] > 0.0


def test_a_curve_is_straight_outside_its_outer_knots() -> None:
    ages = np.array([20.0, 22.0, 24.0, 26.0, 74.0, 76.0, 78.0, 80.0])

    found = CURVE.design({"age": number("age", ages.tolist())})

    bend = found[2:] - 2.0 * found[1:-1] + found[:-2]
    np.testing.assert_allclose(bend[[0, 1, 4, 5]], 0.0, atol=1e-12)


def test_a_value_beyond_what_was_seen_counts_as_the_end_and_is_told() -> None:
    columns = {"age": number("age", [80.0, 120.0, 20.0, 3.0, float("nan")])}

    found = CURVE.design(columns)

    np.testing.assert_allclose(found[0], found[1])
    np.testing.assert_allclose(found[2], found[3])
    assert CURVE.unseen(columns).tolist() == [False, True, False, True, False]


def test_a_curve_on_a_logarithmic_scale_spreads_small_values() -> None:
    straight = Curve("v", 0.0, 1000.0, True, [0.0, 1.0], 0.0, False)

    found = straight.design({"v": number("v", [0.0, 10.0, 1000.0])})[:, 0]

    assert found.tolist() == pytest.approx([0.0, np.log(11.0) / np.log(1001.0), 1.0])


def test_levels_have_a_column_each_but_the_base_and_new_ones_are_others() -> None:
    columns = {"town": levels("town", ["city", "village", "hamlet", None])}

    found = TOWN.design(columns)

    assert found.tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert not TOWN.unseen(columns).any()


def test_a_new_level_where_none_was_rare_counts_as_the_base_and_is_told() -> None:
    term = Levels("town", ["city", "village"])
    columns = {"town": levels("town", ["hamlet", "village", None])}

    assert term.design(columns).tolist() == [[0], [1], [0]]
    assert term.unseen(columns).tolist() == [True, False, False]


def test_a_score_is_the_levels_own_and_zero_for_a_new_one() -> None:
    columns = {"model": levels("model", ["b", "a", "z", None])}

    assert SCORE.design(columns)[:, 0].tolist() == [-0.5, 0.25, 0.0, 0.0]
    assert SCORE.unseen(columns).tolist() == [False, False, True, False]


def test_a_product_multiplies_every_column_with_every_other() -> None:
    straight = Curve("age", 20.0, 80.0, False, [0.0, 1.0], 50.0, False)
    columns: Columns = {"age": number("age", [80.0, 20.0]), "town": levels("town", ["village", "city"])}

    found = Product(straight, Levels("town", ["city", "village"])).design(columns)

    assert found.tolist() == [[0.5], [0.0]]


@pytest.mark.parametrize("term", [CURVE, TOWN, SCORE, Product(CURVE, TOWN)], ids=lambda term: type(term).__name__)
def test_a_term_comes_back_from_json_as_it_was(term: Term) -> None:
    assert msgspec.json.decode(msgspec.json.encode(term), type=Term) == term


def test_the_design_begins_with_ones_and_every_column_has_a_name() -> None:
    columns: Columns = {"age": number("age", [30.0, 40.0]), "town": levels("town", ["city", "village"])}

    found = terms.design([CURVE, TOWN], columns, 2)

    assert found.shape == (2, len(terms.names([CURVE, TOWN])))
    assert found[:, 0].tolist() == [1.0, 1.0]
