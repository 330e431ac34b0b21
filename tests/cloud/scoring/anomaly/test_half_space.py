"""Half-space trees: the kernel is its slow twin, and what a stream is not used to stands out."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloud.scoring.anomaly.half_space import Floats, HalfSpace, planted


def naive_watch(rows: list[list[float]], trees: HalfSpace) -> list[float]:
    """Return the scores by walking each tree twice, once to score and once to learn."""
    window, nodes = trees.window, trees.feature.shape[1]
    last = [[0] * (2 * nodes) for _ in trees.feature]
    now = [[0] * (2 * nodes) for _ in trees.feature]
    scores, seen, windows = [], 0, 0
    for row in rows:
        if any(math.isnan(x) for x in row):
            scores.append(math.nan)
            continue
        mass = 0.0
        for t in range(len(last)):
            path = [1]
            while path[-1] < nodes:
                node = path[-1]
                path.append(2 * node + (row[trees.feature[t, node]] >= trees.threshold[t, node]))
            for depth, node in enumerate(path):
                mass += last[t][node] * 2**depth
                if last[t][node] < 0.1 * window:
                    break
            for node in path:
                now[t][node] += 1
        scores.append(1.0 - mass / (len(last) * window * (2 * nodes - 1)) if windows else math.nan)
        seen += 1
        if seen == window:
            seen, windows, last = 0, windows + 1, now
            now = [[0] * (2 * nodes) for _ in last]
    return scores


@given(rows=npst.arrays(np.float64, (45, 3), elements=st.floats(-0.5, 1.5) | st.just(math.nan)))
@settings(max_examples=20)
def test_the_kernel_agrees_with_its_naive_twin(rows: Floats) -> None:
    trees = planted(3, trees=5, depth=4, window=10, seed=1)

    expected = naive_watch(rows.tolist(), planted(3, trees=5, depth=4, window=10, seed=1))

    assert np.allclose(trees.watch(rows), expected, rtol=0, atol=1e-12, equal_nan=True)


def test_a_stream_is_scored_the_same_however_it_is_cut() -> None:
    rows = np.random.default_rng(2).random((700, 4))
    whole, cut = planted(4, seed=3), planted(4, seed=3)

    pieces = np.concatenate([cut.watch(rows[:1]), cut.watch(rows[1:400]), cut.watch(rows[400:])])

    assert np.array_equal(whole.watch(rows), pieces, equal_nan=True)


def test_what_the_stream_is_not_used_to_stands_out() -> None:
    draw = np.random.default_rng(4)
    trees = planted(4, seed=5)
    usual = draw.normal(0.4, 0.05, (2000, 4))
    trees.watch(usual)

    scores = trees.watch(np.vstack([draw.normal(0.4, 0.05, (200, 4)), draw.normal(0.85, 0.02, (20, 4))]))

    assert scores[200:].min() > np.quantile(scores[:200], 0.99)


def test_every_cut_lies_within_the_box_it_divides() -> None:
    trees = planted(2, trees=20, depth=6, low=-1.0, high=3.0, seed=6)

    cuts = trees.threshold[:, 1:]
    assert (cuts > -1.0).all()
    assert (cuts < 3.0).all()
