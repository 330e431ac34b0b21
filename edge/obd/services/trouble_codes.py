"""SAE J1979 services 03 (confirmed), 07 (pending) and 0A (permanent codes) on CAN, where a count byte comes first."""

from typing import Final, Literal

from edge.errors import ServiceError
from edge.obd import dtc

Status = Literal["confirmed", "pending", "permanent"]

STATUSES: Final[dict[int, Status]] = {0x03: "confirmed", 0x07: "pending", 0x0A: "permanent"}


def make_request(service: int) -> bytes:
    """Return the request of service 03, 07 or 0A."""
    if service not in STATUSES:
        raise ServiceError(f"service {service:02X} reports no codes")
    return bytes((service,))


def interpret_response(payload: bytes) -> tuple[Status, tuple[str, ...]]:
    """Return what kind of codes these are, and the codes; `43 00` is an answer: there are none."""
    if len(payload) < 2 or payload[0] - 0x40 not in STATUSES:
        raise ServiceError("an answer with codes starts with 43, 47 or 4A and a count")
    count, codes = payload[1], payload[2:]
    if len(codes) != 2 * count:
        raise ServiceError(f"{count} codes have {2 * count} bytes, {len(codes)} came")
    return STATUSES[payload[0] - 0x40], tuple(dtc.text(codes[at : at + 2]) for at in range(0, len(codes), 2))
