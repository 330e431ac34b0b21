"""Thinning keeps within its limit and loses neither peaks nor gaps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloud.history.rows import NO_SERIES, Series
from cloud.history.thin import thin

validities = st.sampled_from([0, 0, 0, 1, 2])


@given(
    samples=st.lists(st.tuples(st.integers(0, 10_000), st.floats(-1e6, 1e6), validities), min_size=1, max_size=300),
    points=st.integers(3, 60),
)
def test_no_more_points_than_asked_and_extremes_and_order_stay(
    samples: list[tuple[int, float, int]], points: int
) -> None:
    samples.sort(key=lambda sample: sample[0])
    validity = np.array([kind for _, _, kind in samples], np.uint8)
    values = np.array([value if kind == 0 else np.nan for _, value, kind in samples])
    series = Series(np.array([t for t, _, _ in samples], np.int64), values, validity)

    thinned = thin(series, points)

    assert len(thinned.t_ms) <= max(points, 3)
    assert thinned.t_ms.tolist() == sorted(thinned.t_ms.tolist())
    if (validity == 0).any():
        assert np.nanmax(thinned.values) == np.nanmax(values)
        assert np.nanmin(thinned.values) == np.nanmin(values)
    if (validity != 0).any():
        assert (thinned.validity != 0).any()
    assert set(zip(thinned.t_ms.tolist(), thinned.validity.tolist(), strict=True)) <= set(
        zip(series.t_ms.tolist(), validity.tolist(), strict=True)
    )


def test_few_points_stay_as_they_are() -> None:
    assert thin(NO_SERIES, 10) is NO_SERIES
