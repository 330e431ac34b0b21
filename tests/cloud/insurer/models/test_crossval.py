"""5x2 cross-validation: ten halves, everything learned anew, and an F test that knows when two are the same."""

import numpy as np
import pytest

from cloud.insurer.models import crossval, mapping
from cloud.insurer.models.boosted import Shape
from tests.cloud.insurer.models.made import MAP, known


def test_the_glm_beats_the_constant_in_each_of_ten_halves() -> None:
    said: list[str] = []

    told = crossval.five_by_two(known(6000), mapping.parse(MAP, "book.toml"), Shape(3, 10, False), 0, said.append)

    assert len(told["glm"]["halves"]) == len(told["constant"]["halves"]) == len(said) == 10
    pairs = zip(told["glm"]["halves"], told["constant"]["halves"], strict=True)
    assert all(glm < constant for glm, constant in pairs)
    assert told["glm"]["mean"] == pytest.approx(np.mean(told["glm"]["halves"]))
    assert 0.0 <= told["glm_minus_boosted_p"] <= 1.0


def test_the_f_test_is_alpaydins() -> None:
    differences = np.array([0.3, 0.1, 0.2, 0.2, 0.4, 0.0, 0.1, 0.3, 0.2, 0.4])
    pairs = differences.reshape(5, 2)
    spread = sum(((one - (one + other) / 2) ** 2 + (other - (one + other) / 2) ** 2) for one, other in pairs)

    statistic, chance = crossval.f_test(differences)

    assert statistic == pytest.approx((differences**2).sum() / (2.0 * spread))
    assert 0.0 < chance < 1.0


def test_a_clear_difference_is_beyond_chance_and_none_at_all_is_no_number() -> None:
    clear = 1.0 + np.random.default_rng(0).normal(0.0, 0.01, 10)

    assert crossval.f_test(clear)[1] < 1e-6
    assert np.isnan(crossval.f_test(np.zeros(10))).all()


def test_noise_is_rarely_beyond_chance() -> None:
    source = np.random.default_rng(1)

    chances = [crossval.f_test(source.normal(size=10))[1] for _ in range(400)]

    assert np.mean(np.array(chances) < 0.05) < 0.09
