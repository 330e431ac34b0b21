"""What gpsd says (its JSON protocol, one object a line; gpsd_json(5)): pure. What is not a fix is no position."""

import math
from typing import Final

import msgspec

from edge.ports import Fix

MAX_LINE_BYTES: Final = 10_240  # GPS_JSON_RESPONSE_MAX
WATCH: Final = b'?WATCH={"enable":true,"json":true};\n'
TWO_DIMENSIONS: Final = 2  # TPV mode: 0 and 1 are no fix
ESTIMATED: Final = frozenset({6, 7, 8})  # TPV status: dead reckoning, surveyed in, simulated


class _Report(msgspec.Struct, frozen=True):
    """Any report; of a TPV, what matters here."""

    kind: str = msgspec.field(name="class", default="")
    mode: int = 0
    status: int = 0
    lat: float | None = None
    lon: float | None = None


_decoder: Final = msgspec.json.Decoder(_Report)


def fix(line: bytes) -> Fix | None:
    """Return the position in a TPV report of a real fix, or None: another report, none yet, or not gpsd's at all."""
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        report = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if report.kind != "TPV" or report.mode < TWO_DIMENSIONS or report.status in ESTIMATED:
        return None
    if report.lat is None or report.lon is None or not (math.isfinite(report.lat) and math.isfinite(report.lon)):
        return None
    if abs(report.lat) > 90.0 or abs(report.lon) > 180.0:
        return None
    return Fix(report.lat, report.lon)
