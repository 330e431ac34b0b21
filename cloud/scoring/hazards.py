"""A trained model as arrays: discrete-time hazards of each cause, calibrated. Evaluated here, without a library.

A week is cut at 24 and 72 hours. Each piece has the probability of a breakdown within it for a car that came so far,
so that the three horizons never contradict each other.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cloud.scoring import features
from cloud.scoring.finding import Car
from cloud.scoring.types import HORIZONS_H, Assessment, Risk

Floats = NDArray[np.float64]

PIECES: Final = len(HORIZONS_H)
HINGES: Final = 3
LEAST_P: Final = 1e-6
MOST_P: Final = 0.999


class Hazard(NamedTuple):
    """One cause: n features become m = n (2 + HINGES) columns, those a logit for each piece, that a calibrated one.

    `centre`, `scale` (n,); `hinges` (n, HINGES) in units of scale; `weights` (PIECES, m); `offset` (PIECES,);
    `ladder_x`, `ladder_y` (PIECES, k): raw logit, rising, and what it is once calibrated.
    """

    centre: Floats
    scale: Floats
    hinges: Floats
    weights: Floats
    offset: Floats
    ladder_x: Floats
    ladder_y: Floats

    def raw(self, x: Floats) -> Floats:
        """Return (n_rows, PIECES) the raw logits of features `x` (n_rows, n), NaN where one is not known."""
        return np.asarray(columns(x, self.centre, self.scale, self.hinges) @ self.weights.T + self.offset)

    def probabilities(self, x: Floats) -> Floats:
        """Return (n_rows, PIECES): the probability of a breakdown within each horizon, never falling."""
        raw = self.raw(x)
        piece = np.empty_like(raw)
        for k in range(PIECES):
            piece[:, k] = 1.0 / (1.0 + np.exp(-_straight(raw[:, k], self.ladder_x[k], self.ladder_y[k])))
        whole = 1.0 - np.cumprod(1.0 - piece, axis=1)
        return np.clip(whole, LEAST_P, MOST_P)


class Models(NamedTuple):
    """All hazards of one artefact, by cause, and the version that its assessments name."""

    version: str
    hazards: dict[str, Hazard]

    def answer(self, a: Assessment, car: Car) -> Assessment:
        """Return what the rule said with this model's probabilities; as it is where this cause has no model.

        Nothing measured stays nothing measured.
        """
        hazard = self.hazards.get(a.cause)
        if hazard is None or a.risks is None:
            return a
        rule = tuple(risk.p for risk in a.risks)
        x = features.row(a.cause, car, rule, a.quality, a.severity, a.time_to_threshold_h)
        p = hazard.probabilities(x[None, :])[0]
        risks = tuple(Risk(h, round(float(value), 6)) for h, value in zip(HORIZONS_H, p, strict=True))
        return msgspec.structs.replace(a, risks=risks, calibrated=True, model=self.version)


class Serving(NamedTuple):
    """Who answers: the active model, None for the rules; and a candidate beside it, whose answers only `seen` gets."""

    active: Models | None = None
    candidate: Models | None = None
    seen: Callable[[Assessment, Assessment], None] | None = None

    def answered(self, rule: Assessment, car: Car) -> Assessment:
        """Return what is said to the world; `seen` gets it with what the candidate would have said."""
        said = rule if self.active is None else self.active.answer(rule, car)
        if self.candidate is not None and self.seen is not None:
            self.seen(said, self.candidate.answer(rule, car))
        return said


RULES: Final = Serving()


def columns(x: Floats, centre: Floats, scale: Floats, hinges: Floats) -> Floats:
    """Return (n_rows, n (2 + HINGES)): standardised, whether missing, and beyond each hinge."""
    missing = np.isnan(x)
    z = np.clip(np.where(missing, 0.0, (x - centre) / scale), -10.0, 10.0)
    bent = np.maximum(0.0, z[:, :, None] - hinges[None, :, :]).reshape(len(x), -1)
    return np.hstack((z, missing.astype(np.float64), bent))


def is_sound(hazard: Hazard, cause: str) -> bool:
    """Say whether the arrays fit each other and the features that this code gives for `cause`."""
    n = len(features.names(cause))
    m = n * (2 + HINGES)
    steps = hazard.ladder_x.shape[-1] if hazard.ladder_x.ndim == 2 else 0
    shapes = [(n,), (n,), (n, HINGES), (PIECES, m), (PIECES,), (PIECES, steps), (PIECES, steps)]
    fits = all(array.shape == shape for array, shape in zip(hazard, shapes, strict=True))
    if not fits or steps < 2 or not all(np.isfinite(array).all() for array in hazard):
        return False
    rises = (np.diff(hazard.ladder_x) > 0.0).all() and (np.diff(hazard.ladder_y) >= 0.0).all()
    return bool((hazard.scale > 0.0).all() and rises)


def _straight(x: Floats, ladder_x: Floats, ladder_y: Floats) -> Floats:
    """Return the ladder at `x`: straight between its steps, flat beyond its ends."""
    return np.asarray(np.interp(x, ladder_x, ladder_y))
