"""The GLM: the coefficients of another implementation to 1e-8, the truth within its errors, and clear refusals."""

import math
from typing import Final

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.linear_model import GammaRegressor, PoissonRegressor, TweedieRegressor

from cloud.insurer.models import glm
from cloud.insurer.models.book import Floats
from cloud.insurer.models.errors import FitError

TRUTH: Final = np.array([-1.5, 0.4, -0.7, 0.2])


def made(rows: int = 4000, seed: int = 3) -> tuple[Floats, Floats, Floats]:
    """Return a design, exposure and claims drawn from `TRUTH`."""
    source = np.random.default_rng(seed)
    design = np.column_stack(
        [np.ones(rows), source.normal(size=rows), source.random(rows) < 0.3, source.uniform(0.0, 5.0, rows)]
    ).astype(np.float64)
    exposure = source.uniform(0.1, 1.0, rows)
    return design, exposure, source.poisson(exposure * np.exp(design @ TRUTH)).astype(np.float64)


def test_poisson_coefficients_equal_those_of_another_implementation() -> None:
    design, exposure, claims = made()
    other = PoissonRegressor(alpha=0.0, solver="newton-cholesky", tol=1e-12, max_iter=200)

    other.fit(design[:, 1:], claims / exposure, sample_weight=exposure)
    found = glm.fit(design, claims, np.ones(claims.size), np.log(exposure), glm.POISSON)

    np.testing.assert_allclose(found.coefficients, [other.intercept_, *other.coef_], rtol=0.0, atol=1e-8)


@pytest.mark.parametrize("power", [1.3, 1.5, 1.9, 2.0])
def test_gamma_and_tweedie_coefficients_equal_those_of_another_implementation(power: float) -> None:
    design, exposure, claims = made()
    source = np.random.default_rng(5)
    amount = claims * source.gamma(2.0, 300.0, claims.size) / exposure
    rows = amount > 0.0 if power == glm.GAMMA else np.ones(claims.size, dtype=np.bool_)
    kind = {"alpha": 0.0, "solver": "newton-cholesky", "tol": 1e-12, "max_iter": 500}
    other = GammaRegressor(**kind) if power == glm.GAMMA else TweedieRegressor(power=power, link="log", **kind)

    other.fit(design[rows, 1:], amount[rows], sample_weight=exposure[rows])
    found = glm.fit(design[rows], amount[rows], exposure[rows], np.zeros(int(rows.sum())), power)

    np.testing.assert_allclose(found.coefficients, [other.intercept_, *other.coef_], rtol=0.0, atol=1e-8)


def test_the_truth_lies_within_the_errors_that_are_told() -> None:
    design, exposure, claims = made(rows=20_000)

    found = glm.fit(design, claims, np.ones(claims.size), np.log(exposure), glm.POISSON)

    errors = np.sqrt(np.diag(found.covariance))
    assert np.all(np.abs(found.coefficients - TRUTH) < 4.0 * errors)
    assert np.all(errors < 0.1)
    assert found.pearson == pytest.approx(1.0, abs=0.05)


def test_at_the_maximum_the_score_is_zero_and_expected_claims_equal_actual_ones() -> None:
    design, exposure, claims = made()

    found = glm.fit(design, claims, np.ones(claims.size), np.log(exposure), glm.POISSON)
    mean = exposure * np.exp(design @ found.coefficients)

    np.testing.assert_allclose(design.T @ (claims - mean), 0.0, atol=1e-8)
    assert mean.sum() == pytest.approx(claims.sum(), rel=1e-12)


def test_the_covariance_is_the_inverse_of_the_information() -> None:
    design, exposure, claims = made()

    found = glm.fit(design, claims, np.ones(claims.size), np.log(exposure), glm.POISSON)
    mean = exposure * np.exp(design @ found.coefficients)

    np.testing.assert_allclose(found.covariance, np.linalg.inv(design.T @ (design * mean[:, None])), rtol=1e-8)


def test_a_column_that_others_determine_is_left_out_and_changes_nothing() -> None:
    design, exposure, claims = made()
    twice = np.column_stack([design, 2.0 * design[:, 1] - design[:, 2], np.zeros(claims.size)])

    found = glm.fit(twice, claims, np.ones(claims.size), np.log(exposure), glm.POISSON)
    alone = glm.fit(design, claims, np.ones(claims.size), np.log(exposure), glm.POISSON)

    assert found.aliased.tolist() == [False, False, False, False, True, True]
    np.testing.assert_allclose(found.coefficients[:4], alone.coefficients, atol=1e-9)
    assert np.isnan(found.covariance[4, 4])


def test_rows_without_any_claim_are_refused() -> None:
    with pytest.raises(FitError, match="no claim"):
        glm.fit(np.ones((5, 1)), np.zeros(5), np.ones(5), np.zeros(5), glm.POISSON)


@pytest.mark.parametrize("power", [1.0, 1.5])
def test_a_level_without_any_claim_is_refused_with_what_to_do(power: float) -> None:
    level = np.array([1.0] * 50 + [0.0] * 50)
    claims = np.array([0.0] * 50 + [1.0] * 50)

    with pytest.raises(FitError, match=r"pool|ignore"):
        glm.fit(np.column_stack([np.ones(100), level]), claims, np.ones(100), np.zeros(100), power)


means = st.floats(1e-3, 1e3)


@given(response=st.floats(0.0, 1e3), mean=means, power=st.sampled_from([1.0, 1.2, 1.5, 1.8]))
@example(response=5e-324, mean=2.0, power=1.0)
def test_a_unit_deviance_agrees_with_its_naive_twin(response: float, mean: float, power: float) -> None:
    if power == 1.0:
        log_ratio = math.log(response) - math.log(mean) if response > 0.0 else 0.0
        naive = 2.0 * (response * log_ratio - response + mean)
    else:
        a, b = 1.0 - power, 2.0 - power
        naive = 2.0 * (response**b / (a * b) - response * mean**a / a + mean**b / b)

    (told,) = glm.unit_deviance(np.array([response]), np.array([mean]), power)

    assert told == pytest.approx(naive, rel=1e-9, abs=1e-9)
    assert told >= -1e-9


@given(response=st.floats(1e-3, 1e3), mean=means)
def test_a_gamma_deviance_agrees_with_its_naive_twin(response: float, mean: float) -> None:
    (told,) = glm.unit_deviance(np.array([response]), np.array([mean]), glm.GAMMA)

    assert told == pytest.approx(2.0 * ((response - mean) / mean - math.log(response / mean)), rel=1e-9, abs=1e-9)
