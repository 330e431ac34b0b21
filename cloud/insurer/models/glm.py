"""Generalised linear models with a log link: Poisson, gamma and what lies between (Tweedie), to machine convergence.

Fisher scoring (Nelder and Wedderburn 1972). The variance of a response with mean mu and weight w is
dispersion * mu**power / w: power 1 is Poisson, 2 gamma, between them compound Poisson (Jørgensen 1987).
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from cloud.insurer.models.book import Bools, Floats
from cloud.insurer.models.errors import FitError

POISSON: Final = 1.0
GAMMA: Final = 2.0
STEPS: Final = 100
LEAST_MEAN: Final = 1e-12
NO_MAXIMUM: Final = "the fit does not settle: a level or range has no claim at all; pool it or ignore its covariate"
HALVINGS: Final = 30
# A step this small, on columns made orthonormal, moves no mean by more than a float shows; the one after is its square.
SMALL: Final = 1e-10
# A column of which less than this share is its own, beside the columns before it, says nothing of its own.
OWN_SHARE: Final = 1e-9


class Fit(NamedTuple):
    """What was fitted: arrays over the columns, 0 and NaN where a column was `aliased` by those before it.

    `covariance` is scaled by `dispersion`, which is 1 for Poisson and Pearson's estimate for the others; `pearson` is
    that estimate for each of them.
    """

    coefficients: Floats
    covariance: Floats
    dispersion: float
    pearson: float
    deviance: float
    aliased: Bools
    steps: int


def fit(design: Floats, response: Floats, weights: Floats, offset: Floats, power: float) -> Fit:
    """Return the maximum-likelihood fit; `FitError` where there is none.

    Args:
        design: (n_rows, n_columns), the first column all ones.
        response: (n_rows,), >= 0; > 0 for gamma.
        weights: (n_rows,), > 0.
        offset: (n_rows,), log of what the mean is proportional to.
        power: of the mean in the variance, 1 to 2.
    """
    total = float(weights @ response)
    if not total > 0.0:
        raise FitError("there is no claim in the rows to fit; widen the book or the share that is fitted")
    own = ~aliased(design)
    upper = np.linalg.cholesky(design[:, own].T @ design[:, own] / response.size).T
    # Orthonormal columns: curves are close to one another, and steps on them as they are would be noise at the end.
    x = np.ascontiguousarray(solve_triangular(upper, design[:, own].T, trans="T").T)
    start = upper[:, 0] * np.log(total / float(weights @ np.exp(offset)))
    found, mean, steps = _maximise(x, response, weights, offset, power, start)
    information = x.T @ (x * (weights * mean ** (2.0 - power))[:, None])
    back = solve_triangular(upper, np.eye(found.size))
    beta, inverse = back @ found, back @ cho_solve(cho_factor(information), back.T)
    pearson = float((weights * (response - mean) ** 2 / mean**power).sum()) / max(response.size - beta.size, 1)
    dispersion = 1.0 if power == POISSON else pearson
    coefficients, covariance = np.zeros(own.size), np.full((own.size, own.size), np.nan)
    coefficients[own] = beta
    covariance[np.ix_(own, own)] = inverse * dispersion
    told = float(weights @ unit_deviance(response, mean, power))
    return Fit(coefficients, covariance, dispersion, pearson, told, ~own, steps)


def _maximise(
    x: Floats, response: Floats, weights: Floats, offset: Floats, power: float, beta: Floats
) -> tuple[Floats, Floats, int]:
    """Return coefficients, means and the steps taken to where no step changes anything."""
    mean = np.exp(offset + x @ beta)
    deviance = float(weights @ unit_deviance(response, mean, power))
    for step in range(STEPS):
        score = x.T @ (weights * (response - mean) * mean ** (1.0 - power))
        information = x.T @ (x * (weights * mean ** (2.0 - power))[:, None])
        try:
            move = cho_solve(cho_factor(information), score)
        except (np.linalg.LinAlgError, ValueError) as error:
            raise FitError(NO_MAXIMUM) from error
        for _ in range(HALVINGS):
            with np.errstate(all="ignore"):
                tried = np.exp(offset + x @ (beta + move))
                reached = float(weights @ unit_deviance(response, tried, power))
            # The last steps gain less than a sum of so many terms can show.
            if reached <= deviance + 1e-10 * (abs(deviance) + 1.0):
                break
            move = move / 2.0
        beta, mean, deviance = beta + move, tried, reached
        # A mean that vanishes is on its way to zero for ever: its rows have no claim.
        if not float(mean.min()) > LEAST_MEAN * float(mean.max()):
            raise FitError(NO_MAXIMUM)
        if float(np.abs(move).max()) < SMALL:
            return beta, mean, step + 1
    raise FitError(NO_MAXIMUM)


def unit_deviance(response: Floats, mean: Floats, power: float) -> Floats:
    """Return (n_rows,) the unit deviance of each row, >= 0; a response of 0 is fine below power 2."""
    if power == POISSON:
        some = response > 0.0
        log_ratio = np.log(np.where(some, response, 1.0)) - np.log(np.where(some, mean, 1.0))
        return np.asarray(2.0 * (response * log_ratio - response + mean))
    if power == GAMMA:
        return np.asarray(2.0 * (response / mean - 1.0 - np.log(response / mean)))
    a, b = 1.0 - power, 2.0 - power
    return np.asarray(2.0 * (response**b / (a * b) - response * mean**a / a + mean**b / b))


def aliased(design: Floats) -> Bools:
    """Return (n_columns,) true for a column that the columns before it determine."""
    gram = design.T @ design
    size = np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
    left = gram / np.outer(size, size)
    found = np.zeros(size.size, dtype=np.bool_)
    for at in range(size.size):
        pivot = left[at, at]
        if pivot < OWN_SHARE or not np.diag(gram)[at] > 0.0:
            found[at] = True
            continue
        left[at + 1 :, at + 1 :] -= np.outer(left[at + 1 :, at], left[at, at + 1 :]) / pivot
    return found
