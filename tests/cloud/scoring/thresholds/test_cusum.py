"""CUSUM: run lengths against published tables and against the chart itself; the chart against its slow twin."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloud.scoring.thresholds import cusum
from cloud.scoring.thresholds.cusum import Floats


def naive_watch(z: Floats, k: float, h: float, phi: float) -> list[int]:
    """Return what the two-sided chart says, by the formula."""
    up, down, last, said = 0.0, 0.0, math.nan, []
    for value in z.tolist():
        said.append(0)
        if math.isnan(value):
            continue
        e = value if math.isnan(last) else (value - phi * last) / math.sqrt(1.0 - phi * phi)
        up, down, last = max(0.0, up + e - k), max(0.0, down - e - k), value
        if up > h or down > h:
            said[-1] = 1 if up >= down else -1
            up = down = 0.0
    return said


def run_length(h: float, *, phi: float, whiten: float, steps: int = 1_500_000, seed: int = 3) -> float:
    """Return the mean number of readings between alarms of one side of the chart on made AR(1) data."""
    draw = np.random.default_rng(seed)
    noise = draw.normal(size=steps) * math.sqrt(1.0 - phi * phi)
    z = np.empty(steps)
    level = draw.normal()
    for i, e in enumerate(noise.tolist()):
        level = phi * level + e
        z[i] = level
    said = cusum.watch(z, 0.5, h, whiten, np.array([0.0, 0.0, math.nan]))
    return 2.0 * steps / int(np.count_nonzero(said))


@pytest.mark.parametrize(("h", "two_sided"), [(4.0, 168.0), (5.0, 465.0)])
def test_the_exact_run_length_is_the_published_one(h: float, two_sided: float) -> None:
    # Hawkins (1993), table of two-sided charts with k = 0.5.
    assert cusum.exact_arl(h, 0.5) / 2.0 == pytest.approx(two_sided, rel=0.005)


@pytest.mark.parametrize("h", [4.0, 8.0, 13.3, 25.0])
def test_siegmunds_formula_is_within_two_per_cent_of_the_exact_one(h: float) -> None:
    assert cusum.siegmund_arl(h, 0.5) == pytest.approx(cusum.exact_arl(h, 0.5), rel=0.02)


@pytest.mark.parametrize("h", [4.0, 5.0])
def test_the_chart_runs_as_long_as_theory_says(h: float) -> None:
    assert run_length(h, phi=0.0, whiten=0.0) == pytest.approx(cusum.exact_arl(h, 0.5), rel=0.1)


def test_the_height_gives_back_the_run_length_it_was_asked_for() -> None:
    for arl in (200.0, 160_000.0, 2.3e8):
        assert cusum.exact_arl(cusum.height_for(arl, 0.5), 0.5) == pytest.approx(arl, rel=1e-3)


def test_a_run_length_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="no h gives"):
        cusum.height_for(1.5, 0.5)


def test_autocorrelation_shortens_the_run_and_prewhitening_gives_it_back() -> None:
    exact = cusum.exact_arl(5.0, 0.5)

    assert run_length(5.0, phi=0.5, whiten=0.0) < 0.25 * exact
    assert run_length(5.0, phi=0.5, whiten=0.5) == pytest.approx(exact, rel=0.1)


@pytest.mark.parametrize(("phi", "h"), [(0.3, 6.0), (0.5, 10.0), (0.7, 15.0)])
def test_the_run_length_on_autocorrelated_data_is_within_a_tenth(phi: float, h: float) -> None:
    # The chart starts again at zero, not at its first input's distribution; that makes little of it.
    assert run_length(h, phi=phi, whiten=0.0) == pytest.approx(cusum.correlated_arl(h, 0.5, phi), rel=0.15)


def test_without_autocorrelation_both_theories_agree() -> None:
    assert cusum.correlated_arl(8.0, 0.5, 0.0) == pytest.approx(cusum.exact_arl(8.0, 0.5), rel=0.06)


def test_prewhitening_hides_a_part_of_a_shift() -> None:
    assert cusum.whitened_shift(1.0, 0.0) == 1.0
    assert cusum.whitened_shift(1.0, 0.6) == pytest.approx(0.5)


@given(
    z=npst.arrays(np.float64, st.integers(0, 60), elements=st.floats(-6, 6) | st.just(math.nan)),
    phi=st.sampled_from([0.0, 0.5]),
)
@settings(max_examples=40)
def test_the_chart_agrees_with_its_naive_twin(z: Floats, phi: float) -> None:
    assert cusum.watch(z, 0.5, 2.0, phi, np.array([0.0, 0.0, math.nan])).tolist() == naive_watch(z, 0.5, 2.0, phi)
