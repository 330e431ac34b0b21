"""Figures of merit, each against a naive twin or another library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_poisson_deviance

from cloud.insurer.models import metrics
from cloud.insurer.models.book import Floats

rows = st.lists(
    st.tuples(st.integers(0, 4), st.floats(0.05, 1.0), st.sampled_from([0.05, 0.1, 0.2, 0.4, 0.8])),
    min_size=5,
    max_size=60,
).filter(lambda it: any(claims for claims, _, _ in it))


def arrays(drawn: list[tuple[int, float, float]]) -> tuple[Floats, Floats, Floats]:
    claims, exposure, rate = (np.array(it, dtype=np.float64) for it in zip(*drawn, strict=True))
    return claims, exposure, rate


@given(drawn=rows)
def test_deviance_per_exposure_is_that_of_scikit_learn(drawn: list[tuple[int, float, float]]) -> None:
    claims, exposure, rate = arrays(drawn)

    other = mean_poisson_deviance(claims / exposure, rate, sample_weight=exposure)

    assert metrics.deviance(claims, exposure, rate) == pytest.approx(other, rel=1e-9)


@given(drawn=rows)
def test_deviance_per_row_is_that_of_scikit_learn_on_counts(drawn: list[tuple[int, float, float]]) -> None:
    claims, exposure, rate = arrays(drawn)

    other = mean_poisson_deviance(claims, exposure * rate)

    assert metrics.deviance_per_row(claims, exposure, rate) == pytest.approx(other, rel=1e-9)


@given(drawn=rows)
def test_gini_agrees_with_its_naive_twin(drawn: list[tuple[int, float, float]]) -> None:
    claims, exposure, rate = arrays(drawn)

    area = x = y = 0.0
    for value in sorted(set(rate.tolist())):
        step_x = exposure[rate == value].sum() / exposure.sum()
        step_y = claims[rate == value].sum() / claims.sum()
        area += step_x * (y + step_y / 2.0)
        x, y = x + step_x, y + step_y

    assert x == pytest.approx(1.0)
    assert metrics.gini(claims, exposure, rate) == pytest.approx(1.0 - 2.0 * area, abs=1e-9)


def test_a_constant_has_no_gini_and_the_reverse_order_has_its_negative() -> None:
    claims, exposure = np.array([0.0, 1.0, 0.0, 3.0]), np.ones(4)
    rate = np.array([0.1, 0.3, 0.2, 0.4])

    assert metrics.gini(claims, exposure, np.full(4, 0.2)) == pytest.approx(0.0)
    assert metrics.gini(claims, exposure, rate) == pytest.approx(-metrics.gini(claims, exposure, -rate))
    assert metrics.gini(claims, exposure, rate) > 0.5


@given(drawn=rows)
def test_bands_lose_no_claim_and_no_year(drawn: list[tuple[int, float, float]]) -> None:
    claims, exposure, rate = arrays(drawn)

    told = metrics.actual_over_expected(claims, exposure, rate)
    lifted = metrics.double_lift(claims, exposure, rate, rate[::-1].copy())

    assert sum(float(np.sum(band["actual"])) for band in told) == pytest.approx(claims.sum())
    assert sum(float(np.sum(band["exposure"])) for band in told) == pytest.approx(exposure.sum())
    assert 1 <= len(lifted) <= 10


def test_bands_hold_a_tenth_of_the_exposure_each_and_go_from_least_to_most_risky() -> None:
    rate = np.random.default_rng(0).permutation(np.linspace(0.01, 1.0, 1000))

    band = metrics.bands(rate, np.ones(1000))

    assert np.bincount(band).tolist() == [100] * 10
    assert rate[band == 0].max() < rate[band == 9].min()


def test_actual_over_expected_of_a_true_model_holds_one_within_its_intervals() -> None:
    source = np.random.default_rng(11)
    rate, exposure = source.uniform(0.05, 0.5, 50_000), source.uniform(0.2, 1.0, 50_000)

    told = metrics.actual_over_expected(source.poisson(rate * exposure).astype(np.float64), exposure, rate)

    ends = [np.array(band["ci"]) for band in told]
    assert sum(bool(end[0] <= 1.0 <= end[1]) for end in ends) >= 8


def test_double_lift_shows_which_of_two_is_right() -> None:
    source = np.random.default_rng(12)
    truth, exposure = source.uniform(0.05, 0.5, 50_000), np.ones(50_000)
    claims = source.poisson(truth).astype(np.float64)

    told = metrics.double_lift(claims, exposure, np.full(50_000, truth.mean()), truth)

    assert all(abs(band["actual"] - band["boosted"]) < 0.04 for band in told)
    assert told[0]["actual"] < 0.5 * told[0]["glm"]


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)])
def test_a_poisson_interval_is_the_published_one(count: int, low: float, high: float) -> None:
    assert metrics.poisson_interval(count) == pytest.approx([low, high], abs=1e-4)


def test_draws_take_whole_groups_and_are_the_same_again() -> None:
    group = np.array([5, 5, 9, 9, 9, 7], dtype=np.int64)

    drawn, again = metrics.draw(group, 3), metrics.draw(group, 3)

    assert (drawn.times == again.times).all()
    assert (drawn.times.sum(axis=1) == 3).all()
    assert len(set(drawn.rows(0)[:2].tolist())) == 1


def test_bootstrap_of_deviance_and_gini_surrounds_the_figure() -> None:
    source = np.random.default_rng(13)
    rate, exposure = source.uniform(0.05, 0.5, 4000), np.ones(4000)
    claims = source.poisson(rate).astype(np.float64)
    drawn = metrics.draw(np.arange(4000), 0)

    for figure, draws in (
        (metrics.deviance(claims, exposure, rate), metrics.deviance_draws(claims, exposure, rate, drawn)),
        (metrics.gini(claims, exposure, rate), metrics.gini_draws(claims, exposure, rate, drawn)),
    ):
        low, high = metrics.interval(draws)
        assert low < figure < high
        assert high - low < 0.2
