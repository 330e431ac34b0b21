"""Metrics agree with scikit-learn where it has them, and count breakdowns rather than rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from cloud.evaluation import metrics


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=2, max_size=60))
def test_metrics_agree_with_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    y, p = np.array([float(hit) for hit, _ in rows]), np.array([step / 20.0 for _, step in rows])

    assert metrics.brier(y, p) == pytest.approx(np.mean((y - p) ** 2))
    if y.any():
        assert metrics.average_precision(y, p) == pytest.approx(average_precision_score(y, p))
    if 0.0 < y.mean() < 1.0:
        assert metrics.auc(y, p) == pytest.approx(roc_auc_score(y, p))


def test_where_nothing_can_be_measured_the_answer_is_none() -> None:
    none = np.empty(0)

    assert metrics.auc(none, none) is None
    assert metrics.average_precision(np.zeros(3), np.ones(3)) is None
    assert metrics.brier(none, none) is None
    assert metrics.precision_at(none, none, 3) is None
    assert metrics.calibration(none, none, np.empty(0, np.int64)) == []
    assert metrics.rate(0, 0.0)["rate"] is None
    assert metrics.quantiles([]) == {"p10": None, "p50": None, "p90": None}


def test_rows_of_one_breakdown_do_not_narrow_its_interval() -> None:
    p, y = np.full(100, 0.1), np.zeros(100)
    y[:10] = 1.0
    one, ten = np.full(100, -1), np.full(100, -1)
    one[:10], ten[:10] = 0, np.arange(10)

    (few,), (many,) = metrics.calibration(y, p, one), metrics.calibration(y, p, ten)

    assert (few["observed"], few["n"], few["breakdowns"], many["breakdowns"]) == (0.1, 100, 1, 10)
    assert few["high"] - few["low"] > 4.0 * (many["high"] - many["low"])
    assert few["a_over_e"] == pytest.approx(1.0)


def test_the_interval_of_a_count_is_the_exact_one() -> None:
    low, high = metrics.poisson_interval(10)

    assert (round(low, 3), round(high, 3)) == (4.795, 18.39)
    assert metrics.poisson_interval(0)[0] == 0.0


def test_precision_at_a_budget_takes_the_highest() -> None:
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.1])

    assert metrics.precision_at(y, p, 2) == 0.5
    assert metrics.precision_at(y, p, 0) is None
