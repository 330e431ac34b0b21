"""Packing samples into columns and reading them back, without numpy.

The cloud reads the same bytes with numpy; a test holds both readers equal.
"""

import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Final, Literal, NamedTuple

from contract.errors import ContractError
from contract.identity import check_name
from contract.messages import Column
from contract.signals import CATALOGUE
from contract.validity import Validity

_TYPECODE: Final[dict[int, Literal["h", "i", "q"]]] = {2: "h", 4: "i", 8: "q"}
_LIMIT: Final = {2: 1 << 15, 4: 1 << 31, 8: 1 << 63}
_MAX_SUM: Final = 1 << 53  # beyond it a double no longer holds every integer
_MIN_SCALE: Final = 1e-12
_MAX_SCALE: Final = 1e12
_MAX_OFFSET: Final = 1e15
_LAST_VALIDITY: Final = max(Validity)


class Sample(NamedTuple):
    """One reading: milliseconds since boot, the value (NaN unless valid), what is known of it, its raw bytes."""

    mono_ms: int
    value: float
    validity: Validity = Validity.VALUE
    raw: bytes = b""


class Deltas(NamedTuple):
    """A column's integers as they travel: typed views ('h', 'i' or 'q') over the payload, nothing copied."""

    times: "memoryview[int]"
    values: "memoryview[int]"


def pack(signal: str, ecu: str, scale: float, offset: float, base_mono_ms: int, samples: Sequence[Sample]) -> Column:
    """Return `samples` as a column, times counted from `base_mono_ms`; raise `ContractError` if one cannot be held."""
    _check_scale(signal, scale, offset)
    whole: list[int] = []
    last = 0
    for sample in samples:
        if sample.validity is Validity.VALUE:
            steps = (sample.value - offset) / scale
            if not abs(steps) <= _MAX_SUM:
                raise ContractError(f"{signal}: a value must be finite and within 2**53 steps; mark it invalid instead")
            last = round(steps)
        whole.append(last)
    time_width, times = _pack_deltas([base_mono_ms, *(sample.mono_ms for sample in samples)])
    value_width, values = _pack_deltas([0, *whole])
    odd = any(sample.validity is not Validity.VALUE for sample in samples)
    return Column(
        signal=signal,
        ecu=ecu,
        scale=scale,
        offset=offset,
        time_width=time_width,
        times=times,
        value_width=value_width,
        values=values,
        validity=bytes(sample.validity for sample in samples) if odd else b"",
        raw={i: s.raw for i, s in enumerate(samples) if s.raw and s.validity is not Validity.VALUE},
    )


def deltas(column: Column) -> Deltas:
    """Return the column's integers as memoryviews in this machine's byte order."""
    return Deltas(_view(column.times, column.time_width), _view(column.values, column.value_width))


def samples(column: Column, base_mono_ms: int) -> list[Sample]:
    """Return every sample of `column`, in order; `base_mono_ms` is the message's `mono_ms`."""
    views = deltas(column)
    times = list(accumulate(views.times, initial=base_mono_ms))[1:]
    whole = accumulate(views.values)
    validity = column.validity or bytes(len(times))
    return [
        Sample(
            mono_ms,
            n * column.scale + column.offset if kind == Validity.VALUE else math.nan,
            Validity(kind),
            column.raw.get(i, b""),
        )
        for i, (mono_ms, n, kind) in enumerate(zip(times, whole, validity, strict=True))
    ]


def check(column: Column, base_mono_ms: int = 0) -> None:
    """Raise `ContractError` unless the column's parts agree, and every number it holds stays exact and finite."""
    if column.signal not in CATALOGUE:
        check_name(column.signal)
    check_name(column.ecu)
    if column.time_width not in _TYPECODE or column.value_width not in _TYPECODE:
        widths = f"{column.time_width} and {column.value_width}"
        raise ContractError(f"{column.signal}: widths {widths} must be 2, 4 or 8 bytes")
    count, rest = divmod(len(column.times), column.time_width)
    if rest or count == 0 or len(column.values) != count * column.value_width:
        raise ContractError(f"{column.signal}: times and values disagree or are empty")
    if column.validity and (len(column.validity) != count or max(column.validity) > _LAST_VALIDITY):
        raise ContractError(f"{column.signal}: validity must be empty or one known byte a sample")
    _check_scale(column.signal, column.scale, column.offset)
    if column.raw and any(not 0 <= i < count for i in column.raw):
        raise ContractError(f"{column.signal}: raw bytes for a sample that is not there")
    # Narrower steps cannot reach the limit within a payload's size, so only the widest are summed here.
    if column.time_width == 8:
        _check_sums(column.signal, column.times, base_mono_ms)
    if column.value_width == 8:
        _check_sums(column.signal, column.values, 0)


def _check_scale(signal: str, scale: float, offset: float) -> None:
    # Written so that NaN fails too.
    if not (_MIN_SCALE <= scale <= _MAX_SCALE and abs(offset) <= _MAX_OFFSET):
        raise ContractError(
            f"{signal}: scale must be within {_MIN_SCALE:g}..{_MAX_SCALE:g}, offset within {_MAX_OFFSET:g} of zero"
        )


def _check_sums(signal: str, data: bytes, start: int) -> None:
    for number in accumulate(_view(data, 8), initial=start):
        if abs(number) > _MAX_SUM:
            raise ContractError(f"{signal}: the steps add up to more than 2**53")


def _pack_deltas(numbers: Iterable[int]) -> tuple[int, bytes]:
    steps = [b - a for a, b in pairwise(numbers)]
    reach = max((abs(step) for step in steps), default=0)
    for width, limit in _LIMIT.items():
        if reach < limit:
            packed = array(_TYPECODE[width], steps)
            if sys.byteorder == "big":
                packed.byteswap()
            return width, packed.tobytes()
    raise ContractError("a step between two samples does not fit 64 bits")


def _view(data: bytes, width: int) -> "memoryview[int]":
    if sys.byteorder == "little":
        return memoryview(data).cast(_TYPECODE[width])
    swapped = array(_TYPECODE[width], data)
    swapped.byteswap()
    return memoryview(swapped)
