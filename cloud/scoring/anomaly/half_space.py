"""Half-space trees (Tan, Ting and Liu 2011): a stream's own habits, in constant space, without ever being trained.

Trees cut the box of values at random and count how many readings of a window fall where. What falls where the last
window had few is strange. The counts of the window now running take over when it ends.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import kernel

Floats = NDArray[np.float64]

SMALL_SHARE: Final = 0.1  # of a window: a node that had fewer ends the walk
PADDING: Final = 0.15


class HalfSpace(NamedTuple):
    """`feature` and `threshold` (n_trees, 2 ** depth): a row goes left where its feature is below the threshold.

    `last` and `now` (n_trees, 2 ** (depth + 1)): how many readings of the last and the running window came to each
    node, 1 being the root and 2n, 2n + 1 the children of n. `clock` (2,): readings in this window, and windows ended.
    """

    feature: NDArray[np.int64]
    threshold: Floats
    last: NDArray[np.int32]
    now: NDArray[np.int32]
    clock: NDArray[np.int64]
    window: int

    def watch(self, rows: Floats) -> Floats:
        """Return how strange each of `rows` (n, n_features) is, 0 to 1, then learn it, in their order.

        NaN where a feature is missing (nothing is learnt from it) and until the first window has ended.
        """
        out = np.empty(len(rows))
        watch(np.ascontiguousarray(rows, np.float64), *self, out)
        return out


def planted(
    features: int, *, trees: int = 25, depth: int = 8, window: int = 250, low: float = 0.0, high: float = 1.0, seed: int
) -> HalfSpace:
    """Return trees for values that lie mostly between `low` and `high`, and have seen nothing."""
    draw = np.random.default_rng(seed)
    feature, threshold = np.zeros((trees, 2**depth), np.int64), np.zeros((trees, 2**depth))
    for tree in range(trees):
        lows, highs = np.full((2**depth, features), low), np.full((2**depth, features), high)
        for node in range(1, 2**depth):
            axis = int(draw.integers(features))
            a, b = lows[node, axis], highs[node, axis]
            cut = draw.uniform(a + PADDING * (b - a), b - PADDING * (b - a))
            feature[tree, node], threshold[tree, node] = axis, cut
            for child in (2 * node, 2 * node + 1):
                if child < 2**depth:
                    lows[child], highs[child] = lows[node], highs[node]
            if 2 * node + 1 < 2**depth:
                highs[2 * node, axis] = lows[2 * node + 1, axis] = cut
    return empty(feature, threshold, window)


def empty(feature: NDArray[np.int64], threshold: Floats, window: int) -> HalfSpace:
    """Return trees with these cuts that have seen nothing."""
    masses = feature.shape[0], 2 * feature.shape[1]
    return HalfSpace(
        feature, threshold, np.zeros(masses, np.int32), np.zeros(masses, np.int32), np.zeros(2, np.int64), window
    )


@kernel
def watch(
    rows: Floats,
    feature: NDArray[np.int64],
    threshold: Floats,
    last: NDArray[np.int32],
    now: NDArray[np.int32],
    clock: NDArray[np.int64],
    window: int,
    out: Floats,
) -> Any:
    """Score and then learn each row; all trees take a step together, so that none waits for another's memory.

    Args:
        rows: (n, n_features), NaN where a feature is missing.
        feature, threshold, last, now, clock, window: as in `HalfSpace`; the masses and the clock are changed.
        out: (n,), dimensionless; NaN for a row with a NaN and within the first window. Written.
    """
    trees, nodes = feature.shape
    most = trees * window * (2.0 * nodes - 1.0)
    at, counts = np.empty(trees, np.int64), np.empty(trees, np.float64)
    for i in range(rows.shape[0]):
        sound = True
        for f in range(rows.shape[1]):
            sound = sound and rows[i, f] == rows[i, f]
        out[i] = np.nan
        if not sound:
            continue
        mass = walked(rows, i, feature, threshold, last, now, SMALL_SHARE * window, at, counts)
        if clock[1] > 0:
            out[i] = 1.0 - mass / most
        clock[0] += 1
        if clock[0] == window:
            clock[0] = 0
            clock[1] += 1
            turned(last, now)


@kernel
def turned(last: NDArray[np.int32], now: NDArray[np.int32]) -> Any:
    """Let the masses of the window that ended take over, and begin a new one."""
    for t in range(last.shape[0]):
        for node in range(last.shape[1]):
            last[t, node] = now[t, node]
            now[t, node] = 0


@kernel
def walked(
    rows: Floats,
    i: int,
    feature: NDArray[np.int64],
    threshold: Floats,
    last: NDArray[np.int32],
    now: NDArray[np.int32],
    small: float,
    at: NDArray[np.int64],
    counts: Floats,
) -> Any:
    """Learn row `i` and return the mass that it meets; in a tree it stops counting behind the first small node."""
    trees, nodes = feature.shape
    for t in range(trees):
        at[t] = 1
        counts[t] = 1.0
    mass = 0.0
    worth = 1.0
    while worth < nodes:
        for t in range(trees):
            node = at[t]
            seen = last[t, node]
            now[t, node] += 1
            mass += counts[t] * worth * seen
            counts[t] = counts[t] if seen >= small else 0.0
            at[t] = 2 * node + (rows[i, feature[t, node]] >= threshold[t, node])
        worth *= 2.0
    for t in range(trees):
        now[t, at[t]] += 1
        mass += counts[t] * worth * last[t, at[t]]
    return mass
