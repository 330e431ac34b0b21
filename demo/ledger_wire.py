"""Reading what is stored, from the documented layout alone: msgpack and deflate, no code of either side.

A payload is b"OR", a version byte, a flag byte, then a msgpack map, packed as the flags say. See docs/log-format.md.
"""

import struct
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

_STEP: Final = {2: "h", 4: "i", 8: "q"}
_DICTIONARY: Final = Path(__file__).resolve().parent.parent / "contract" / "data" / "wire-1.dict"


class WireError(ValueError):
    """The stored bytes are not what the layout says."""


class Reading(NamedTuple):
    """One sample as it is stored; `value` is None where it is not a value."""

    signal: str
    ecu: str
    mono_ms: int
    wall_ms: int
    value: float | None
    resolution: float


def message(payload: bytes) -> dict[str, Any]:
    """Return the map in `payload`, or raise `WireError`."""
    if payload[:2] != b"OR" or len(payload) < 4:
        raise WireError("no payload")
    try:
        decoded = msgspec.msgpack.decode(_body(payload[3], payload[4:]))
    except (zlib.error, msgspec.MsgspecError) as error:
        raise WireError(str(error)) from error
    if not isinstance(decoded, dict):
        raise WireError("no map")
    return decoded


def _body(flags: int, packed: bytes) -> bytes:
    if flags == 0:
        return packed
    if flags == 1:
        return zlib.decompress(packed)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_dictionary())
    body = inflater.decompress(packed[4:]) + inflater.flush()
    if flags != 2 or not inflater.eof or zlib.crc32(body) != int.from_bytes(packed[:4], "big"):
        raise WireError("the body is packed in no way that is documented, or damaged")
    return body


@cache
def _dictionary() -> bytes:
    return _DICTIONARY.read_bytes()


def readings(decoded: dict[str, Any]) -> Iterator[Reading]:
    """Yield every sample of a telemetry message, or raise `WireError`; of any other message, none."""
    for column in decoded.get("columns", ()):
        try:
            times = list(accumulate(_steps(column["times"], column["time_width"]), initial=decoded["mono_ms"]))[1:]
            whole = accumulate(_steps(column["values"], column["value_width"]))
            validity = column.get("validity") or bytes(len(times))
            scale, offset = float(column["scale"]), float(column.get("offset", 0.0))
            shift_ms = decoded["wall_ms"] - decoded["mono_ms"]
            for mono_ms, number, kind in zip(times, whole, validity, strict=True):
                value = number * scale + offset if kind == 0 else None
                yield Reading(column["signal"], column.get("ecu", ""), mono_ms, mono_ms + shift_ms, value, scale)
        except (KeyError, TypeError, ValueError, struct.error) as error:
            raise WireError(f"a column cannot be read: {error}") from error


def _steps(data: bytes, width: int) -> tuple[int, ...]:
    numbers: tuple[int, ...] = struct.unpack(f"<{len(data) // width}{_STEP[width]}", data)
    return numbers
