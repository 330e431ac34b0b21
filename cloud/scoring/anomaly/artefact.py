"""Class models as bytes and back: arrays in `.npz`, a JSON manifest with their hash. Nothing is unpickled.

What changed by a byte, or was fitted for other features than this version has, is refused whole.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from cloud.scoring.anomaly import drift
from cloud.scoring.anomaly.days import CODES
from cloud.scoring.anomaly.forest import Forest, is_sound
from cloud.scoring.anomaly.half_space import HalfSpace
from cloud.scoring.anomaly.model import ClassModel
from cloud.scoring.thresholds.conformal import Conformal

FORMAT: Final = "outrider-anomaly-1"
_ARRAYS: Final = (
    *("columns", "median", "spread", "edges", "usual", "of_forest", "of_stream"),
    *("feature", "threshold", "length", "depth_usual"),
    *("cut_feature", "cut_threshold", "last", "now", "clock", "window"),
)


class ArtefactError(ValueError):
    """The bytes are no class models of this version; fit them again."""


def pack(models: Mapping[str, ClassModel], *, days: tuple[int, int], counts: Mapping[str, int]) -> tuple[bytes, bytes]:
    """Return arrays and manifest of `models`, fitted on the days (first, last) with `counts` of them in each class."""
    body = io.BytesIO()
    kinds = sorted(models)
    np.savez(
        body,
        **{f"{n}.{name}": array for n, kind in enumerate(kinds) for name, array in _arrays(models[kind]).items()},
    )
    arrays = body.getvalue()
    manifest = {
        "format": FORMAT,
        "features": list(CODES),
        "classes": kinds,
        "counts": {kind: counts.get(kind, 0) for kind in kinds},
        "first_day": days[0],
        "last_day": days[1],
        "arrays_sha256": hashlib.sha256(arrays).hexdigest(),
    }
    manifest["sha256"] = _digest(manifest)
    return arrays, json.dumps(manifest, indent=1).encode() + b"\n"


def unpack(arrays: bytes, manifest: bytes) -> tuple[dict[str, ClassModel], dict[str, Any]]:
    """Return the models and the manifest, or raise `ArtefactError`."""
    told = _manifest(manifest)
    if told["arrays_sha256"] != hashlib.sha256(arrays).hexdigest():
        raise ArtefactError("the arrays have changed since they were saved: their sha256 is wrong")
    try:
        with np.load(io.BytesIO(arrays), allow_pickle=False) as read:
            parts = [{name: read[f"{n}.{name}"] for name in _ARRAYS} for n in range(len(told["classes"]))]
        models = [_model(each) for each in parts]
    except (BadZipFile, IndexError, KeyError, OSError, TypeError, ValueError) as error:
        raise ArtefactError(f"the arrays are not what the manifest says: {error}") from error
    return dict(zip(told["classes"], models, strict=True)), told


def _manifest(manifest: bytes) -> dict[str, Any]:
    try:
        told = json.loads(manifest)
    except ValueError as error:
        raise ArtefactError(f"the manifest is no JSON: {error}") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ArtefactError(f"the manifest is not of the format {FORMAT}")
    if told.pop("sha256", None) != _digest(told):
        raise ArtefactError("the manifest has changed since it was saved: its sha256 is wrong")
    if told["features"] != list(CODES):
        raise ArtefactError("the models were fitted for other features, or in another order")
    return told


def _digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _arrays(model: ClassModel) -> dict[str, Any]:
    forest, stream = model.forest, model.stream
    every = (
        *(np.array(model.columns), model.median, model.spread, model.edges, model.usual),
        *(model.of_forest.sorted, model.of_stream.sorted),
        *(forest.feature, forest.threshold, forest.length, np.array([forest.usual])),
        *(stream.feature, stream.threshold, stream.last, stream.now, stream.clock, np.array([stream.window])),
    )
    return dict(zip(_ARRAYS, every, strict=True))


def _model(parts: Mapping[str, Any]) -> ClassModel:
    forest = Forest(parts["feature"], parts["threshold"], parts["length"], float(parts["depth_usual"][0]))
    masses = parts["last"], parts["now"], parts["clock"]
    stream = HalfSpace(parts["cut_feature"], parts["cut_threshold"], *masses, int(parts["window"][0]))
    columns = tuple(int(column) for column in parts["columns"])
    width = len(columns)
    shapes = [parts[name].shape for name in ("median", "spread", "edges", "usual")]
    if shapes != [(width,), (width,), (width, drift.BINS - 1), (width, drift.BINS)]:
        raise ValueError("arrays of different widths")
    if not all(0 <= column < len(CODES) for column in columns) or not (parts["spread"] > 0.0).all():
        raise ValueError("columns or spreads that cannot be")
    nodes = stream.feature.shape[1]
    if not is_sound(forest, width) or not (stream.feature.min() >= 0 and stream.feature.max() < width):
        raise ValueError("trees that lead out of a row")
    if stream.last.shape != (len(stream.feature), 2 * nodes) or stream.now.shape != stream.last.shape:
        raise ValueError("trees and masses of different sizes")
    calibrations = Conformal(parts["of_forest"]), Conformal(parts["of_stream"])
    return ClassModel(
        columns, parts["median"], parts["spread"], forest, stream, *calibrations, parts["edges"], parts["usual"]
    )
