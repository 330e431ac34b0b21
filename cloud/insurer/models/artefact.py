"""A fitted model on disk: arrays in `.npz`, the rest in a manifest that holds the arrays' hash and its own.

Nothing is unpickled, and a byte that changed is refused.
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from cloud.insurer.models.boosted import Boosted, Encoding, Shape
from cloud.insurer.models.errors import SavedError
from cloud.insurer.models.forest import Forest, is_sound
from cloud.insurer.models.linear import Linear
from cloud.insurer.models.mapping import Map

MANIFEST: Final = "manifest.json"
ARRAYS: Final = "arrays.npz"
FORMAT: Final = "outrider-claim-models-1"


class Saved(NamedTuple):
    """What is saved: the map with every choice made, and the models; `version` is the hash of all of it."""

    map: Map
    linear: Linear
    boosted: Boosted
    version: str


class _Manifest(msgspec.Struct):
    format: str
    pricing_use: str
    map: Map
    linear: Linear
    encoding_names: list[str]
    encoding_ranks: dict[str, dict[str, float]]
    shape: Shape
    arrays_sha256: str
    book: dict[str, Any]


def save(folder: Path, chosen: Map, reference: Linear, challenger: Boosted, book: dict[str, Any]) -> str:
    """Write the models to `folder` and return their version; the same models give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    np.savez(packed, **challenger.forest._asdict())
    arrays = packed.getvalue()
    manifest = _Manifest(
        format=FORMAT,
        pricing_use="none",
        map=chosen,
        linear=reference,
        encoding_names=challenger.encoding.names,
        encoding_ranks=challenger.encoding.ranks,
        shape=challenger.shape,
        arrays_sha256=hashlib.sha256(arrays).hexdigest(),
        book=book,
    )
    # A NaN has no place in JSON; none of these numbers is one.
    body = json.loads(msgspec.json.encode(manifest))
    version = _digest(body)
    (folder / ARRAYS).write_bytes(arrays)
    (folder / MANIFEST).write_text(json.dumps({**body, "sha256": version}, indent=1, ensure_ascii=False) + "\n")
    return version


def load(folder: Path) -> Saved:
    """Return the models in `folder`, or raise `SavedError`: absent, changed, or of another format."""
    try:
        body = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        arrays = (folder / ARRAYS).read_bytes()
    except (OSError, ValueError) as error:
        raise SavedError(f"{folder}: no saved model: {error}") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise SavedError(f"{folder}: not a saved model of the format {FORMAT}; fit it again")
    version = body.pop("sha256", None)
    if version != _digest(body):
        raise SavedError(f"{folder / MANIFEST}: changed since it was saved: its hash is wrong; fit it again")
    if body["arrays_sha256"] != hashlib.sha256(arrays).hexdigest():
        raise SavedError(f"{folder / ARRAYS}: changed since it was saved: its hash is wrong; fit it again")
    try:
        manifest = msgspec.convert(body, _Manifest)
        with np.load(io.BytesIO(arrays), allow_pickle=False) as read:
            parts = {name: read[name] for name in Forest._fields}
    except (msgspec.ValidationError, ValueError, KeyError) as error:
        raise SavedError(f"{folder}: not a saved model: {error}") from error
    forest = Forest(**{**parts, "base": float(parts["base"])})
    if not is_sound(forest, len(manifest.encoding_names)):
        raise SavedError(f"{folder / ARRAYS}: its trees lead nowhere; fit it again")
    begin = manifest.linear if manifest.shape.from_linear else None
    encoding = Encoding(manifest.encoding_names, manifest.encoding_ranks)
    return Saved(manifest.map, manifest.linear, Boosted(encoding, forest, manifest.shape, begin), str(version))


def _digest(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
