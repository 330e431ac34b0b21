"""Fairness: a proxy is found where there is one, a group the model misses is named, and names are read as words."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from cloud.insurer.models import evaluation, fairness
from cloud.insurer.models.book import Book, Columns, Floats
from tests.cloud.insurer.models.made import book, known, levels, number


def with_sex(given_away: float, rows: int = 8000) -> tuple[Book, Floats]:
    """Return a book whose protected sex decides the claims, and which the covariate `car` tells with that chance."""
    source = np.random.default_rng(31)
    man = source.random(rows) < 0.5
    car = np.where(source.random(rows) < given_away, man, source.random(rows) < 0.5)
    claims = source.poisson(np.where(man, 0.4, 0.1))
    columns: Columns = {
        "car": levels("car", ["fast" if it else "slow" for it in car]),
        "x": number("x", source.random(rows).tolist()),
    }
    made = book(columns, claims.tolist())
    made = replace(made, protected={"sex": levels("sex", ["M" if it else "F" for it in man])})
    return made, evaluation.constant(made, rows)


@pytest.mark.parametrize(("given_away", "strong"), [(0.9, True), (0.0, False)])
def test_a_proxy_is_found_where_there_is_one(given_away: float, strong: bool) -> None:
    made, rate = with_sex(given_away)

    (found,) = fairness.examine(made, {"glm": rate}, ["car", "x"], 0)

    assert found["attribute"] == "sex"
    assert found["protected"]
    assert found["proxy"]["strong"] is strong
    assert (found["proxy"]["auc"] > 0.85) is strong


def test_a_group_that_the_model_misses_is_told() -> None:
    made, rate = with_sex(0.0)

    (found,) = fairness.examine(made, {"glm": rate}, ["x"], 0)

    told = {group["group"]: group["glm"] for group in found["groups"]}
    assert told["M"]["actual_over_expected"] > 1.4
    assert told["F"]["actual_over_expected"] < 0.6
    assert not told["M"]["within_chance"]


def test_what_often_stands_in_for_a_protected_attribute_is_examined_too() -> None:
    made = known(4000)

    found = fairness.examine(made, {"glm": evaluation.constant(made, made.rows)}, ["age", "town"], 0)

    assert [finding["attribute"] for finding in found] == ["sex", "age"]
    assert [finding["used_by_model"] for finding in found] == [False, True]
    assert sum(group["exposure"] for group in found[1]["groups"]) == pytest.approx(made.exposure.sum())


@pytest.mark.parametrize(
    "name", ["drv_age1", "DrivAge", "GeoRegion", "pol_insee_code", "Density", "NightShare", "年龄"]
)
def test_names_are_read_as_words(name: str) -> None:
    assert fairness.STANDS_IN.search(fairness.words(name))


@pytest.mark.parametrize("name", ["Mileage", "Garage", "Colour", "VehPower", "Agent"])
def test_other_words_are_left_alone(name: str) -> None:
    assert not fairness.STANDS_IN.search(fairness.words(name))


def test_a_number_is_grouped_by_quarters_and_few_values_by_themselves() -> None:
    quarters, members = fairness.grouped(number("x", [*map(float, range(100)), float("nan")]), np.ones(101))
    flags, places = fairness.grouped(number("f", [0.0, 1.0, 1.0, float("nan")]), np.ones(4))

    assert np.bincount(members).tolist() == [25, 25, 25, 25, 1]
    assert quarters[-1] == "(missing)"
    assert [flags[place] for place in places] == ["0", "1", "1", "(missing)"]


@given(pairs=st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=4, max_size=60))
def test_auc_is_that_of_scikit_learn(pairs: list[tuple[bool, int]]) -> None:
    truth = np.array([float(one) for one, _ in pairs])
    score = np.array([float(other) for _, other in pairs])

    told = fairness.auc(truth, score)

    if len(set(truth.tolist())) == 1:
        assert np.isnan(told)
    else:
        assert told == pytest.approx(roc_auc_score(truth, score))
