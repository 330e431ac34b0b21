"""Arrays into a message's columns: the fast twin of `contract.columns.pack`, which a test holds it equal to."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contract.errors import ContractError
from contract.messages import Column
from contract.signals import Signal
from contract.validity import Validity

_LIMITS: Final = ((2, 1 << 15, "<i2"), (4, 1 << 31, "<i4"), (8, 1 << 63, "<i8"))
_MOST_STEPS: Final = float(1 << 53)


def pack(
    signal: Signal, base_ms: int, times_ms: NDArray[np.int64], values: NDArray[np.float64], kinds: NDArray[np.uint8]
) -> Column:
    """Return (n,) samples as a column; `kinds` are `Validity` numbers, and values that are none may be anything.

    Raises `ContractError` where a value is beyond 2**53 steps.
    """
    valid = kinds == Validity.VALUE
    steps = np.where(valid, values, 0.0) / signal.resolution
    if not (np.abs(steps) <= _MOST_STEPS).all():
        raise ContractError(f"{signal.path}: a value must be finite and within 2**53 steps")
    whole = np.rint(steps).astype(np.int64)
    if not valid.all():
        last = np.maximum.accumulate(np.where(valid, np.arange(len(whole)), -1))
        whole = np.where(last >= 0, whole[last], 0)
    time_width, times = _deltas(base_ms, times_ms)
    value_width, packed = _deltas(0, whole)
    return Column(
        signal=signal.path,
        scale=signal.resolution,
        time_width=time_width,
        times=times,
        value_width=value_width,
        values=packed,
        validity=b"" if valid.all() else kinds.tobytes(),
    )


def _deltas(base: int, numbers: NDArray[np.int64]) -> tuple[int, bytes]:
    steps = np.diff(numbers, prepend=np.int64(base))
    reach = int(np.abs(steps).max(initial=0))
    width, _, kind = next(row for row in _LIMITS if reach < row[1])
    return width, steps.astype(kind).tobytes()
