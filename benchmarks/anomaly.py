"""The isolation forest against scikit-learn and against C compiled from it; half-space trees against river's."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import tl2cgen
import treelite
from numpy.typing import NDArray
from river import anomaly
from sklearn.ensemble import IsolationForest

from benchmarks.harness import Contestant, Row, compare
from cloud.scoring.anomaly import forest, half_space
from cloud.scoring.anomaly.half_space import HalfSpace

Array = NDArray[Any]

FEATURES: Final = 16
TREES: Final = 100
SAMPLE: Final = 256
ROWS: Final = 20_000
SINGLES: Final = 2_000  # calls with one row each; scikit-learn makes fewer, its rate does not hang on how many
SKLEARN_SINGLES: Final = 20
STREAM: Final = 20_000
RIVER_STREAM: Final = 2_000
TREES_OF_STREAM: Final = 25
DEPTH: Final = 8
SEED: Final = 1


def made_rows(rows: int) -> Array:
    """Return (rows, FEATURES) float32 of correlated days, seeded."""
    draw = np.random.default_rng(SEED)
    mixed = draw.normal(size=(FEATURES, FEATURES)) / np.sqrt(FEATURES)
    made: Array = (draw.standard_t(6, (rows, FEATURES)) @ mixed).astype(np.float32)
    return made


def grown(rows: Array) -> Any:
    """Return scikit-learn's forest on `rows`."""
    return IsolationForest(n_estimators=TREES, max_samples=SAMPLE, random_state=SEED).fit(rows)


def same_scores(ours: Array, theirs: Array) -> bool:
    """Say whether both are the same scores, to a millionth, as far as the shorter goes."""
    shorter = min(len(ours), len(theirs))
    return bool(np.max(np.abs(ours[:shorter] - theirs[:shorter])) <= 1e-6)


def batch(name: str, rows: Array, score: Callable[[Array], Array]) -> Contestant:
    """Return `score` on all of `rows` at once."""
    return Contestant(name, lambda: rows, score, len(rows))


def one_by_one(name: str, rows: Array, score: Callable[[Array], Array]) -> Contestant:
    """Return `score` on one row at a time."""
    cut = [rows[i : i + 1] for i in range(len(rows))]
    return Contestant(name, lambda: cut, lambda each: np.concatenate([score(row) for row in each]), len(rows))


def compiled(model: Any, rows: Array, folder: Path) -> Callable[[Array], Array]:
    """Return scikit-learn's forest as treelite turns it into C, with every branch foretold from `rows`."""
    library, seen = folder / "forest.so", folder / "seen.json"
    forest_of_treelite = treelite.sklearn.import_model(model)
    tl2cgen.annotate_branch(forest_of_treelite, tl2cgen.DMatrix(rows), seen)
    options = {"parallel_comp": 2, "annotate_in": str(seen)}
    tl2cgen.export_lib(forest_of_treelite, toolchain="gcc", libpath=library, params=options)
    predictor = tl2cgen.Predictor(library, nthread=1)

    def score(these: Array) -> Array:
        return np.asarray(predictor.predict(tl2cgen.DMatrix(these))).ravel()

    return score


def river_trees() -> Any:
    """Return river's half-space trees with what ours are compared with."""
    return anomaly.HalfSpaceTrees(n_trees=TREES_OF_STREAM, height=DEPTH, window_size=250, seed=SEED)


def cuts_of(theirs: Any) -> HalfSpace:
    """Return river's cuts as our trees, which have seen nothing."""
    theirs.learn_one(dict.fromkeys(range(FEATURES), 0.5))
    feature = np.zeros((TREES_OF_STREAM, 2**DEPTH), np.int64)
    threshold = np.zeros((TREES_OF_STREAM, 2**DEPTH))
    for number, root in enumerate(theirs.trees):
        waiting: list[tuple[Any, int]] = [(root, 1)]
        while waiting:
            node, place = waiting.pop()
            if place < 2**DEPTH:
                feature[number, place], threshold[number, place] = node.feature, node.threshold
                waiting += [(child, 2 * place + side) for side, child in enumerate(node.children)]
    return half_space.empty(feature, threshold, theirs.window_size)


def stream(rows: Array) -> Contestant:
    """Return our half-space trees on `rows`, with river's cuts."""
    cuts = cuts_of(river_trees())

    def run(trees: HalfSpace) -> Array:
        return np.nan_to_num(trees.watch(rows), nan=0.0)

    return Contestant("outrider", lambda: half_space.empty(cuts.feature, cuts.threshold, cuts.window), run, len(rows))


def river_stream(rows: Array) -> Contestant:
    """Return river's half-space trees on the first of `rows`."""
    named = [dict(enumerate(row)) for row in rows[:RIVER_STREAM].tolist()]

    def run(trees: Any) -> Array:
        scores = []
        for row in named:
            scores.append(trees.score_one(row))
            trees.learn_one(row)
        return np.array(scores, dtype=np.float64)

    return Contestant("river", river_trees, run, len(named))


def rows() -> list[Row]:
    """Return the rows of this suite."""
    days = made_rows(ROWS)
    model = grown(days)
    ours = forest.of(model)

    def theirs(these: Array) -> Array:
        return -np.asarray(model.score_samples(these))

    flow = np.random.default_rng(SEED).beta(4.0, 4.0, (STREAM, FEATURES))
    found = [
        compare(
            "isolation forest: rows, against scikit-learn",
            batch("outrider", days, ours.score),
            batch("scikit-learn", days, theirs),
            same=same_scores,
            floor=1.5,
            target=2.2,
        ),
        compare(
            "isolation forest: one row a call, against scikit-learn",
            one_by_one("outrider", days[:SINGLES], ours.score),
            one_by_one("scikit-learn", days[:SKLEARN_SINGLES], theirs),
            same=same_scores,
            floor=200.0,
            target=600.0,
        ),
        compare(
            "half-space trees: rows, against river",
            stream(flow),
            river_stream(flow),
            same=same_scores,
            floor=25.0,
            target=45.0,
        ),
    ]
    if shutil.which("gcc") is not None:
        with tempfile.TemporaryDirectory() as folder:
            found.insert(1, against_c(days, model, Path(folder)))
    return found


def against_c(days: Array, model: Any, folder: Path) -> Row:
    """Return the row against treelite's compiled C."""
    return compare(
        "isolation forest: rows, against treelite's C (gcc)",
        batch("outrider", days, forest.of(model).score),
        batch("treelite", days, compiled(model, days, folder)),
        same=same_scores,
        floor=1.2,
        target=1.8,
    )
