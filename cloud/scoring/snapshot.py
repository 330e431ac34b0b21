"""The state as bytes and back: one header, then arrays; nothing in it can run.

Layout: b"ORSC", version (u16), sha256 of the rest, then an .npz read with `allow_pickle=False`.
"""

import hashlib
import io
import struct
import zlib
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from cloud.scoring.layout import ABOUT, CODE, EVENT
from cloud.scoring.pack_layout import CELLS, PACK, WORDS
from cloud.scoring.registry import Registry
from cloud.scoring.state import COUNTED, State

VERSION: Final = 3

# What numpy lets out when the bytes are not what they say.
_DAMAGED: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
    BadZipFile,
    zlib.error,
)
_MAGIC: Final = b"ORSC"
_HEADER: Final = struct.Struct("<4sH32s")


class SnapshotError(ValueError):
    """The bytes are no snapshot of this version; start from the log instead."""


def dump(state: State) -> bytes:
    """Return `state` as bytes; equal states give equal bytes, whatever their capacity."""
    used = len(state.slots)
    body = io.BytesIO()
    # Rows of packs are given as their cars first speak of cells; here they lie in the order of the cars.
    about = state.about[:used].copy()
    with_pack = about["pack"] > 0
    rows = about["pack"][with_pack] - 1
    about["pack"][with_pack] = np.arange(1, len(rows) + 1)
    np.savez(
        body,
        vehicles=np.array([name.encode() for name in state.slots], "S64"),
        offset=np.array([state.offset], np.int64),
        counts=np.array([state.counts[name] for name in COUNTED], np.int64),
        hot=state.hot32[:used],
        cars=state.cars[:used],
        codes=state.codes[:used],
        about=about,
        packs=state.packs[rows],
        cells=state.cells[rows],
    )
    data = body.getvalue()
    return _HEADER.pack(_MAGIC, VERSION, hashlib.sha256(data).digest()) + data


def load(data: bytes) -> State:
    """Return the state in `data`; raise `SnapshotError` for another version, a damaged file or anything else."""
    if len(data) < _HEADER.size or data[:4] != _MAGIC:
        raise SnapshotError("not a scoring snapshot")
    _, version, digest = _HEADER.unpack_from(data)
    if version != VERSION:
        raise SnapshotError(f"snapshot version {version} is not understood here; this side reads version {VERSION}")
    body = data[_HEADER.size :]
    if hashlib.sha256(body).digest() != digest:
        raise SnapshotError("the snapshot is damaged: its sha256 does not match")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return _restored({name: arrays[name] for name in arrays.files})
    except _DAMAGED as error:
        raise SnapshotError(f"the snapshot's arrays cannot be read: {error}") from error


def _restored(arrays: dict[str, Any]) -> State:
    used = len(arrays["vehicles"])
    state = State(max(used, 1))
    kinds = arrays["cars"].dtype, arrays["codes"].dtype, arrays["about"].dtype, arrays["packs"].dtype
    if kinds != (EVENT, CODE, ABOUT, PACK) or arrays["cells"].shape[1:] != (WORDS, CELLS):
        raise SnapshotError("the snapshot's rows have another layout than this version's")
    state.slots = Registry([name.decode() for name in arrays["vehicles"].tolist()])
    state.offset = int(arrays["offset"][0])
    state.counts = dict(zip(COUNTED, arrays["counts"].tolist(), strict=True))
    state.hot32[:used] = arrays["hot"]
    state.cars[:used] = arrays["cars"]
    state.codes[:used] = arrays["codes"]
    state.about[:used] = arrays["about"]
    for slot in np.flatnonzero(state.about["pack"][:used]).tolist():
        state.about["pack"][slot] = 0
        row = state.pack(slot)
        state.packs[row], state.cells[row] = arrays["packs"][row], arrays["cells"][row]
    return state
