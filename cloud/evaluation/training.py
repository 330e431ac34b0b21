"""Training: from samples of fleets whose truth is known to calibrated hazards of each cause.

Rows hang together by vehicle, so calibration stands on predictions for vehicles that a fit did not see.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.evaluation import metrics
from cloud.evaluation.stream import Kept
from cloud.evaluation.truth import HOUR_MS, Truth
from cloud.scoring.hazards import HINGES, PIECES, Hazard, columns
from cloud.scoring.types import HORIZONS_H

Floats = NDArray[np.float64]

LEAST_EVENTS: Final = 12  # breakdowns of a cause; below, its rule stays
PLATT_BELOW: Final = 500  # positive rows
FOLDS: Final = 4
STRENGTH: Final = 0.05  # inverse penalty of the fit
MOST_QUIET: Final = 60_000  # rows without a breakdown that a fit takes; they weigh for those left out
SEED: Final = 20260101
FAR: Final = 20.0
_STARTS_H: Final = (0, *HORIZONS_H[:-1])


class Rows(NamedTuple):
    """Samples of one cause: features (n, k), whose they are (n,), and for each piece of the week (n, PIECES).

    `y` is 1 where the breakdown came within the piece, 0 where the car came through it, NaN where it did not come so
    far, or nobody can tell.
    """

    x: Floats
    vehicle: NDArray[np.int64]
    y: Floats
    events: int


def rows_of(cause: str, fleets: Sequence[tuple[Truth, Sequence[Kept]]]) -> Rows:
    """Return the rows of all fleets."""
    xs, ys, names, events = [], [], list[str](), set[tuple[int, Any]]()
    for number, (truth, runs) in enumerate(fleets):
        for kept in runs:
            if cause not in kept.samples:
                continue
            vehicles, times, _, x = kept.samples[cause]
            xs.append(x.astype(np.float64))
            names += [f"{number} {vehicle}" for vehicle in vehicles]
            y = np.full((len(vehicles), PIECES), np.nan)
            for at, (name, ms) in enumerate(zip(vehicles, times.tolist(), strict=True)):
                y[at] = pieces_of(truth, name, cause, ms)
                if np.nansum(y[at]) > 0.0:
                    events.add((number, truth.next_breakdown(name, cause, ms)))
            ys.append(y)
    if not xs:
        return Rows(np.empty((0, 0)), np.empty(0, np.int64), np.empty((0, PIECES)), 0)
    _, vehicle = np.unique(np.array(names), return_inverse=True)
    return Rows(np.vstack(xs), vehicle.astype(np.int64), np.vstack(ys), len(events))


def pieces_of(truth: Truth, vehicle: str, cause: str, at_ms: int) -> list[float]:
    """Return what became of each piece of the week after `at_ms`."""
    labels = [truth.label(vehicle, cause, at_ms, hours * HOUR_MS) for hours in HORIZONS_H]
    found, before = [], 0.0
    for label in labels:
        found.append(label if before == 0.0 else float("nan"))
        before = label
    return found


def fit(cause: str, rows: Rows) -> tuple[Hazard | None, dict[str, Any]]:
    """Return the hazard of a cause and what its manifest says of it; None where there is too little to learn."""
    told: dict[str, Any] = {"rows": len(rows.x), "breakdowns": rows.events}
    if rows.events < LEAST_EVENTS:
        return None, {**told, "trained": False, "why": f"fewer than {LEAST_EVENTS} breakdowns"}
    centre, scale, hinges = _scales(rows.x)
    z = columns(rows.x, centre, scale, hinges)
    weights, offset = np.zeros((PIECES, z.shape[1])), np.zeros(PIECES)
    ladders: list[tuple[Floats, Floats]] = []
    kinds = []
    for k in range(PIECES):
        known = np.isfinite(rows.y[:, k])
        zk, yk, vk = z[known], rows.y[known, k], rows.vehicle[known]
        if yk.sum() < FOLDS:
            rate = (yk.sum() + 0.5) / (len(yk) + 1.0)
            offset[k] = np.log(rate / (1.0 - rate))
            ladders.append((np.array([-FAR, FAR]), np.array([-FAR, FAR])))
            kinds.append("base rate")
            continue
        weights[k], offset[k] = _logistic(zk, yk)
        ladder, kind = _ladder(_unseen(zk, yk, vk), yk)
        ladders.append(ladder)
        kinds.append(kind)
    hazard = Hazard(centre, scale, hinges, weights, offset, *_even(ladders))
    return hazard, {**told, "trained": True, "calibration": kinds, "in_sample": _figures(hazard, rows)}


def _scales(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (n,) middles, (n,) spreads and (n, HINGES) hinges in units of the spread."""
    centre, scale = np.zeros(x.shape[1]), np.ones(x.shape[1])
    hinges = np.zeros((x.shape[1], HINGES))
    for at in range(x.shape[1]):
        read = x[np.isfinite(x[:, at]), at]
        if len(read):
            centre[at] = np.median(read)
            scale[at] = max(float(np.std(read)), 1e-6)
            hinges[at] = (np.quantile(read, (0.05, 0.5, 0.95)) - centre[at]) / scale[at]
    return centre, scale, hinges


def _logistic(z: Floats, y: Floats) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    chosen, weight = _thinned(y)
    model = LogisticRegression(C=STRENGTH, max_iter=400)
    model.fit(z[chosen], y[chosen], sample_weight=weight)
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


def _thinned(y: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return which rows a fit takes and how much each counts: all with a breakdown, some of the others."""
    hit, quiet = np.flatnonzero(y > 0.0), np.flatnonzero(y == 0.0)
    if len(quiet) <= MOST_QUIET:
        return np.arange(len(y)), np.ones(len(y))
    drawn = np.sort(np.random.default_rng(SEED).choice(quiet, MOST_QUIET, replace=False))
    return np.concatenate((hit, drawn)), np.repeat((1.0, len(quiet) / MOST_QUIET), (len(hit), MOST_QUIET))


def _unseen(z: Floats, y: Floats, vehicle: NDArray[np.int64]) -> Floats:
    """Return raw logits, each from a fit that did not see its vehicle."""
    fold = np.random.default_rng(SEED).permutation(int(vehicle.max()) + 1)[vehicle] % FOLDS
    raw = np.zeros(len(y))
    for number in range(FOLDS):
        held = fold == number
        if y[~held].sum() >= 1.0:
            weights, offset = _logistic(z[~held], y[~held])
            raw[held] = z[held] @ weights + offset
    return raw


def _ladder(raw: Floats, y: Floats) -> tuple[tuple[Floats, Floats], str]:
    """Return the calibration of raw logits, and its kind: Platt's line for few positives, isotonic for many."""
    if y.sum() < PLATT_BELOW:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=1e6, max_iter=400).fit(raw[:, None], y)
        slope, shift = max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])
        return (np.array([-FAR, FAR]), np.array([shift - FAR * slope, shift + FAR * slope])), "platt"
    from sklearn.isotonic import IsotonicRegression

    isotonic = IsotonicRegression(out_of_bounds="clip").fit(raw, y)
    # The lowest step may have seen no breakdown; half a one is what that says.
    least = 0.5 / len(y)
    p = np.clip(isotonic.y_thresholds_, least, 1.0 - least)
    x, first = np.unique(isotonic.X_thresholds_, return_index=True)
    level = np.maximum.accumulate(p[first])
    return (np.asarray(x, np.float64), np.log(level / (1.0 - level))), "isotonic"


def _even(ladders: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Return ladders of one length: steps are put in between where one is shorter."""
    length = max(len(x) for x, _ in ladders)
    xs, ys = np.empty((len(ladders), length)), np.empty((len(ladders), length))
    for k, ladder in enumerate(ladders):
        steps = np.vstack(ladder)
        while steps.shape[1] < length:
            at = int(np.argmax(np.diff(steps[0])))
            steps = np.insert(steps, at + 1, steps[:, at : at + 2].mean(axis=1), axis=1)
        xs[k], ys[k] = steps
    return xs, ys


def _figures(hazard: Hazard, rows: Rows) -> dict[str, Any]:
    """Return how well a week is told apart on the rows of training, so that a reader can see how much is lost later."""
    week = np.where(np.nansum(rows.y, axis=1) > 0.0, 1.0, np.where(np.isfinite(rows.y).all(axis=1), 0.0, np.nan))
    known = np.isfinite(week)
    p = hazard.probabilities(rows.x[known])[:, -1]
    return {"auc": metrics.auc(week[known], p), "brier": metrics.brier(week[known], p), "features": rows.x.shape[1]}
