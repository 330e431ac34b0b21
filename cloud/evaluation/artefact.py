"""A trained model on disk: arrays in `.npz` and a manifest in JSON; nothing is unpickled, a changed byte is refused."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from cloud.errors import EvaluationError
from cloud.scoring import features
from cloud.scoring.hazards import Hazard, Models, is_sound
from cloud.scoring.types import CAUSES, FEATURES

FORMAT: Final = "outrider-hazards-1"
MANIFEST: Final = "manifest.json"
ARRAYS: Final = "arrays.npz"


class Artefact(NamedTuple):
    """A model that was found whole, the seeds of the fleets it was trained on, and its manifest."""

    models: Models
    seeds: frozenset[int]
    manifest: dict[str, Any]


def save(folder: Path, hazards: dict[str, Hazard], told: dict[str, Any]) -> str:
    """Write a model to `folder` and return its version; `told` (seeds, window, metrics) goes into its manifest."""
    packed = io.BytesIO()
    every = {f"{cause}.{name}": array for cause, one in hazards.items() for name, array in one._asdict().items()}
    np.savez(packed, allow_pickle=False, **every)
    arrays = packed.getvalue()
    body = {
        **told,
        "format": FORMAT,
        "feature_version": FEATURES,
        "features": {cause: list(features.names(cause)) for cause in hazards},
        "arrays_sha256": hashlib.sha256(arrays).hexdigest(),
    }
    body = json.loads(json.dumps(body, allow_nan=False))
    version = digest(body)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ARRAYS).write_bytes(arrays)
        text = json.dumps({**body, "sha256": version}, indent=1, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{folder}: the model cannot be written: {error}") from error
    return version


def load(folder: Path) -> Artefact:
    """Return the model in `folder`; raise `EvaluationError` where it is absent, changed, or of other features."""
    try:
        body = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        arrays = (folder / ARRAYS).read_bytes()
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{folder}: no trained model: {error}; train it with outrider train") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise EvaluationError(f"{folder / MANIFEST}: not a model of the format {FORMAT}; train it again")
    version = body.pop("sha256", None)
    if version != digest(body):
        raise EvaluationError(f"{folder / MANIFEST}: changed since it was written: wrong hash; train it again")
    if body.get("arrays_sha256") != hashlib.sha256(arrays).hexdigest():
        raise EvaluationError(f"{folder / ARRAYS}: changed since it was written: wrong hash; train it again")
    _check_features(body, folder / MANIFEST)
    hazards = _hazards(arrays, sorted(body["features"]), folder / ARRAYS)
    seeds = body.get("seeds")
    if not isinstance(seeds, list) or not all(isinstance(seed, int) for seed in seeds):
        raise EvaluationError(f"{folder / MANIFEST}: seeds must be a list of whole numbers; train it again")
    return Artefact(Models(f"hazards-{str(version)[:12]}", hazards), frozenset(seeds), body)


def _check_features(body: dict[str, Any], path: Path) -> None:
    told = body.get("features")
    if body.get("feature_version") != FEATURES or not isinstance(told, dict):
        raise EvaluationError(f"{path}: trained on features of another version than {FEATURES}; train it again")
    for cause, names in told.items():
        if cause not in CAUSES or names != list(features.names(cause)):
            raise EvaluationError(f"{path}: {cause}: other features, or in another order, than here; train it again")


def _hazards(arrays: bytes, causes: list[str], path: Path) -> dict[str, Hazard]:
    found = {}
    try:
        with np.load(io.BytesIO(arrays), allow_pickle=False) as read:
            for cause in causes:
                found[cause] = Hazard(**{name: read[f"{cause}.{name}"] for name in Hazard._fields})
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise EvaluationError(f"{path}: not the arrays of a model: {error}; train it again") from error
    for cause, hazard in found.items():
        if not is_sound(hazard, cause):
            raise EvaluationError(f"{path}: {cause}: arrays that do not fit each other; train it again")
    return found


def digest(body: dict[str, Any]) -> str:
    """Return the hash of a manifest without its own."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
