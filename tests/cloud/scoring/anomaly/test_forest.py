"""The isolation forest says what scikit-learn says, and refuses arrays that would lead out of themselves."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sklearn.ensemble import IsolationForest

from cloud.scoring.anomaly import forest
from cloud.scoring.anomaly.forest import Floats, Forest, Singles


def days(rows: int, features: int = 5, seed: int = 1) -> Singles:
    """Return made daily features, some of them in steps, as sensors give them."""
    made = np.random.default_rng(seed).normal(size=(rows, features))
    made[:, 0] = np.round(made[:, 0], 1)
    return made.astype(np.float32)


def grown(trees: int = 30) -> tuple[Any, Forest]:
    """Return scikit-learn's forest and ours."""
    model = IsolationForest(n_estimators=trees, max_samples=64, random_state=1).fit(days(500))
    return model, forest.of(model)


def naive_score(row: list[float], trees: Forest) -> float:
    """Return a row's score by walking each tree."""
    if any(math.isnan(x) for x in row):
        return math.nan
    total = 0.0
    for feature, threshold, length in zip(trees.feature, trees.threshold, trees.length, strict=True):
        place = 1
        for _ in range(trees.depth):
            place = 2 * place + (row[feature[place]] > threshold[place])
        total += float(length[place - len(length)])
    return float(2.0 ** (-total / (len(trees.feature) * trees.usual)))


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 1000])
def test_the_scores_are_scikit_learns(rows: int) -> None:
    model, ours = grown()
    fresh = days(rows, seed=2)

    assert np.abs(ours.score(fresh) + model.score_samples(fresh)).max() <= 1e-12


def test_values_right_at_a_threshold_go_where_scikit_learn_sends_them() -> None:
    model, ours = grown()
    cuts = np.concatenate([tree.tree_.threshold[tree.tree_.feature >= 0] for tree in model.estimators_[:5]])
    near = np.array([np.float32(cuts), np.nextafter(np.float32(cuts), np.float32(9)), forest_floor(cuts)]).ravel()
    rows = np.repeat(near[:, None], 5, axis=1).astype(np.float32)

    assert np.abs(ours.score(rows) + model.score_samples(rows)).max() <= 1e-12


def forest_floor(cuts: Floats) -> Singles:
    """Return the cuts rounded down as the forest rounds them."""
    return np.array([forest.rounded_down(float(cut)) for cut in cuts])


@given(cut=st.floats(-1e30, 1e30), x=st.floats(width=32, allow_nan=False))
def test_rounding_down_changes_no_comparison(cut: float, x: float) -> None:
    assert (x <= cut) == bool(np.float32(x) <= forest.rounded_down(cut))


def test_a_row_with_a_gap_has_no_score() -> None:
    _, ours = grown()
    rows = days(40)
    rows[3, 2] = rows[38, 0] = np.nan

    scores = ours.score(rows)

    assert np.flatnonzero(np.isnan(scores)).tolist() == [3, 38]


@given(rows=npst.arrays(np.float32, (19, 5), elements=st.floats(-5, 5, width=32) | st.just(math.nan)))
@settings(max_examples=20)
def test_the_kernel_agrees_with_its_naive_twin(rows: Singles) -> None:
    _, ours = grown(17)

    expected = [naive_score(row, ours) for row in rows.tolist()]

    assert np.allclose(ours.score(rows), expected, rtol=0, atol=1e-12, equal_nan=True)


def test_a_sound_forest_is_told_from_one_that_leads_out_of_its_arrays() -> None:
    _, ours = grown(3)

    assert forest.is_sound(ours, 5)
    assert not forest.is_sound(ours, 2)  # a feature beyond the row
    assert not forest.is_sound(ours._replace(length=ours.length[:, :-1]), 5)
    assert not forest.is_sound(ours._replace(threshold=np.full_like(ours.threshold, np.nan)), 5)
    assert not forest.is_sound(ours._replace(usual=0.0), 5)
    assert not forest.is_sound(ours._replace(feature=ours.feature[:, :-1]), 5)


def test_trees_too_deep_are_refused() -> None:
    model, _ = grown(2)
    chain = IsolationForest(n_estimators=1, max_samples=2**17, random_state=1)
    rows = np.random.default_rng(1).standard_cauchy((2**17, 1)).astype(np.float32)
    chain.fit(rows)

    with pytest.raises(ValueError, match="too deep"):
        forest.of(chain)
    assert forest.of(model).depth <= forest.MOST_DEPTH
