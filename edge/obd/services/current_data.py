"""SAE J1979 service 01: current powertrain data, up to six PIDs at once, and the bitmaps of what is supported."""

from collections.abc import Mapping, Sequence
from typing import Final

from edge.errors import ServiceError

SID: Final = 0x01
MAX_PIDS: Final = 6
SUPPORT_PIDS: Final = tuple(range(0x00, 0x100, 0x20))
_BITMAP_BYTES: Final = 4


def make_request(pids: Sequence[int]) -> bytes:
    """Return the request for one to six PIDs."""
    if not 1 <= len(pids) <= MAX_PIDS or len(set(pids)) != len(pids):
        raise ServiceError(f"one request holds 1 to {MAX_PIDS} different PIDs, not {len(pids)}")
    return bytes((SID, *pids))


def interpret_response(payload: bytes, lengths: Mapping[int, int]) -> dict[int, bytes]:
    """Return the data of each PID answered, in the order the ECU chose.

    `lengths` says how many bytes each known PID has (the bitmaps are known here); an answer may leave PIDs out, but
    every byte must belong to a known PID.
    """
    if len(payload) < 2 or payload[0] != SID + 0x40:
        raise ServiceError("an answer of service 01 starts with 41 and a PID")
    found: dict[int, bytes] = {}
    at = 1
    while at < len(payload):
        pid = payload[at]
        length = _BITMAP_BYTES if pid in SUPPORT_PIDS else lengths.get(pid)
        if length is None:
            raise ServiceError(f"PID {pid:02X} has no known length")
        data = payload[at + 1 : at + 1 + length]
        if len(data) != length:
            raise ServiceError(f"PID {pid:02X} has {length} bytes, {len(data)} came")
        if pid in found:
            raise ServiceError(f"PID {pid:02X} came twice")
        found[pid] = data
        at += 1 + length
    return found


def supported(base: int, bitmap: bytes) -> frozenset[int]:
    """Return the PIDs that support PID `base` announces; with base + 0x20 among them there is another bitmap."""
    if base not in SUPPORT_PIDS or len(bitmap) != _BITMAP_BYTES:
        raise ServiceError("a support bitmap has 4 bytes and stands at a multiple of 20")
    bits = int.from_bytes(bitmap, "big")
    return frozenset(base + 32 - n for n in range(32) if bits >> n & 1 and base + 32 - n <= 0xFF)
