"""Lines of a candump log (`candump -l`, can-utils): `(seconds) interface id#data`."""

import re
from typing import Final, NamedTuple

from edge.errors import ReplayError
from edge.obd.frames import CanFrame

_LINE: Final = re.compile(
    r"\((?P<time>\d{1,12}\.\d{1,9})\)\s+(?P<interface>\S+)\s+"
    r"(?P<id>[0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})(?P<kind>##[0-9A-Fa-f]|#)(?P<data>\S*)(?:\s+[RT])?\s*",
    re.ASCII,
)
_ERROR_FLAG: Final = 0x20000000
_EXTENDED_MASK: Final = 0x1FFFFFFF
_STANDARD_MAX: Final = 0x7FF


class Logged(NamedTuple):
    """One classic data frame and when it was on the bus, in Unix seconds."""

    at_s: float
    interface: str
    frame: CanFrame


def parse(line: str) -> Logged | None:
    """Return the data frame of `line`; None for a remote, error or CAN FD frame; `ReplayError` for anything else."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise ReplayError("not '(seconds) interface id#data'")
    can_id, extended = int(match["id"], 16), len(match["id"]) == 8
    if extended and can_id & _ERROR_FLAG:
        return None
    if (not extended and can_id > _STANDARD_MAX) or (extended and can_id > _EXTENDED_MASK):
        raise ReplayError(f"id {match['id']} does not exist")
    data = match["data"]
    if match["kind"] != "#" or data[:1] in ("R", "r"):
        return None
    try:
        frame = CanFrame(can_id, extended, bytes.fromhex(data.replace(".", "")))
    except ValueError as error:
        raise ReplayError(f"data {data[:40]!r} are not pairs of hex digits") from error
    if len(frame.data) > 8:
        raise ReplayError("more than 8 bytes")
    return Logged(float(match["time"]), match["interface"], frame)
