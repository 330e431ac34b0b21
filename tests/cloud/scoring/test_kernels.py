"""The one decorator: flags, caching that sees every file of the package, and rows on cache lines."""

import numpy as np
import pytest

from cloud.scoring.kernels import aligned_zeros, kernel, prefetch_row


@kernel
def summed(rows: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    """Return the sum of all rows, asking for each before it is read."""
    total = 0.0
    for i in range(rows.shape[0]):
        prefetch_row(rows, i, 2)
        for j in range(rows.shape[1]):
            total += rows[i, j]
    return total


def test_prefetching_changes_no_result() -> None:
    rows = np.arange(320, dtype=np.float32).reshape(10, 32)

    assert summed(rows) == rows.sum()


def test_a_kernel_lets_other_threads_run_and_keeps_nan() -> None:
    options = getattr(summed, "targetoptions", {})

    assert options.get("nogil") is True
    assert not options.get("fastmath")
    assert np.isnan(summed(np.full((1, 1), np.nan, np.float32)))


def test_rows_start_on_a_cache_line_and_are_whole_lines_long() -> None:
    for count in (1, 3, 1000):
        rows = aligned_zeros(count, np.dtype("V128"))
        assert rows.ctypes.data % 64 == 0
        assert len(rows) == count

    with pytest.raises(ValueError, match="whole number of cache lines"):
        aligned_zeros(1, np.dtype("V100"))
