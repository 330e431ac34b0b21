"""NMEA 0183 sentences of a satellite receiver: RMC and GGA, pure. What is not valid is no position."""

import re
from typing import Final

from edge.ports import Fix

MAX_SENTENCE_BYTES: Final = 120  # the standard says 82; some receivers say a little more
_SENTENCE: Final = re.compile(rb"\$(?P<body>[A-Z]{2}(?P<kind>RMC|GGA),[ -)+-~]*)\*(?P<sum>[0-9A-Fa-f]{2})")
_ANGLE: Final = re.compile(r"(?P<degrees>\d{2,3})(?P<minutes>\d{2}\.\d{1,8})")


def fix(line: bytes) -> Fix | None:
    """Return the position in `line`, or None: another sentence, a wrong checksum, a receiver that does not know."""
    match = _SENTENCE.fullmatch(line.strip())
    if match is None or len(line) > MAX_SENTENCE_BYTES or checksum(match["body"]) != int(match["sum"], 16):
        return None
    fields = match["body"].decode("ascii").split(",")
    if match["kind"] == b"RMC":
        # RMC,time,status A,latitude,N,longitude,E,...; the mode after NMEA 2.3 may say simulated or estimated
        is_valid = len(fields) >= 10 and fields[2] == "A" and (len(fields) < 13 or fields[12] in "ADFPR")
        angles = fields[3:7]
    else:
        # GGA,time,latitude,N,longitude,E,quality,...; 0 none, 6 estimated, 7 by hand, 8 simulated
        is_valid = len(fields) >= 10 and fields[6] in {"1", "2", "3", "4", "5"}
        angles = fields[2:6]
    return _position(*angles) if is_valid else None


def checksum(body: bytes) -> int:
    """Return the XOR of everything between $ and *."""
    total = 0
    for byte in body:
        total ^= byte
    return total


def _position(latitude: str, north: str, longitude: str, east: str) -> Fix | None:
    latitude_deg, longitude_deg = _angle_deg(latitude, 2), _angle_deg(longitude, 3)
    if latitude_deg is None or longitude_deg is None or north not in {"N", "S"} or east not in {"E", "W"}:
        return None
    if latitude_deg > 90.0 or longitude_deg > 180.0:
        return None
    return Fix(latitude_deg if north == "N" else -latitude_deg, longitude_deg if east == "E" else -longitude_deg)


def _angle_deg(text: str, degree_digits: int) -> float | None:
    match = _ANGLE.fullmatch(text)
    if match is None or len(match["degrees"]) != degree_digits or float(match["minutes"]) >= 60.0:
        return None
    return int(match["degrees"]) + float(match["minutes"]) / 60.0
