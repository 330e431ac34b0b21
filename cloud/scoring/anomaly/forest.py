"""Isolation forest (Liu et al. 2008) as arrays: grown elsewhere, scored here, to 1e-6 what scikit-learn says.

Every tree is a full heap of `depth` levels: node 1 is the root, node n's children are 2n and 2n + 1. A tree that ends
sooner goes left through thresholds of infinity. So a step needs no pointer and no branch, and sixteen rows go through a
tree side by side.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import inlined, kernel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

ROWS: Final = 16
MOST_DEPTH: Final = 16


class Forest(NamedTuple):
    """Trees, all of one depth.

    `feature` (n_trees, 2 ** depth) uint8 and `threshold` likewise, float32: a row goes left where its feature is at
    or below it. `length` (n_trees, 2 ** depth): the path length that a row has in the place it comes to, from the left.
    `usual`: the path length of a tree's sample, by which all are measured.
    """

    feature: NDArray[np.uint8]
    threshold: Singles
    length: Floats
    usual: float

    @property
    def depth(self) -> int:
        """Return how many steps lead to a leaf."""
        return int(self.feature.shape[1]).bit_length() - 1

    def score(self, rows: Singles) -> Floats:
        """Return how strange each of `rows` (n, n_features) is: (n,) from 0 to 1, NaN where a feature is missing."""
        out = np.empty(len(rows))
        strangeness(np.ascontiguousarray(rows, np.float32), *self, out)
        return out


@kernel
def strangeness(
    rows: Singles, feature: NDArray[np.uint8], threshold: Singles, length: Floats, usual: float, out: Floats
) -> Any:
    """Write each row's score: sixteen rows at a time go through each tree, those left over through sixteen trees.

    Args:
        rows: (n, n_features), the features' own units; NaN where one is missing.
        feature, threshold, length, usual: as in `Forest`.
        out: (n,), 0 to 1; NaN for a row with a NaN. Written.
    """
    n = rows.shape[0]
    scale = -1.0 / (feature.shape[0] * usual)
    whole = n - n % ROWS
    block = np.empty(ROWS * rows.shape[1], np.float32)
    at = np.empty(ROWS, np.int64)
    for first in range(0, whole, ROWS):
        through_trees(rows, first, feature, threshold, length, block, at, out)
    for row in range(whole, n):
        out[row] = through_forest(rows, row, feature, threshold, length, at)
    for row in range(n):
        out[row] = 2.0 ** (out[row] * scale)
        for f in range(rows.shape[1]):
            if rows[row, f] != rows[row, f]:
                out[row] = np.nan


@inlined
def through_trees(
    rows: Singles,
    first: int,
    feature: NDArray[np.uint8],
    threshold: Singles,
    length: Floats,
    block: Singles,
    at: NDArray[np.int64],
    out: Floats,
) -> None:
    """Write the summed path lengths of the rows from `first` on; a block of them stays at hand."""
    trees, nodes = feature.shape
    width = rows.shape[1]
    for r in range(ROWS):
        out[first + r] = 0.0
        for f in range(width):
            block[r * width + f] = rows[first + r, f]
    for t in range(trees):
        for r in range(ROWS):
            at[r] = 1
        begin = 1
        while begin < nodes:
            for r in range(ROWS):
                node = at[r]
                at[r] = 2 * node + (block[r * width + feature[t, node]] > threshold[t, node])
            begin *= 2
        for r in range(ROWS):
            out[first + r] += length[t, at[r] - nodes]


@inlined
def through_forest(
    rows: Singles, row: int, feature: NDArray[np.uint8], threshold: Singles, length: Floats, at: NDArray[np.int64]
) -> float:
    """Return one row's summed path lengths, its trees taking their steps side by side."""
    trees, nodes = feature.shape
    total = 0.0
    for first in range(0, trees, ROWS):
        held = min(ROWS, trees - first)
        for k in range(held):
            at[k] = 1
        begin = 1
        while begin < nodes:
            for k in range(held):
                node = at[k]
                at[k] = 2 * node + (rows[row, feature[first + k, node]] > threshold[first + k, node])
            begin *= 2
        for k in range(held):
            total += length[first + k, at[k] - nodes]
    return total


def is_sound(forest: Forest, features: int) -> bool:
    """Say whether the arrays fit one another and a row of `features` numbers, so that no index leaves them."""
    shape = forest.feature.shape
    if len(shape) != 2 or shape[0] < 1 or shape[1] < 2 or shape[1] & (shape[1] - 1) or shape[1] > 2**MOST_DEPTH:
        return False
    if forest.threshold.shape != shape or forest.length.shape != shape:
        return False
    numbers = bool(np.isfinite(forest.length).all()) and not bool(np.isnan(forest.threshold).any())
    return numbers and forest.usual > 0.0 and int(forest.feature.max()) < features


def of(model: Any) -> Forest:
    """Return the forest of scikit-learn's fitted IsolationForest that saw every feature in every tree."""
    trees = [estimator.tree_ for estimator in model.estimators_]
    depth = max(1, *(int(tree.max_depth) for tree in trees))
    if depth > MOST_DEPTH:
        raise ValueError(f"trees of {depth} levels are too deep to be full heaps; at most {MOST_DEPTH}")
    nodes = 2**depth
    feature = np.zeros((len(trees), nodes), np.uint8)
    threshold = np.full((len(trees), nodes), np.inf, np.float32)
    length = np.zeros((len(trees), nodes))
    for number, tree in enumerate(trees):
        _unfold(tree, depth, feature[number], threshold[number], length[number])
    return Forest(feature, threshold, length, float(usual_length(np.array([model.max_samples_]))[0]))


def usual_length(samples: NDArray[Any]) -> Floats:
    """Return the mean path length of an unsuccessful search among so many (n,) samples: c(n) of the paper."""
    count = samples.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        long = 2.0 * (np.log(count - 1.0) + np.euler_gamma) - 2.0 * (count - 1.0) / count
    return np.where(count <= 1.0, 0.0, np.where(count == 2.0, 1.0, long))


def _unfold(tree: Any, depth: int, feature: NDArray[np.uint8], threshold: Singles, length: Floats) -> None:
    """Write one tree of scikit-learn's into its heap."""
    own = usual_length(tree.n_node_samples)
    waiting = [(0, 1, 0)]  # its node, our place, the steps to it
    while waiting:
        node, place, steps = waiting.pop()
        if tree.children_left[node] < 0:
            under = place << (depth - steps)
            length[under - 2**depth : under + (1 << (depth - steps)) - 2**depth] = steps + own[node]
            continue
        feature[place] = tree.feature[node]
        threshold[place] = rounded_down(float(tree.threshold[node]))
        waiting.append((int(tree.children_left[node]), 2 * place, steps + 1))
        waiting.append((int(tree.children_right[node]), 2 * place + 1, steps + 1))


def rounded_down(threshold: float) -> np.float32:
    """Return the largest float32 up to `threshold`: for a float32 x, x <= both or x <= neither."""
    near = np.float32(threshold)
    return near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))
