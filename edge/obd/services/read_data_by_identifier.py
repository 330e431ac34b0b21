"""ISO 14229-1 service 22: read data by identifier, one DID to a request."""

from typing import Final

from edge.errors import ServiceError

SID: Final = 0x22


def make_request(did: int) -> bytes:
    """Return the request for one DID."""
    return bytes((SID,)) + did.to_bytes(2, "big")


def interpret_response(payload: bytes) -> tuple[int, bytes]:
    """Return the DID and its data record, which has at least one byte."""
    if len(payload) < 4 or payload[0] != SID + 0x40:
        raise ServiceError("an answer of service 22 starts with 62, a DID and data")
    return int.from_bytes(payload[1:3], "big"), payload[3:]
