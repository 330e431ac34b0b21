"""SAE J1979 service 09: vehicle information; infotype 02 is the VIN."""

from typing import Final

from edge.errors import ServiceError
from edge.obd import vin

SID: Final = 0x09
VIN_INFOTYPE: Final = 0x02


def make_request(infotype: int) -> bytes:
    """Return the request for one infotype."""
    return bytes((SID, infotype))


def interpret_response(payload: bytes) -> vin.Vin:
    """Return the VIN: 49 02, the number of data items (one) and 17 characters."""
    if payload[:2] != bytes((SID + 0x40, VIN_INFOTYPE)):
        raise ServiceError("an answer with a VIN starts with 49 02")
    if payload[2:3] != b"\x01":
        raise ServiceError("a car has one VIN")
    return vin.decode(payload[3:])
