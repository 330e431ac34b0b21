"""Conformal p-values are exact on average, within a class, and go on below their floor by the tail."""

import numpy as np
import pytest

from cloud.scoring.thresholds.conformal import Conformal, p_by_class


def test_the_mean_rate_of_false_alarms_is_the_one_asked_for() -> None:
    draw = np.random.default_rng(7)
    rates = []
    for _ in range(400):
        p = Conformal(draw.standard_t(5, 999)).p(draw.standard_t(5, 2000))
        rates.append((p <= 0.01).mean())

    assert np.mean(rates) == pytest.approx(0.01, rel=0.05)


def test_a_score_beyond_all_others_has_the_least_p_there_is() -> None:
    calibration = Conformal(np.arange(9.0))

    assert calibration.p(np.array([100.0, 8.0, -1.0])).tolist() == [0.1, 0.2, 1.0]


def test_the_tail_goes_on_where_counting_ends() -> None:
    calibration = Conformal(np.random.default_rng(3).standard_exponential(5000))
    scores = np.array([calibration.sorted[-1], 14.0, 18.0])

    counted, fitted = calibration.p(scores), calibration.p_with_tail(scores)

    assert fitted[0] == counted[0]
    assert counted[1] == counted[2] == 1 / 5001
    assert fitted[2] < fitted[1] < counted[1]
    assert 1e-9 < fitted[2] < 3e-7  # exp(-18) is 1.5e-8


def test_each_score_is_compared_with_its_own_class() -> None:
    by_class = {"small": Conformal(np.arange(9.0)), "large": Conformal(100.0 + np.arange(9.0))}

    p = p_by_class(by_class, ["small", "large", "unheard_of"], np.array([50.0, 50.0, 50.0]))

    assert p[:2].tolist() == [0.1, 1.0]
    assert np.isnan(p[2])


@pytest.mark.parametrize("scores", [np.empty(0), np.array([1.0, np.nan])])
def test_a_calibration_of_nothing_or_of_gaps_is_refused(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    with pytest.raises(ValueError, match="calibration needs"):
        Conformal(scores)
