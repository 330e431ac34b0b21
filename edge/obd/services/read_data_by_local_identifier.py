"""ISO 14230-3 service 21: read data by local identifier, one byte, as many cars from before UDS answer it on CAN."""

from typing import Final

from edge.errors import ServiceError

SID: Final = 0x21


def make_request(local_id: int) -> bytes:
    """Return the request for one local identifier."""
    return bytes((SID, local_id))


def interpret_response(payload: bytes) -> tuple[int, bytes]:
    """Return the local identifier and its data, which has at least one byte."""
    if len(payload) < 3 or payload[0] != SID + 0x40:
        raise ServiceError("an answer of service 21 starts with 61, a local identifier and data")
    return payload[1], payload[2:]
