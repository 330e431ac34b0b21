"""The state as bytes and back: a header, then arrays at whole pages, so that a mapped file is the state as it lies.

Layout, little-endian: b"ORSC", version (u16), sha256 of everything behind it, sha256 of the rows' layout, vehicles,
bytes of names, packs, offset (i64 each), the counts (i64 each); then, each from the next multiple of 4096 on: where
names end (u32), names (UTF-8), hot rows, event rows, codes, abouts, packs, cells. Nothing in it can run.
"""

import hashlib
import struct
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import ABOUT, CODE, DTC_SLOTS, EVENT, HOT_WORDS
from cloud.scoring.pack_layout import CELLS, PACK, WORDS
from cloud.scoring.registry import Registry
from cloud.scoring.state import COUNTED, State

VERSION: Final = 3
PAGE: Final = 4096

_MAGIC: Final = b"ORSC"
_SIZES: Final = len(("vehicles", "names", "packs", "offset")) + len(COUNTED)
_START: Final = struct.Struct("<4sH32s")
_REST: Final = struct.Struct(f"<32s{_SIZES}q")
_ROWS: Final = (EVENT.descr, CODE.descr, ABOUT.descr, PACK.descr, DTC_SLOTS, HOT_WORDS, WORDS, CELLS)
_LAYOUT: Final = hashlib.sha256(repr(_ROWS).encode()).digest()
_MOST: Final = 1 << 40  # of vehicles, bytes or packs: whatever is above comes from no state


class SnapshotError(ValueError):
    """The bytes are no snapshot of this version; start from the log instead."""


class _Section(NamedTuple):
    """Where one array lies: its type, its shape, and where it begins and ends."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    begin: int
    end: int


def _sections(vehicles: int, letters: int, packs: int) -> list[_Section]:
    """Return where the arrays of so many lie, in the order of the file."""
    kinds: list[tuple[np.dtype[Any], tuple[int, ...]]] = [
        (np.dtype("<u4"), (vehicles + 1,)),
        (np.dtype("u1"), (letters,)),
        (np.dtype("<f4"), (vehicles, HOT_WORDS)),
        (EVENT, (vehicles,)),
        (CODE, (vehicles, DTC_SLOTS)),
        (ABOUT, (vehicles,)),
        (PACK, (packs,)),
        (np.dtype("<f4"), (packs, WORDS, CELLS)),
    ]
    found, at = list[_Section](), _START.size + _REST.size
    for dtype, shape in kinds:
        begin = -(-at // PAGE) * PAGE
        at = begin + dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        found.append(_Section(dtype, shape, begin, at))
    return found


def dump(state: State) -> bytes:
    """Return `state` as bytes; equal states give equal bytes, whatever their capacity."""
    used = len(state.slots)
    # Rows of packs are given as their cars first speak of cells; here they lie in the order of the cars.
    about = state.about[:used].copy()
    with_pack = about["pack"] > 0
    rows = about["pack"][with_pack] - 1
    about["pack"][with_pack] = np.arange(1, len(rows) + 1)
    names, ends = state.slots.names, state.slots.ends
    arrays: list[NDArray[Any]] = [
        *(ends, names, state.hot[:used], state.cars[:used], state.codes[:used], about),
        *(state.packs[rows], state.cells[rows]),
    ]
    counts = [state.counts[name] for name in COUNTED]
    parts: list[bytes | memoryview] = [_REST.pack(_LAYOUT, used, len(names), len(rows), state.offset, *counts)]
    at = _START.size + _REST.size
    for array, section in zip(arrays, _sections(used, len(names), len(rows)), strict=True):
        parts.append(bytes(section.begin - at))
        parts.append(array.reshape(-1).view(np.uint8).data)
        at = section.end
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return b"".join([_START.pack(_MAGIC, VERSION, digest.digest()), *parts])


def load(data: bytes | memoryview) -> State:
    """Return the state in `data`; raise `SnapshotError` for another version, a damaged file or anything else.

    Memory that may be written, such as a private mapping of a file, becomes the state itself; else it is copied.
    """
    whole = memoryview(data)
    if len(whole) < _START.size or bytes(whole[:4]) != _MAGIC:
        raise SnapshotError("not a scoring snapshot")
    _, version, digest = _START.unpack_from(whole)
    if version != VERSION:
        raise SnapshotError(f"snapshot version {version} is not understood here; this side reads version {VERSION}")
    if hashlib.sha256(whole[_START.size :]).digest() != digest:
        raise SnapshotError("the snapshot is damaged: its sha256 does not match")
    if len(whole) < _START.size + _REST.size:
        raise SnapshotError("the snapshot ends within its header")
    layout, vehicles, letters, packs, offset, *counts = _REST.unpack_from(whole, _START.size)
    if layout != _LAYOUT:
        raise SnapshotError("the snapshot's rows have another layout than this version's")
    if not all(0 <= size < _MOST for size in (vehicles, letters, packs)):
        raise SnapshotError(f"the snapshot cannot hold {vehicles} vehicles, {letters} bytes of names, {packs} packs")
    sections = _sections(vehicles, letters, packs)
    if len(whole) != sections[-1].end:
        raise SnapshotError(f"the snapshot has {len(whole)} bytes where its header asks for {sections[-1].end}")
    state = _restored([_array(whole, section) for section in sections])
    state.offset = offset
    state.counts = dict(zip(COUNTED, counts, strict=True))
    return state


def _array(whole: memoryview, section: _Section) -> NDArray[Any]:
    """Return the array of `section`: the memory itself where it may be written and lies well, else a copy."""
    size = section.end - section.begin
    if not size:
        return np.zeros(section.shape, section.dtype)
    lying = np.frombuffer(whole, np.uint8, size, section.begin)
    if whole.readonly or lying.ctypes.data % 64:
        copied = aligned_zeros(-(-size // 64), np.dtype("V64")).view(np.uint8)[:size]
        copied[:] = lying
        lying = copied
    return lying.view(section.dtype).reshape(section.shape)


def _restored(arrays: list[NDArray[Any]]) -> State:
    ends, names, hot, cars, codes, about, packs, cells = arrays
    _check(ends, names, about, len(packs))
    state = State(1)
    if len(cars):
        state.slots = Registry.of(names, ends)
        state.hot, state.hot64, state.hot32 = hot, hot.view(np.float64), hot.view(np.uint32)
        state.cars, state.codes, state.about = cars, codes, about
    if len(packs):
        state.packs, state.cells, state.packs_used = packs, cells, len(packs)
    return state


def _check(ends: NDArray[Any], names: NDArray[Any], about: NDArray[Any], packs: int) -> None:
    """Raise `SnapshotError` where a number would lead out of the arrays, or a name is none."""
    cuts = ends.astype(np.int64)
    if cuts[0] != 0 or cuts[-1] != len(names) or bool(np.any(np.diff(cuts) < 0)):
        raise SnapshotError("the snapshot's names do not lie end to end")
    if bool(np.any((about["pack"] < 0) | (about["pack"] > packs))):
        raise SnapshotError("the snapshot speaks of packs that it does not hold")
    text = names.tobytes()
    try:
        if not text.isascii():
            for begin, end in pairwise(cuts.tolist()):
                text[begin:end].decode()
    except UnicodeDecodeError as error:
        raise SnapshotError("a name in the snapshot is not UTF-8") from error
