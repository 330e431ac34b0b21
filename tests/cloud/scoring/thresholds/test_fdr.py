"""Of the discoveries, no more are false than was allowed: once a day over the fleet, and one by one."""

import numpy as np
import pytest

from cloud.scoring.thresholds.fdr import Bools, Floats, Lord, benjamini_hochberg


def naive_benjamini_hochberg(p: list[float], alpha: float) -> list[bool]:
    """Return the discoveries by the definition: the largest k whose k-th smallest p is at most alpha k / n."""
    ordered = sorted(p)
    limits = [value for rank, value in enumerate(ordered, 1) if value <= alpha * rank / len(p)]
    return [bool(limits) and value <= max(limits) for value in p]


def mixed_day(draw: np.random.Generator, vehicles: int, sick: int) -> tuple[Floats, Bools]:
    """Return p-values of a day, and which are of sick vehicles."""
    p = draw.random(vehicles)
    p[:sick] = draw.random(sick) * 1e-5
    order = draw.permutation(vehicles)
    return p[order], (np.arange(vehicles) < sick)[order]


def test_the_day_agrees_with_its_naive_twin() -> None:
    draw = np.random.default_rng(1)
    for _ in range(50):
        p = draw.random(40) ** 3

        assert benjamini_hochberg(p, 0.1).tolist() == naive_benjamini_hochberg(p.tolist(), 0.1)


def test_nothing_tested_is_nothing_found() -> None:
    assert not benjamini_hochberg(np.array([np.nan, np.nan]), 0.1).any()
    assert benjamini_hochberg(np.array([np.nan, 1e-9]), 0.1).tolist() == [False, True]


def test_over_many_days_the_false_share_stays_within_alpha_and_the_sick_are_found() -> None:
    draw = np.random.default_rng(2)
    false_shares, found = [], 0
    for _ in range(200):
        p, sick = mixed_day(draw, 1000, 10)
        discoveries = benjamini_hochberg(p, 0.1)
        false_shares.append((discoveries & ~sick).sum() / max(discoveries.sum(), 1))
        found += int((discoveries & sick).sum())

    assert np.mean(false_shares) <= 0.12
    assert found >= 0.99 * 2000


def test_one_by_one_the_false_share_stays_within_alpha_too() -> None:
    draw = np.random.default_rng(3)
    false_shares = []
    for _ in range(60):
        p, sick = mixed_day(draw, 300, 15)
        lord = Lord(0.1)
        discoveries = np.array([lord.test(value) for value in p.tolist()])
        false_shares.append((discoveries & ~sick).sum() / max(discoveries.sum(), 1))

    assert np.mean(false_shares) <= 0.1


def test_a_discovery_refills_the_wealth() -> None:
    lord, poor = Lord(0.1), Lord(0.1)
    for _ in range(20):
        lord.test(0.9)
        poor.test(0.9)
    poor.test(0.9)

    lord.test(1e-12)

    assert lord.level() > 2.0 * poor.level()


def test_levels_never_spend_more_than_alpha_when_nothing_is_found() -> None:
    lord, spent = Lord(0.1), 0.0
    for _ in range(3000):
        spent += lord.level()
        lord.test(1.0)

    assert spent == pytest.approx(0.025, abs=0.025)
