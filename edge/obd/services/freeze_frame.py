"""SAE J1979 service 02: what was measured when a code was stored; PID 02 of it is that code."""

from collections.abc import Mapping
from typing import Final

from edge.errors import ServiceError
from edge.obd import dtc
from edge.obd.services import current_data

SID: Final = 0x02
STORED_BY: Final = 0x02
_BITMAP_BYTES: Final = 4


def make_request(pid: int, frame: int = 0) -> bytes:
    """Return the request for one PID of one frame."""
    return bytes((SID, pid, frame))


def interpret_response(payload: bytes, lengths: Mapping[int, int]) -> tuple[int, int, bytes]:
    """Return PID, frame number and data; a bitmap of what the frame holds has PID 00, 20, 40 ..."""
    if len(payload) < 3 or payload[0] != SID + 0x40:
        raise ServiceError("an answer of service 02 starts with 42, a PID and a frame number")
    pid, frame, data = payload[1], payload[2], payload[3:]
    length = _length(pid, lengths)
    if length is None or len(data) != length:
        raise ServiceError(
            f"PID {pid:02X} of a freeze frame has {length or 'no known number of'} bytes, {len(data)} came"
        )
    return pid, frame, data


def cause(data: bytes) -> str | None:
    """Return the code that stored the frame, from the data of PID 02; None where no frame is stored."""
    return None if data == b"\x00\x00" else dtc.text(data)


def _length(pid: int, lengths: Mapping[int, int]) -> int | None:
    if pid in current_data.SUPPORT_PIDS:
        return _BITMAP_BYTES
    return 2 if pid == STORED_BY else lengths.get(pid)
