"""The negative response, 7F: service and response code (ISO 14229-1 table A.1)."""

from typing import Final, NamedTuple

from edge.errors import ServiceError

SID: Final = 0x7F

GENERAL_REJECT: Final = 0x10
SERVICE_NOT_SUPPORTED: Final = 0x11
SUBFUNCTION_NOT_SUPPORTED: Final = 0x12
BUSY_REPEAT_REQUEST: Final = 0x21
CONDITIONS_NOT_CORRECT: Final = 0x22
REQUEST_OUT_OF_RANGE: Final = 0x31
SECURITY_ACCESS_DENIED: Final = 0x33
AUTHENTICATION_REQUIRED: Final = 0x34
RESPONSE_PENDING: Final = 0x78

# Asking again in this ignition cycle will not help.
REFUSALS: Final = frozenset(
    {
        SERVICE_NOT_SUPPORTED,
        SUBFUNCTION_NOT_SUPPORTED,
        REQUEST_OUT_OF_RANGE,
        SECURITY_ACCESS_DENIED,
        AUTHENTICATION_REQUIRED,
        0x7E,  # subFunctionNotSupportedInActiveSession
        0x7F,  # serviceNotSupportedInActiveSession
    }
)


class Negative(NamedTuple):
    """Which service was refused, and why."""

    service: int
    code: int


def interpret_response(payload: bytes) -> Negative:
    """Return the refusal in `payload`, which starts with 7F."""
    if len(payload) != 3 or payload[0] != SID:
        raise ServiceError("a negative response has 3 bytes: 7F, service, code")
    return Negative(payload[1], payload[2])
