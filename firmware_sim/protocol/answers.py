"""What a server answers: a handler per service, and the negative responses of ISO 14229-1."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

Handler = Callable[[bytes], bytes]

SERVICE_NOT_SUPPORTED: Final = 0x11
SUB_FUNCTION_NOT_SUPPORTED: Final = 0x12
INCORRECT_LENGTH: Final = 0x13
REQUEST_OUT_OF_RANGE: Final = 0x31
RESPONSE_PENDING: Final = 0x78
NOT_SUPPORTED_IN_SESSION: Final = 0x7F

# ISO 14229-1, 7.5.3: to a functional request nobody answers that it does not support it.
_UNSAID_WHEN_FUNCTIONAL: Final = frozenset(
    {SERVICE_NOT_SUPPORTED, SUB_FUNCTION_NOT_SUPPORTED, REQUEST_OUT_OF_RANGE, 0x7E, NOT_SUPPORTED_IN_SESSION}
)


class RefusalError(Exception):
    """A handler's negative response."""

    def __init__(self, code: int) -> None:
        """Keep the response code of ISO 14229-1, annex A."""
        super().__init__(f"negative response {code:#04x}")
        self.code = code


def negative(service: int, code: int) -> bytes:
    """Return the negative response to `service`."""
    return bytes([0x7F, service, code])


@dataclass(frozen=True)
class Server:
    """One ECU's services by their identifier."""

    services: Mapping[int, Handler] = field(default_factory=dict)

    def answer(self, request: bytes, *, functional: bool) -> bytes | None:
        """Return the response to `request`, None where the standards ask for silence."""
        if not request:
            return None
        service = request[0]
        handler = self.services.get(service)
        try:
            if handler is None:
                raise RefusalError(SERVICE_NOT_SUPPORTED)
            return handler(request) or None
        except RefusalError as refusal:
            if functional and refusal.code in _UNSAID_WHEN_FUNCTIONAL:
                return None
            return negative(service, refusal.code)
