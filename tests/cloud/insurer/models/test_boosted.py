"""The challenger: it finds what a GLM cannot, is monotone where the map says so, and begins from the GLM exactly."""

from typing import Final

import numpy as np
import pytest

from cloud.insurer.models import boosted, linear, mapping, metrics
from cloud.insurer.models.book import Book, Columns, Numeric
from cloud.insurer.models.boosted import Shape
from tests.cloud.insurer.models.made import MAP, book, known, levels, number

CHOSEN: Final = mapping.parse(MAP, "book.toml")


def crossed(rows: int = 12_000, seed: int = 2) -> Book:
    """Return claims that come where exactly one of two numbers is high: no main effect shows it."""
    source = np.random.default_rng(seed)
    one, other = source.random(rows), source.random(rows)
    claims = source.poisson(np.where((one > 0.5) != (other > 0.5), 0.5, 0.1))
    return book({"one": number("one", one.tolist()), "other": number("other", other.tolist())}, claims.tolist())


def test_it_finds_a_product_that_main_effects_cannot_show() -> None:
    fitted, tested = crossed(), crossed(seed=3)
    begin = linear.fit(fitted, CHOSEN, 0)

    found = boosted.fit(fitted, CHOSEN, begin, Shape(6, 80, False), 0)

    glm = metrics.deviance(tested.claims, tested.exposure, begin.predict(tested.columns, tested.rows))
    trees = metrics.deviance(tested.claims, tested.exposure, found.predict(tested.columns, tested.rows))
    assert trees < 0.9 * glm


@pytest.mark.parametrize(("direction", "sign"), [("increasing", 1.0), ("decreasing", -1.0)])
def test_it_is_monotone_where_the_map_says_so(direction: str, sign: float) -> None:
    made = known(6000)
    chosen = mapping.parse(f'{MAP}[monotone]\nage = "{direction}"', "book.toml")
    begin = linear.fit(made, chosen, 0)

    found = boosted.fit(made, chosen, begin, Shape(6, 60, False), 0)

    one = made.take(np.zeros(60, dtype=np.int64))
    columns = {**one.columns, "age": Numeric("age", np.arange(18.0, 78.0))}
    steps = sign * np.diff(found.predict(columns, 60))
    assert (steps >= -1e-12).all()


def test_from_the_glm_without_trees_that_matter_it_is_the_glm() -> None:
    made = known(6000)
    begin = linear.fit(made, CHOSEN, 0)

    found = boosted.fit(made, CHOSEN, begin, Shape(2, 1, True), 0)

    ratio = found.predict(made.columns, made.rows) / begin.predict(made.columns, made.rows)
    assert ratio.min() > 0.9
    assert ratio.max() < 1.1
    assert found.linear is begin


def test_missing_values_and_new_levels_are_predicted() -> None:
    made = known(3000)
    begin = linear.fit(made, CHOSEN, 0)
    found = boosted.fit(made, CHOSEN, begin, Shape(3, 20, False), 0)

    strange: Columns = {
        "age": number("age", [float("nan"), 40.0]),
        "town": levels("town", ["atlantis", None]),
        "colour": levels("colour", ["red", "blue"]),
    }

    assert np.isfinite(found.predict(strange, 2)).all()


def test_tuning_begins_from_a_constant_where_trees_must_be_monotone() -> None:
    said: list[str] = []
    chosen = mapping.parse(f'{MAP}[monotone]\nage = "decreasing"', "book.toml")

    shape = boosted.tune(known(3000), chosen, 0, said.append)

    assert not shape.from_linear
    assert 1 <= shape.trees <= boosted.TREES
    assert shape.leaves in boosted.LEAVES
    assert len(said) == boosted.FOLDS * len(boosted.LEAVES)


def test_the_same_seed_gives_the_same_model() -> None:
    made = known(3000)
    begin = linear.fit(made, CHOSEN, 0)

    one, other = (boosted.fit(made, CHOSEN, begin, Shape(3, 30, False), 5) for _ in range(2))

    assert (one.predict(made.columns, made.rows) == other.predict(made.columns, made.rows)).all()
