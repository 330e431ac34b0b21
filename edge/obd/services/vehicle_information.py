"""SAE J1979 service 09: vehicle information, and the same info types as DIDs F8xx of cars that speak UDS (J1979-2).

On CAN the data begins with the number of data items, the DIDs leave it out; both are read.
"""

from typing import Final

from edge.errors import ServiceError
from edge.obd import vin
from edge.obd.services import current_data

SID: Final = 0x09
SUPPORTED: Final = 0x00
VIN_INFOTYPE: Final = 0x02
CALIBRATIONS: Final = 0x04
VERIFICATIONS: Final = 0x06
ECU_NAME: Final = 0x0A
_ITEM_BYTES: Final = {VIN_INFOTYPE: 17, CALIBRATIONS: 16, VERIFICATIONS: 4, ECU_NAME: 20}
_PADDING: Final = b"\x00\xff "


def make_request(infotype: int) -> bytes:
    """Return the request for one info type."""
    return bytes((SID, infotype))


def interpret_response(payload: bytes) -> tuple[int, bytes]:
    """Return info type and data, number of items included."""
    if len(payload) < 3 or payload[0] != SID + 0x40:
        raise ServiceError("an answer of service 09 starts with 49, an info type and data")
    return payload[1], payload[2:]


def supported(data: bytes) -> frozenset[int]:
    """Return the info types that the bitmap of info type 00 announces."""
    return current_data.supported(0x00, data)


def number(data: bytes) -> vin.Vin:
    """Return the VIN of info type 02: one item of 17 characters; what it says is not repeated in an error."""
    if len(data) > _ITEM_BYTES[VIN_INFOTYPE] and data[:1] == b"\x01":
        data = data[1:]
    if data[:1] < b" " and data[:1] != b"\x00":
        raise ServiceError("a car has one VIN")
    return vin.decode(data)


def items(infotype: int, data: bytes) -> tuple[str, ...]:
    """Return calibration ids (04), verification numbers in hexadecimal (06) or the ECU's name (0A)."""
    size = _ITEM_BYTES[infotype]
    if len(data) % size == 1:
        if data[0] != len(data) // size:
            raise ServiceError(f"info type {infotype:02X} speaks of {data[0]} items, {len(data) // size} came")
        data = data[1:]
    if not data or len(data) % size:
        raise ServiceError(f"info type {infotype:02X} has items of {size} bytes, {len(data)} bytes came")
    found = (data[at : at + size] for at in range(0, len(data), size))
    return tuple(item.hex().upper() if infotype == VERIFICATIONS else _text(item) for item in found)


def _text(item: bytes) -> str:
    """Return the characters of `item` without its padding, or its hexadecimal digits where it is no text."""
    bare = item.strip(_PADDING).replace(b"\x00", b"")
    return bare.decode("ascii") if all(0x20 <= byte <= 0x7E for byte in bare) else bare.hex().upper()
