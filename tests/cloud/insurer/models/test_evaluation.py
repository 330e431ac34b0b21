"""Judging: the true model beats the constant by an interval, and two like models differ by nothing beyond chance."""

import numpy as np
import pytest

from cloud.insurer.models import evaluation, metrics
from cloud.insurer.models.book import Book, Floats
from tests.cloud.insurer.models.made import book, number


def drawn(rows: int = 20_000) -> tuple[Book, Floats]:
    source = np.random.default_rng(21)
    truth = source.uniform(0.02, 0.5, rows)
    return book({"x": number("x", truth.tolist())}, source.poisson(truth).tolist()), truth


def test_the_truth_beats_the_constant_beyond_chance_and_its_bands_are_right() -> None:
    made, truth = drawn()

    told = evaluation.judge(made, {"constant": evaluation.constant(made, made.rows), "glm": truth}, 0)

    assert told["glm"]["deviance"] == metrics.deviance(made.claims, made.exposure, truth)
    assert told["glm"]["deviance_gain"] == pytest.approx(told["constant"]["deviance"] - told["glm"]["deviance"])
    assert told["glm"]["deviance_gain_ci"][0] > 0.0
    low, high = told["glm"]["actual_over_expected_ci"]
    assert low < 1.0 < high
    assert len(told["glm"]["ae_by_decile"]) == 10
    assert "gini" not in told["constant"]


@pytest.mark.parametrize(
    ("worse", "verdict"),
    [("other", "glm is better"), ("one", "boosted is better"), ("", "no difference beyond chance")],
)
def test_a_difference_is_one_only_beyond_chance(worse: str, verdict: str) -> None:
    made, truth = drawn()
    flat = evaluation.constant(made, made.rows)
    one, other = {"other": (truth, flat), "one": (flat, truth), "": (truth, truth * 1.0)}[worse]

    assert evaluation.difference(made, one, other, 0)["verdict"] == verdict
