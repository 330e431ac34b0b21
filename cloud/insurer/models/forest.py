"""Boosted trees as arrays: evaluated here, so that a saved model needs neither pickle nor the library that grew it."""

from typing import Any, NamedTuple

import numpy as np

from cloud.insurer.models.book import Bools, Floats, Ints


class Forest(NamedTuple):
    """Trees of one boosted model; nodes of all trees in one row of arrays.

    `start` (n_trees + 1,): where each tree begins. For a node: `feature` to look at, `threshold` at or below which a
    row goes to `left` (else `right`, both counted from the tree's start), `gap_left` whether a missing value goes left
    too, `leaf`, and `value` that a leaf adds to the log of the expected response. `base` is what all rows have.
    """

    start: Ints
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    gap_left: Bools
    leaf: Bools
    value: Floats
    base: float

    def predict(self, x: Floats) -> Floats:
        """Return (n_rows,) the log of the expected response for x (n_rows, n_features), NaN where it is missing."""
        rows = np.arange(x.shape[0])
        total = np.full(x.shape[0], self.base)
        gaps = np.isnan(x)
        for start in self.start[:-1]:
            at = np.full(x.shape[0], start)
            going = rows
            while going.size:
                going = going[~self.leaf[at[going]]]
                node = at[going]
                feature = self.feature[node]
                goes_left = np.where(
                    gaps[going, feature], self.gap_left[node], x[going, feature] <= self.threshold[node]
                )
                at[going] = start + np.where(goes_left, self.left[node], self.right[node])
            total += self.value[at]
        return total


def is_sound(forest: Forest, features: int) -> bool:
    """Say whether every row of `features` numbers reaches a leaf: children lie behind their parent, in its tree."""
    nodes = forest.value.size
    each = (forest.feature, forest.threshold, forest.left, forest.right, forest.gap_left, forest.leaf)
    start = forest.start
    if any(array.shape != (nodes,) for array in each) or start.ndim != 1 or start.size < 1:
        return False
    if start[0] != 0 or start[-1] != nodes or (np.diff(start) < 1).any():
        return False
    sizes = np.diff(start)
    own, size = np.arange(nodes) - np.repeat(start[:-1], sizes), np.repeat(sizes, sizes)
    inner = ~forest.leaf
    behind = [(child[inner] > own[inner]).all() and (child[inner] < size[inner]).all() for child in each[2:4]]
    known = (forest.feature[inner] >= 0).all() and (forest.feature[inner] < features).all()
    return bool(all(behind) and known)


def of(model: Any) -> Forest:
    """Return the forest of scikit-learn's fitted HistGradientBoostingRegressor."""
    # scikit-learn has no public way to read its trees; the test against its own `predict` guards this one.
    nodes = [tree.nodes for (tree,) in model._predictors]
    whole = np.concatenate(nodes)
    return Forest(
        start=np.cumsum([0, *(len(tree) for tree in nodes)], dtype=np.int64),
        feature=whole["feature_idx"].astype(np.int64),
        threshold=whole["num_threshold"].astype(np.float64),
        left=whole["left"].astype(np.int64),
        right=whole["right"].astype(np.int64),
        gap_left=whole["missing_go_to_left"].astype(np.bool_),
        leaf=whole["is_leaf"].astype(np.bool_),
        value=whole["value"].astype(np.float64),
        base=float(np.ravel(model._baseline_prediction)[0]),
    )
