"""ISO 14229-1 service 19, the server's side: the reports 02, 03, 04, 06 and 0A."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_sim.protocol import dtc
from firmware_sim.protocol.answers import (
    INCORRECT_LENGTH,
    REQUEST_OUT_OF_RANGE,
    SUB_FUNCTION_NOT_SUPPORTED,
    Handler,
    RefusalError,
)

_POSITIVE: Final = 0x40
_ALL: Final = 0xFF
_AVAILABLE: Final = 0xFF  # every bit of the status byte is kept
_LENGTHS: Final = {0x02: 3, 0x03: 2, 0x04: 6, 0x06: 6, 0x0A: 2}


@dataclass(frozen=True)
class StoredCode:
    """One code with its failure type and status; `snapshots` are DIDs by record number, `extended` bytes by number."""

    code: str
    failure_type: int
    status: int
    snapshots: Mapping[int, Mapping[int, bytes]] = field(default_factory=dict)
    extended: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def number(self) -> bytes:
        """The three bytes that name it."""
        return dtc.encode(self.code) + bytes([self.failure_type])

    @property
    def record(self) -> bytes:
        """The three bytes and the status."""
        return self.number + bytes([self.status])


def dtc_information(stored: Callable[[], Sequence[StoredCode]]) -> Handler:
    """Return service 19 over `stored`."""

    def handle(request: bytes) -> bytes:
        report = request[1] if len(request) > 1 else 0
        if report not in _LENGTHS:
            raise RefusalError(SUB_FUNCTION_NOT_SUPPORTED)
        if len(request) != _LENGTHS[report]:
            raise RefusalError(INCORRECT_LENGTH)
        head = bytes([request[0] + _POSITIVE, report])
        return head + _report(report, request[2:], stored())

    return handle


def _report(report: int, asked: bytes, stored: Sequence[StoredCode]) -> bytes:
    match report:
        case 0x02:
            wanted = [code.record for code in stored if code.status & asked[0]]
            return bytes([_AVAILABLE]) + b"".join(wanted)
        case 0x03:
            return b"".join(code.number + bytes([number]) for code in stored for number in code.snapshots)
        case 0x0A:
            return bytes([_AVAILABLE]) + b"".join(code.record for code in stored)
    code = next((one for one in stored if one.number == asked[:3]), None)
    if code is None:
        raise RefusalError(REQUEST_OUT_OF_RANGE)
    records = {n: _snapshot(n, data) for n, data in code.snapshots.items()}
    if report == 0x06:
        records = {n: bytes([n]) + data for n, data in code.extended.items()}
    if asked[3] != _ALL and asked[3] not in records:
        raise RefusalError(REQUEST_OUT_OF_RANGE)
    return code.record + b"".join(data for n, data in records.items() if asked[3] in (_ALL, n))


def _snapshot(number: int, data: Mapping[int, bytes]) -> bytes:
    return bytes([number, len(data)]) + b"".join(did.to_bytes(2, "big") + value for did, value in data.items())
