"""Fewer points, none of the peaks. Pure."""

from typing import Final

import numpy as np

from cloud.history.rows import Series
from contract.validity import Validity

_POINTS_A_BUCKET: Final = 3


def thin(series: Series, points: int) -> Series:
    """Return at most `points` (3 or more) of the samples of `series`, which is in time order.

    Time is cut into equal buckets; of each the lowest and the highest value stay, and the first sample that is no
    value, so that neither a peak nor a gap is smoothed away.
    """
    count = len(series.t_ms)
    if count <= points:
        return series
    buckets = max(1, points // _POINTS_A_BUCKET)
    span_ms = int(series.t_ms[-1] - series.t_ms[0]) + 1
    bucket = (series.t_ms - series.t_ms[0]) * buckets // span_ms
    is_value = series.validity == Validity.VALUE
    places = np.arange(count)
    kept = np.zeros(count, bool)
    # Sorted by bucket, then by value: the first and last of each bucket are its lowest and highest.
    valued = places[is_value]
    by_value = valued[np.lexsort((series.values[valued], bucket[valued]))]
    kept[by_value[_firsts(bucket[by_value])]] = True
    kept[by_value[::-1][_firsts(bucket[by_value][::-1])]] = True
    gaps = places[~is_value]
    kept[gaps[_firsts(bucket[gaps])]] = True
    return Series(series.t_ms[kept], series.values[kept], series.validity[kept])


def _firsts(groups: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return where each run of equal numbers begins."""
    if len(groups) == 0:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
