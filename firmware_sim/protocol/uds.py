"""ISO 14229-1, the server's side: ReadDataByIdentifier, TesterPresent, DiagnosticSessionControl."""

from collections.abc import Callable, Mapping
from typing import Final

from firmware_sim.protocol.answers import (
    INCORRECT_LENGTH,
    REQUEST_OUT_OF_RANGE,
    SUB_FUNCTION_NOT_SUPPORTED,
    Handler,
    RefusalError,
)

_SUPPRESS: Final = 0x80
_SESSIONS: Final = (0x01, 0x03)
# P2 in ms and P2* in units of 10 ms, as the positive response states them.
_TIMING: Final = (50).to_bytes(2, "big") + (500).to_bytes(2, "big")


def read_data(records: Mapping[int, Callable[[], bytes]]) -> Handler:
    """Return service 22 over `records` (DID to data record); a request may name several DIDs."""

    def handle(request: bytes) -> bytes:
        if len(request) < 3 or len(request) % 2 == 0:
            raise RefusalError(INCORRECT_LENGTH)
        wanted = [int.from_bytes(request[at : at + 2], "big") for at in range(1, len(request), 2)]
        known = [did for did in wanted if did in records]
        if not known:
            raise RefusalError(REQUEST_OUT_OF_RANGE)
        return b"\x62" + b"".join(did.to_bytes(2, "big") + records[did]() for did in known)

    return handle


def tester_present(request: bytes) -> bytes:
    """Answer service 3E; empty when the tester asked for no answer."""
    if len(request) != 2:
        raise RefusalError(INCORRECT_LENGTH)
    if request[1] & ~_SUPPRESS:
        raise RefusalError(SUB_FUNCTION_NOT_SUPPORTED)
    return b"" if request[1] & _SUPPRESS else b"\x7e\x00"


def session_control(request: bytes) -> bytes:
    """Answer service 10 for the default and the extended session."""
    if len(request) != 2:
        raise RefusalError(INCORRECT_LENGTH)
    session = request[1] & ~_SUPPRESS
    if session not in _SESSIONS:
        raise RefusalError(SUB_FUNCTION_NOT_SUPPORTED)
    return b"" if request[1] & _SUPPRESS else bytes([0x50, session]) + _TIMING
