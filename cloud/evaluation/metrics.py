"""How good forecasts and alerts are. Pure; arrays are (n_rows,) unless said otherwise.

`y` is 1 where a breakdown followed within the horizon and 0 where none did; rows of which nobody can tell are left out
by the caller. Rows of one vehicle hang together, so intervals count breakdowns and not rows.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL: Final = 0.95
DECILES: Final = 10


def average_precision(y: Floats, p: Floats) -> float | None:
    """Return the area under precision over recall, None without a positive; equal p count together."""
    if not y.any():
        return None
    order = np.argsort(-p, kind="stable")
    hits, last = np.cumsum(y[order]), np.append(np.diff(p[order]) != 0.0, True)
    found, taken = hits[last], np.flatnonzero(last) + 1.0
    return float(np.sum(np.diff(np.append(0.0, found)) * found / taken) / hits[-1])


def auc(y: Floats, p: Floats) -> float | None:
    """Return the probability that a positive has the higher p, ties by half; None where one side is empty."""
    positives = int(y.sum())
    negatives = len(y) - positives
    if not positives or not negatives:
        return None
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2.0)[place]
    return float((rank[y > 0.0].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def brier(y: Floats, p: Floats) -> float | None:
    """Return the mean squared difference, None without rows."""
    return float(np.mean((p - y) ** 2)) if len(y) else None


def precision_at(y: Floats, p: Floats, taken: int) -> float | None:
    """Return which share of the `taken` highest p was right, None where there is nothing to take."""
    if taken < 1 or not len(y):
        return None
    chosen = np.argsort(-p, kind="stable")[:taken]
    return float(y[chosen].mean())


def calibration(y: Floats, p: Floats, event: Ints) -> list[dict[str, Any]]:
    """Return, by tenths of the rows in the order of p, what was predicted and observed, with its interval.

    Args:
        event: a number for each breakdown, -1 where y is 0. The interval is that of a Poisson count of breakdowns.
    """
    if not len(y):
        return []
    edges = np.unique(np.quantile(p, np.arange(1, DECILES) / DECILES))
    band = np.searchsorted(edges, p, side="left")
    found = []
    for at in np.unique(band):
        rows = band == at
        predicted, observed = float(p[rows].mean()), float(y[rows].mean())
        breakdowns = len(np.unique(event[rows & (event >= 0)]))
        low, high = poisson_interval(breakdowns)
        scale = observed / breakdowns if breakdowns else 1.0 / int(rows.sum())
        found.append(
            {
                "predicted": predicted,
                "observed": observed,
                "n": int(rows.sum()),
                "breakdowns": breakdowns,
                "low": low * scale,
                "high": high * scale,
                "a_over_e": observed / predicted if predicted > 0.0 else None,
            }
        )
    return found


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the exact two-sided interval of a Poisson mean."""
    tail = (1.0 - LEVEL) / 2.0
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1.0 - tail))


def rate(count: int, exposure: float) -> dict[str, float | int | None]:
    """Return events by exposure with the exact interval."""
    if not exposure > 0.0:
        return {"count": count, "rate": None, "low": None, "high": None}
    low, high = poisson_interval(count)
    return {"count": count, "rate": count / exposure, "low": low / exposure, "high": high / exposure}


def quantiles(values: list[float]) -> dict[str, float | None]:
    """Return the tenth, the middle and the ninetieth percent of `values`."""
    if not values:
        return {"p10": None, "p50": None, "p90": None}
    return {f"p{q}": float(np.percentile(values, q)) for q in (10, 50, 90)}
