"""NMEA 0183 sentences of a GNSS receiver: RMC and GGA, WGS-84."""

from datetime import UTC, datetime
from functools import reduce

from firmware_sim.physics.place import Place

_KMH_PER_KNOT = 1.852


def sentence(body: str) -> str:
    """Return `body` with its frame and checksum."""
    checksum = reduce(lambda total, char: total ^ ord(char), body, 0)
    return f"${body}*{checksum:02X}\r\n"


def rmc(place: Place, speed_kmh: float, at_s: float) -> str:
    """Return the recommended minimum sentence for `at_s`, domain Unix seconds."""
    when = datetime.fromtimestamp(at_s, UTC)
    knots = speed_kmh / _KMH_PER_KNOT
    course = f"{place.course_deg:.1f}" if speed_kmh > 1.0 else ""
    where = f"{_degrees(place.lat, 2, 'NS')},{_degrees(place.lon, 3, 'EW')}"
    return sentence(f"GPRMC,{_clock(when)},A,{where},{knots:.1f},{course},{when:%d%m%y},,,A")


def gga(place: Place, at_s: float) -> str:
    """Return the fix sentence for `at_s`: nine satellites, twelve metres above the sea."""
    when = datetime.fromtimestamp(at_s, UTC)
    where = f"{_degrees(place.lat, 2, 'NS')},{_degrees(place.lon, 3, 'EW')}"
    return sentence(f"GPGGA,{_clock(when)},{where},1,09,0.9,12.0,M,9.0,M,,")


def _clock(when: datetime) -> str:
    return f"{when:%H%M%S}.{when.microsecond // 10_000:02d}"


def _degrees(value: float, width: int, letters: str) -> str:
    """Return degrees and minutes as ddmm.mmmm, with the hemisphere."""
    ten_thousandths = round(abs(value) * 600_000)
    degrees, minutes = divmod(ten_thousandths, 600_000)
    return f"{degrees:0{width}d}{minutes / 10_000:07.4f},{letters[value < 0]}"
