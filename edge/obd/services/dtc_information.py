"""ISO 14229-1 service 19: read DTC information; the reports 02, 03, 04, 06 and 0A."""

from collections.abc import Callable
from typing import Final, NamedTuple

from edge.errors import ServiceError
from edge.obd import dtc
from edge.obd.dtc import Dtc

SID: Final = 0x19
BY_STATUS: Final = 0x02
SNAPSHOT_NUMBERS: Final = 0x03
SNAPSHOT: Final = 0x04
EXTENDED_DATA: Final = 0x06
SUPPORTED: Final = 0x0A
ALL_RECORDS: Final = 0xFF
# What is worth a report; a code of which only "not completed" is said is every code that an ECU knows.
WANTED: Final = dtc.TEST_FAILED | dtc.PENDING | dtc.CONFIRMED | dtc.WARNING_INDICATOR
_RECORD: Final = dtc.UDS_BYTES + 1
_DID_BYTES: Final = 2

Length = Callable[[int], int | None]


class Listed(NamedTuple):
    """59 02 and 59 0A: the codes, with the bits of their status that the ECU supports."""

    codes: tuple[Dtc, ...]


class Stored(NamedTuple):
    """59 03: which snapshot records there are: code and record number of each."""

    records: tuple[tuple[Dtc, int], ...]


class Snapshot(NamedTuple):
    """59 04: one snapshot record's data by DID; `rest` is what follows a DID whose length nobody knows."""

    code: Dtc
    number: int
    data: dict[int, bytes]
    rest: bytes


class Extended(NamedTuple):
    """59 06: one code's extended data record, which is the maker's own; None where there is none."""

    code: Dtc
    number: int | None
    data: bytes


Answer = Listed | Stored | tuple[Snapshot, ...] | Extended


def make_request(report: int, code: Dtc | None = None, number: int = ALL_RECORDS) -> bytes:
    """Return the request of one report; 04 and 06 are about `code` and its record `number`."""
    if report == BY_STATUS:
        return bytes((SID, report, WANTED))
    if report in (SNAPSHOT_NUMBERS, SUPPORTED):
        return bytes((SID, report))
    if report in (SNAPSHOT, EXTENDED_DATA) and code is not None:
        return bytes((SID, report)) + dtc.packed(code.base, code.failure_type or 0) + bytes((number,))
    raise ServiceError(f"report {report:02X} of service 19 is not asked for here, or needs a code")


def interpret_response(payload: bytes, length: Length) -> Answer:
    """Return what the report says; `length` says how many bytes a DID's data has, None where nobody knows."""
    if len(payload) < 2 or payload[0] != SID + 0x40:
        raise ServiceError("an answer of service 19 starts with 59 and a report")
    report, body = payload[1], payload[2:]
    if report in (BY_STATUS, SUPPORTED):
        return _listed(body)
    if report == SNAPSHOT_NUMBERS:
        return Stored(tuple((dtc.uds_code(r[:3] + b"\x00")._replace(status=None), r[3]) for r in _records(body)))
    if report == SNAPSHOT:
        return tuple(_snapshots(body, length))
    if report == EXTENDED_DATA:
        return Extended(_head(body), body[_RECORD] if len(body) > _RECORD else None, body[_RECORD + 1 :])
    raise ServiceError(f"report {report:02X} of service 19 was not asked for")


def _listed(body: bytes) -> Listed:
    if not body:
        raise ServiceError("a list of codes starts with the status bits that the ECU supports")
    found = (dtc.uds_code(record) for record in _records(body[1:]))
    return Listed(tuple(code._replace(status=(code.status or 0) & body[0]) for code in found))


def _records(body: bytes) -> list[bytes]:
    if len(body) % _RECORD:
        raise ServiceError(f"records of 4 bytes do not fill {len(body)} bytes")
    return [body[at : at + _RECORD] for at in range(0, len(body), _RECORD)]


def _head(body: bytes) -> Dtc:
    if len(body) < _RECORD:
        raise ServiceError("a record starts with three bytes of code and one of status")
    return dtc.uds_code(body[:_RECORD])


def _snapshots(body: bytes, length: Length) -> list[Snapshot]:
    code, at = _head(body), _RECORD
    found: list[Snapshot] = []
    while at < len(body):
        if len(body) < at + 2:
            raise ServiceError("a snapshot record starts with its number and a count of identifiers")
        number, count = body[at], body[at + 1]
        data, rest, at = _identified(body, at + 2, count, length)
        found.append(Snapshot(code, number, data, rest))
    return found


def _identified(body: bytes, at: int, count: int, length: Length) -> tuple[dict[int, bytes], bytes, int]:
    """Return DIDs with their data, what could not be cut, and where the next record begins; count 0: not told."""
    data: dict[int, bytes] = {}
    while at < len(body) and (count == 0 or len(data) < count):
        if len(body) < at + _DID_BYTES:
            raise ServiceError("a snapshot ends within an identifier")
        did = int.from_bytes(body[at : at + _DID_BYTES], "big")
        size = length(did)
        if size is None:
            return data, body[at:], len(body)
        value = body[at + _DID_BYTES : at + _DID_BYTES + size]
        if len(value) != size:
            raise ServiceError(f"DID {did:04X} of a snapshot has {size} bytes, {len(value)} came")
        if did in data:
            raise ServiceError(f"DID {did:04X} came twice in one snapshot")
        data[did] = value
        at += _DID_BYTES + size
    if count and len(data) < count:
        raise ServiceError(f"a snapshot of {count} identifiers holds {len(data)}")
    return data, b"", at
