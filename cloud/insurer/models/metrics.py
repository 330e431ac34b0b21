"""How good a prediction is: deviance, Gini, actual over expected, double lift. Nothing here knows a model.

Arrays are (n_rows,): `claims` >= 0, `exposure` in years > 0, `rate` expected claims a year > 0.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from scipy.stats import chi2

from cloud.insurer.models import glm
from cloud.insurer.models.book import Floats, Ints

BANDS: Final = 10
DRAWS: Final = 300
LEVEL: Final = (2.5, 97.5)


class Draws(NamedTuple):
    """Bootstrap draws of whole groups: `times` (n_draws, n_groups) how often each is drawn, `members` (n_rows,)."""

    times: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]"
    members: Ints

    def rows(self, at: int) -> Floats:
        """Return (n_rows,) how often each row is in draw `at`."""
        return np.asarray(self.times[at].astype(np.float64)[self.members])


def draw(group: Ints, seed: int, draws: int = DRAWS) -> Draws:
    """Return bootstrap draws with replacement of as many groups as there are."""
    found, members = np.unique(group, return_inverse=True)
    source = np.random.default_rng(seed)
    times = np.empty((draws, found.size), dtype=np.uint8)
    for at in range(draws):
        times[at] = np.bincount(source.integers(0, found.size, found.size), minlength=found.size)
    return Draws(times, np.asarray(members, dtype=np.int64))


def deviance(claims: Floats, exposure: Floats, rate: Floats) -> float:
    """Return the mean Poisson deviance per year of exposure.

    Equal to scikit-learn's `mean_poisson_deviance(claims / exposure, rate, sample_weight=exposure)`.
    """
    return float(glm.unit_deviance(claims, exposure * rate, glm.POISSON).sum() / exposure.sum())


def deviance_per_row(claims: Floats, exposure: Floats, rate: Floats) -> float:
    """Return the mean Poisson deviance per row (policy period), whatever its exposure."""
    return float(glm.unit_deviance(claims, exposure * rate, glm.POISSON).mean())


def gini(claims: Floats, exposure: Floats, rate: Floats) -> float:
    """Return the Gini index of the concentration curve: rows from least to most risky by `rate`.

    Twice the area between the diagonal and the share of claims over the share of exposure; 0 for a constant.
    """
    order = np.argsort(rate, kind="stable")
    return _gini(claims[order], exposure[order], _ends(rate[order]))


def interval(values: Floats) -> list[float]:
    """Return the 95 % percentile interval of bootstrap values."""
    low, high = np.percentile(values, LEVEL)
    return [float(low), float(high)]


def deviance_draws(claims: Floats, exposure: Floats, rate: Floats, drawn: Draws) -> Floats:
    """Return (n_draws,) the mean deviance per year of exposure of each draw."""
    each = glm.unit_deviance(claims, exposure * rate, glm.POISSON)
    groups = drawn.times.shape[1]
    loss = np.bincount(drawn.members, weights=each, minlength=groups)
    years = np.bincount(drawn.members, weights=exposure, minlength=groups)
    times = drawn.times.astype(np.float64)
    return np.asarray((times @ loss) / (times @ years))


def gini_draws(claims: Floats, exposure: Floats, rate: Floats, drawn: Draws) -> Floats:
    """Return (n_draws,) the Gini index of each draw."""
    order = np.argsort(rate, kind="stable")
    ordered = Draws(drawn.times, drawn.members[order])
    got, years, ends = claims[order], exposure[order], _ends(rate[order])
    weights = (ordered.rows(at) for at in range(drawn.times.shape[0]))
    return np.array([_gini(got * weight, years * weight, ends) for weight in weights])


def actual_over_expected(claims: Floats, exposure: Floats, rate: Floats) -> list[dict[str, float | int | list[float]]]:
    """Return ten bands of equal exposure from least to most risky: actual and expected claims, and their ratio.

    The interval is the exact Poisson one of the actual claims (Garwood 1936) over the expected.
    """
    found: list[dict[str, float | int | list[float]]] = []
    band = bands(rate, exposure)
    for at in range(BANDS):
        rows = band == at
        actual, expected = float(claims[rows].sum()), float((exposure * rate)[rows].sum())
        if expected > 0.0:
            ends = [bound / expected for bound in poisson_interval(actual)]
            told = {"band": at + 1, "exposure": float(exposure[rows].sum()), "actual": actual, "expected": expected}
            found.append({**told, "ratio": actual / expected, "ci": ends})
    return found


def double_lift(claims: Floats, exposure: Floats, one: Floats, other: Floats) -> list[dict[str, Any]]:
    """Return ten bands of equal exposure by how far `other` lies above `one`, with what truly happened in each."""
    band = bands(other / one, exposure)
    found: list[dict[str, Any]] = []
    for at in range(BANDS):
        rows = band == at
        years = float(exposure[rows].sum())
        if years > 0.0:
            got = float(claims[rows].sum())
            found.append(
                {
                    "band": at + 1,
                    "actual": got / years,
                    "ci": [bound / years for bound in poisson_interval(got)],
                    "glm": float((exposure * one)[rows].sum()) / years,
                    "boosted": float((exposure * other)[rows].sum()) / years,
                }
            )
    return found


def bands(rate: Floats, exposure: Floats) -> Ints:
    """Return (n_rows,) the band 0…9 of each row; rows with the same rate share one."""
    order = np.argsort(rate, kind="stable")
    ends = _ends(rate[order])
    reached = np.cumsum(exposure[order])
    starts = np.concatenate([[0], ends[:-1] + 1])
    middle = (reached[ends] + reached[starts] - exposure[order][starts]) / 2.0
    of_value = np.minimum((middle / reached[-1] * BANDS).astype(np.int64), BANDS - 1)
    found = np.empty(rate.size, dtype=np.int64)
    found[order] = np.repeat(of_value, ends - starts + 1)
    return found


def poisson_interval(count: float) -> list[float]:
    """Return the exact 95 % interval of a Poisson mean of which `count` were seen."""
    low = float(chi2.ppf(0.025, 2.0 * count)) / 2.0 if count > 0.0 else 0.0
    return [low, float(chi2.ppf(0.975, 2.0 * count + 2.0)) / 2.0]


def _gini(claims: Floats, exposure: Floats, ends: Ints) -> float:
    """Return the index of rows in order; rows up to each of `ends` share a rate and so a straight piece of curve."""
    x = np.concatenate([[0.0], np.cumsum(exposure)[ends]])
    y = np.concatenate([[0.0], np.cumsum(claims)[ends]])
    if not y[-1] > 0.0:
        return float("nan")
    return float(1.0 - 2.0 * np.trapezoid(y / y[-1], x / x[-1]))


def _ends(ordered: Floats) -> Ints:
    """Return the last place of each run of equal values."""
    return np.append(np.flatnonzero(np.diff(ordered) != 0.0), ordered.size - 1).astype(np.int64)
