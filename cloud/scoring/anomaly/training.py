"""Growing what judges a class from the days of its own fleet: the one place here that needs scikit-learn."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from cloud.scoring.anomaly import drift, forest, half_space
from cloud.scoring.anomaly.days import CODES, Floats
from cloud.scoring.anomaly.forest import Forest
from cloud.scoring.anomaly.half_space import HalfSpace
from cloud.scoring.anomaly.model import REACH, ClassModel, Day, strangeness
from cloud.scoring.thresholds.conformal import Conformal

TREES: Final = 100
SAMPLE: Final = 256
STREAM_TREES: Final = 25
STREAM_DEPTH: Final = 8
STREAM_WINDOW: Final = 250
LEAST_DAYS: Final = 600  # sound days of a class, half of which grow and half calibrate
LEAST_VEHICLES: Final = 100
MEASURED_SHARE: Final = 0.8  # of a class's days that must have a number for the class to be judged by it
LEAST_COLUMNS: Final = 3


def fit(days: Sequence[Day], seed: int = 1) -> dict[str, ClassModel]:
    """Return a model for each class that has days enough; `days` may hold a vehicle many times."""
    kinds = sorted({day.kind for day in days})
    fitted = {kind: fit_class([day for day in days if day.kind == kind], seed) for kind in kinds}
    return {kind: model for kind, model in fitted.items() if model is not None}


def fit_class(days: Sequence[Day], seed: int) -> ClassModel | None:
    """Return the model of one class; None where it has too few days, vehicles or numbers.

    Half of the vehicles grow the trees, the other half calibrate: a vehicle is like itself, so none may do both.
    """
    rows = np.array([day.numbers for day in days]).reshape(len(days), len(CODES))
    columns = tuple(np.flatnonzero((~np.isnan(rows)).mean(axis=0) >= MEASURED_SHARE).tolist()) if len(days) else ()
    if len(columns) < LEAST_COLUMNS:
        return None
    whole = ~np.isnan(rows[:, columns]).any(axis=1)
    names = sorted({day.vehicle for day, is_whole in zip(days, whole, strict=True) if is_whole})
    if whole.sum() < LEAST_DAYS or len(names) < LEAST_VEHICLES:
        return None
    growing = _half(names, seed)
    grows = np.array([day.vehicle in growing for day in days])
    chosen = rows[whole & grows]
    median, spread = _scale(chosen[:, columns])
    edges = np.array([drift.bins_of(rows[whole, column]) for column in columns])
    usual = np.array([drift.shares(rows[whole, c], e) for c, e in zip(columns, edges, strict=True)])
    blank = Conformal(np.zeros(1))
    trees, stream = _grown(np.clip((chosen[:, columns] - median) / spread, -REACH, REACH), seed)
    model = ClassModel(columns, median, spread, trees, stream, blank, blank, edges, usual)
    z = model.scaled(rows[whole & ~grows])
    return model._replace(
        of_forest=Conformal(trees.score(z.astype(np.float32))), of_stream=Conformal(strangeness(stream, z))
    )


def _half(names: Sequence[str], seed: int) -> set[str]:
    order = np.random.default_rng(seed).permutation(len(names))
    return {names[i] for i in order[: len(names) // 2]}


def _scale(rows: Floats) -> tuple[Floats, Floats]:
    """Return median and spread (1.4826 MAD, the sd where that is 0, 1 where both are) of each column."""
    median = np.median(rows, axis=0)
    mad = 1.4826 * np.median(np.abs(rows - median), axis=0)
    sd = rows.std(axis=0)
    return median, np.where(mad > 0.0, mad, np.where(sd > 0.0, sd, 1.0))


def _grown(z: Floats, seed: int) -> tuple[Forest, HalfSpace]:
    """Return the forest and the half-space trees on scaled days (n, k), shuffled, that fill at least one window."""
    from sklearn.ensemble import IsolationForest

    model = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLE, len(z)), random_state=seed)
    model.fit(z.astype(np.float32))
    stream = half_space.planted(
        z.shape[1], trees=STREAM_TREES, depth=STREAM_DEPTH, window=STREAM_WINDOW, low=-REACH, high=REACH, seed=seed
    )
    order = np.random.default_rng(seed).permutation(len(z))
    rounds = -(-STREAM_WINDOW // len(z))
    stream.watch(np.tile(z[order], (rounds, 1)))
    return forest.of(model), stream


def rows_by_day(past: Mapping[int, Sequence[Day]], kind: str) -> dict[int, Floats]:
    """Return each day's rows (n, len(FEATURES)) of one class."""
    return {
        number: np.array([day.numbers for day in days if day.kind == kind]).reshape(-1, len(CODES))
        for number, days in past.items()
    }


def shifts(days: Mapping[int, Floats], model: ClassModel, *, slack: float = 0.5, limit: float = 15.0) -> dict[str, int]:
    """Return when the class's daily mean shifted for good, by Page and Hinkley: the last such day of each feature.

    `days`: the class's rows (n, len(FEATURES)) of each day's number, in any order.
    """
    found: dict[str, int] = {}
    order = sorted(days)
    for k, column in enumerate(model.columns):
        means = np.array([_mean_in_sd(days[day][:, column], model.median[k], model.spread[k]) for day in order])
        changed = np.flatnonzero(drift.page_hinkley(means, slack, limit, np.zeros(drift.STATE_WORDS)))
        if changed.size:
            found[CODES[column]] = order[int(changed[-1])]
    return found


def _mean_in_sd(values: Floats, median: float, spread: float) -> float:
    """Return the mean of a day's `values` in standard deviations of such a mean; NaN of none."""
    seen = values[~np.isnan(values)]
    return float((seen.mean() - median) / spread * np.sqrt(seen.size)) if seen.size else float("nan")
