"""Reading a payload into arrays: all columns of a message end to end, so that a kernel sees them in one pass.

`contract.columns` is the slow twin of this; a test holds both equal.
"""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from contract import codec
from contract.messages import AnyMessage, TelemetryBatch
from contract.validity import Validity

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]

_DTYPE: Final[dict[int, Any]] = {2: np.dtype("<i2"), 4: np.dtype("<i4"), 8: np.dtype("<i8")}
_NO_FLOATS: Final = np.empty(0, np.float64)
_NO_INTS: Final = np.empty(0, np.int64)
_NO_BYTES: Final = np.empty(0, np.uint8)


class Samples(NamedTuple):
    """One column, (n,) each: wall times in ms of the domain clock, values with NaN unless valid, validity."""

    signal: str
    ecu: str
    wall_ms: Ints
    values: Floats
    validity: Bytes


class Decoded(NamedTuple):
    """A message and, of telemetry, its columns end to end; column k is `[starts[k]:starts[k + 1]]`."""

    message: AnyMessage
    signals: tuple[str, ...]
    ecus: tuple[str, ...]
    starts: Ints
    wall_ms: Ints
    values: Floats
    validity: Bytes

    def columns(self) -> Iterator[Samples]:
        """Yield each column as views."""
        for k, (signal, ecu) in enumerate(zip(self.signals, self.ecus, strict=True)):
            part = slice(int(self.starts[k]), int(self.starts[k + 1]))
            yield Samples(signal, ecu, self.wall_ms[part], self.values[part], self.validity[part])


def read(payload: bytes) -> Decoded:
    """Return what `payload` says, as arrays; raise `ContractError` for bytes that break the contract.

    A sample's wall time is the message's, moved by how much earlier or later it was on the monotonic clock.
    """
    return arrays(codec.decode(payload))


def arrays(message: AnyMessage) -> Decoded:
    """Return `message`, which must have come out of the codec, with its columns as arrays.

    The codec holds every sum of steps within 2**53 and every scale within bounds, so nothing here can overflow.
    """
    if not isinstance(message, TelemetryBatch) or not message.columns:
        return Decoded(message, (), (), np.zeros(1, np.int64), _NO_INTS, _NO_FLOATS, _NO_BYTES)
    columns = message.columns
    counts = [len(column.times) // column.time_width for column in columns]
    ends = list(accumulate(counts, initial=0))
    starts = np.array(ends, np.int64)
    samples = starts[1:] - starts[:-1]
    wall_ms = _running_sums([(c.times, c.time_width) for c in columns], ends, starts)
    wall_ms += message.wall_ms
    values = _running_sums([(c.values, c.value_width) for c in columns], ends, starts).astype(np.float64)
    values *= np.repeat(np.array([column.scale for column in columns]), samples)
    if any(column.offset for column in columns):
        values += np.repeat(np.array([column.offset for column in columns]), samples)
    validity = np.zeros(ends[-1], np.uint8)
    if any(column.validity for column in columns):
        for k, column in enumerate(columns):
            if column.validity:
                validity[ends[k] : ends[k + 1]] = np.frombuffer(column.validity, np.uint8)
        values[validity != Validity.VALUE] = np.nan
    signals = tuple([column.signal for column in columns])
    ecus = tuple([column.ecu for column in columns])
    return Decoded(message, signals, ecus, starts, wall_ms, values, validity)


def _running_sums(steps: list[tuple[bytes, int]], ends: list[int], starts: Ints) -> Ints:
    """Return the running sum of each column's steps, each begun at zero; (n,). Column k ends at `ends[k + 1]`."""
    body = np.empty(ends[-1], np.int64)
    widths = {width for _, width in steps}
    if len(widths) == 1:
        body[:] = np.frombuffer(b"".join([data for data, _ in steps]), _DTYPE[widths.pop()])
    else:
        for k, (data, width) in enumerate(steps):
            body[ends[k] : ends[k + 1]] = np.frombuffer(data, _DTYPE[width])
    # Each column's first step also takes back what the columns before it add up to, so one running sum serves them
    # all; it is exact even where a total wraps.
    body[starts[1:-1]] -= np.add.reduceat(body, starts[:-1])[:-1]
    return np.add.accumulate(body, out=body)
