"""Rows of many signals into a message's columns: the fast twin of `contract.columns.pack`; a test holds both equal."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contract.errors import ContractError
from contract.messages import Column
from contract.signals import Signal
from contract.validity import Validity

ABSENT: Final = 255  # nothing stood there: no sample at all
_WIDTHS: Final = ((2, 1 << 15, "<i2"), (4, 1 << 31, "<i4"), (8, 1 << 63, "<i8"))
_MOST_STEPS: Final = float(1 << 53)


def pack(
    signals: Sequence[Signal],
    base_ms: int,
    times_ms: NDArray[np.int64],
    values: NDArray[np.float64],
    kinds: NDArray[np.uint8],
) -> list[Column]:
    """Return a column for every signal that is there, times counted from `base_ms`.

    Args:
        signals: k of them. times_ms: (n,). values: (n, k); anything finite where `kinds` (n, k), a `Validity` or
            `ABSENT`, says that there is no value.

    Raises `ContractError` where a value is beyond 2**53 steps of its signal.
    """
    there = kinds != ABSENT
    alike: dict[bytes, list[int]] = {}
    for k, pattern in enumerate(np.ascontiguousarray(there.T)):
        alike.setdefault(pattern.tobytes(), []).append(k)
    packed: dict[int, Column] = {}
    for members in alike.values():
        rows = there[:, members[0]]
        if rows.any():
            group = np.ix_(rows, members)
            columns = _pack([signals[k] for k in members], base_ms, times_ms[rows], values[group], kinds[group])
            packed.update(zip(members, columns, strict=True))
    return [packed[k] for k in sorted(packed)]


def _pack(
    signals: Sequence[Signal],
    base_ms: int,
    times_ms: NDArray[np.int64],
    values: NDArray[np.float64],
    kinds: NDArray[np.uint8],
) -> list[Column]:
    """Pack signals that were all there at the same times."""
    valid = kinds == Validity.VALUE
    steps = np.where(valid, values, 0.0) / np.array([signal.resolution for signal in signals])
    if not (np.abs(steps) <= _MOST_STEPS).all():
        raise ContractError("a value must be finite and within 2**53 steps")
    whole = np.rint(steps).astype(np.int64)
    odd = ~valid.all(axis=0)
    if odd.any():
        last = np.maximum.accumulate(np.where(valid, np.arange(len(whole))[:, None], -1), axis=0)
        whole = np.where(last >= 0, np.take_along_axis(whole, np.maximum(last, 0), axis=0), 0)
    ((time_width, times),) = _deltas(base_ms, times_ms[:, None])
    return [
        Column(
            signal=signal.path,
            scale=signal.resolution,
            time_width=time_width,
            times=times,
            value_width=width,
            values=data,
            validity=kinds[:, k].tobytes() if odd[k] else b"",
        )
        for k, (signal, (width, data)) in enumerate(zip(signals, _deltas(0, whole), strict=True))
    ]


def _deltas(base: int, numbers: NDArray[np.int64]) -> list[tuple[int, bytes]]:
    """Return the width and bytes of the steps down each column of `numbers` (n, k)."""
    steps = np.empty_like(numbers)
    steps[0] = numbers[0] - base
    np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
    reach = np.abs(steps).max(axis=0).tolist()
    made: dict[int, NDArray[np.signedinteger]] = {}
    found = []
    for k, most in enumerate(reach):
        width, _, kind = next(row for row in _WIDTHS if most < row[1])
        if width not in made:
            made[width] = np.ascontiguousarray(steps.T).astype(kind)
        found.append((width, made[width][k].tobytes()))
    return found
