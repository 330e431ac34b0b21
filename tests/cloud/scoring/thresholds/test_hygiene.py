"""A threshold with delays and a deadband says a thing once."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloud.scoring.thresholds import hygiene
from cloud.scoring.thresholds.hygiene import Floats, Hygiene


def naive_raised(values: Floats, low: float, clear: float, on: int, off: int) -> list[bool]:
    """Return the annunciations, by looking back at each reading."""
    seen: list[float] = []
    standing, said = False, []
    for value in values.tolist():
        said.append(False)
        if math.isnan(value):
            continue
        seen.append(value)
        if not standing and len(seen) >= on and all(x < low for x in seen[-on:]):
            standing = said[-1] = True
        elif standing and len(seen) >= off and all(x >= clear for x in seen[-off:]):
            standing = False
    return said


def test_by_default_three_annunciations_are_the_most_for_two_excursions() -> None:
    assert hygiene.chatter(hygiene.DEFAULT, vehicles=100) <= 1.5


def test_without_it_the_same_supply_chatters() -> None:
    assert hygiene.chatter(hygiene.PLAIN, vehicles=20) > 20.0


def test_every_true_excursion_is_told_when_it_is_clear() -> None:
    volts = np.concatenate([np.full(20, 12.4), np.full(20, 11.0), np.full(20, 12.4), np.full(20, 11.0)])

    assert hygiene.raised(volts, 11.8, 11.92, *Hygiene(3, 5, 2.0)[:2]).sum() == 2


@given(values=npst.arrays(np.float64, st.integers(0, 50), elements=st.sampled_from([11.0, 11.9, 12.4, math.nan])))
@settings(max_examples=60)
def test_the_kernel_agrees_with_its_naive_twin(values: Floats) -> None:
    assert hygiene.raised(values, 11.8, 12.0, 3, 4).tolist() == naive_raised(values, 11.8, 12.0, 3, 4)
