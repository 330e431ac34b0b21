"""The reference: it finds the truth, leaves out what does not matter, and predicts with its relativities."""

import msgspec
import numpy as np
import pytest

from cloud.insurer.models import linear, mapping
from cloud.insurer.models.book import Categorical, Numeric
from cloud.insurer.models.linear import Linear
from tests.cloud.insurer.models.made import AGE_SLOPE, MAP, TOWN, known, number

CHOSEN = mapping.parse(MAP, "book.toml")


@pytest.fixture(scope="module")
def fitted() -> Linear:
    return linear.fit(known(20_000), CHOSEN, 0)


def test_what_matters_is_used_and_what_does_not_is_left_out(fitted: Linear) -> None:
    assert fitted.used() == ["age", "town"]


def test_relativities_hold_the_truth_within_their_intervals(fitted: Linear) -> None:
    told = {(row["covariate"], row["value"]): row for row in fitted.relativities()}

    for town, effect in TOWN.items():
        low, high = told["town", town]["ci"]
        assert low * 0.95 <= np.exp(effect) <= high * 1.05
    assert told["town", "city"]["relativity"] == 1.0
    ages = [(row["value"], row["relativity"]) for (name, _), row in told.items() if name == "age"]
    slope = np.polyfit([age for age, _ in ages], np.log([relativity for _, relativity in ages]), 1)[0]
    assert slope == pytest.approx(AGE_SLOPE, abs=0.006)


def test_expected_claims_of_the_fitted_book_are_its_actual_ones(fitted: Linear) -> None:
    book = known(20_000)

    expected = book.exposure @ fitted.predict(book.columns, book.rows)

    assert expected == pytest.approx(book.claims.sum(), rel=1e-9)


def test_a_prediction_is_the_product_of_its_relativities(fitted: Linear) -> None:
    book = known(500, seed=3)

    parts = fitted.contributions(book.columns, book.rows)

    product = np.exp(fitted.coefficients[0] + sum(parts.values()))
    np.testing.assert_allclose(product, fitted.predict(book.columns, book.rows), rtol=1e-12)


def test_the_table_has_estimates_errors_and_intervals(fitted: Linear) -> None:
    for row in fitted.table():
        assert row["ci"][0] < row["estimate"] < row["ci"][1]
        assert row["se"] > 0.0
    villages = next(row for row in fitted.table() if row["name"] == "town = village")
    assert villages["relativity"] == pytest.approx(np.exp(villages["estimate"]))


def test_values_beyond_what_was_seen_are_counted(fitted: Linear) -> None:
    columns = {**known(3).columns, "age": number("age", [200.0, 30.0, -5.0])}

    assert fitted.unseen(columns) == {"age": 2}


def test_it_comes_back_from_json_as_it_was(fitted: Linear) -> None:
    book = known(50)

    again = msgspec.json.decode(msgspec.json.encode(fitted), type=Linear)

    assert (again.predict(book.columns, 50) == fitted.predict(book.columns, 50)).all()


def test_an_interaction_of_the_map_is_found_where_there_is_one() -> None:
    book = known(20_000, seed=8)
    age, town = book.columns["age"], book.columns["town"]
    assert isinstance(age, Numeric)
    assert isinstance(town, Categorical)
    source = np.random.default_rng(0)
    young_in_village = (age.values - 45.0) / 30.0 * (town.codes == town.levels.index("village"))
    book.claims[:] = source.poisson(book.exposure * 0.2 * np.exp(-1.5 * young_in_village))

    found = linear.fit(book, mapping.parse(MAP + '\ninteractions = [["age", "town"]]', "book.toml"), 0)

    assert any(" x " in row["name"] for row in found.table())
