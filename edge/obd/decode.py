"""From the bytes of an answer to readings: nothing is clamped, and what is no value says why and keeps its bytes."""

import math
from typing import NamedTuple

from contract.validity import Validity
from edge.obd.signalset import Command, Field, Ranges


class Reading(NamedTuple):
    """One signal of one answer; `value` is NaN unless `validity` is VALUE, and `raw` is kept when it is not."""

    signal: str
    ecu: str
    value: float
    validity: Validity
    raw: bytes


def readings(command: Command, ecu: str, data: bytes) -> list[Reading]:
    """Return every signal of `command` from the data behind its PID or DID."""
    return [_reading(field, ecu, data) for field in command.fields]


def _reading(field: Field, ecu: str, data: bytes) -> Reading:
    value, validity = _judge(field, data)
    raw = b"" if validity is Validity.VALUE else data[field.first_byte : field.last_byte + 1]
    return Reading(field.signal.path, ecu, value, validity, raw)


def _judge(field: Field, data: bytes) -> tuple[float, Validity]:
    if field.last_byte >= len(data):
        return math.nan, Validity.INVALID  # the answer ends before the signal does
    if any(condition.holds(data) for condition in field.not_measured_when):
        return math.nan, Validity.NOT_MEASURED
    if not all(condition.holds(data) for condition in field.valid_when):
        return math.nan, Validity.INVALID
    raw = _bits(field, data)
    if _within(raw, field.not_measured):
        return math.nan, Validity.NOT_MEASURED
    if _within(raw, field.invalid):
        return math.nan, Validity.INVALID
    if field.enum is not None:
        value = field.enum.get(raw, math.nan)
        if math.isnan(value):
            return math.nan, Validity.INVALID
    else:
        if field.signed and raw >> (field.bits - 1):
            raw -= 1 << field.bits
        value = raw * field.mul / field.div + field.add
    value = value * field.conversion.mul + field.conversion.add
    if not field.low <= value <= field.high:
        return math.nan, Validity.OUT_OF_RANGE
    return value, Validity.VALUE


def _bits(field: Field, data: bytes) -> int:
    first, last = field.bit // 8, (field.bit + field.bits - 1) // 8
    span = data[first : last + 1]
    if field.little_endian:
        # As many bytes as the bits fill; a set of ours has whole bytes, OBDb's reference turns round just these.
        filled = (field.bits + 7) // 8
        span = span[:filled][::-1] + span[filled:]
    whole = int.from_bytes(span, "big")
    spare = (last + 1) * 8 - (field.bit + field.bits)
    return whole >> spare & (1 << field.bits) - 1


def _within(raw: int, ranges: Ranges) -> bool:
    return any(low <= raw <= high for low, high in ranges)
