"""Which area a point lies in: polygons by ray casting, administrative codes by the nearest seat: pure.

A Chinese administrative code has six digits: two for the province, two for the city, two for the county; trailing
zeros stand for the whole (GB/T 2260). Longer codes (GB/T 2260 with streets) are cut to six.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cloud.rescue.network.terms import Area, AreaClass, Polygon, Ring
from cloud.rescue.place import distance_km
from cloud.store.views import Point

CODE_DIGITS: Final = 6
REMOTE_KM: Final = 30.0
_PAIR: Final = 2


class Seat(NamedTuple):
    """One county or district: its code, name and where its seat is."""

    code: str
    name: str
    latitude_deg: float
    longitude_deg: float


class Found(NamedTuple):
    """The area of a point; `code` is empty where no seat is known."""

    code: str
    area_class: AreaClass | None


UNKNOWN: Final = Found("", None)


def contains(polygon: Polygon, longitude: float, latitude: float) -> bool:
    """Return whether the point lies within the outline and in none of the holes; the edge itself may go either way."""
    if not polygon or not _inside(polygon[0], longitude, latitude):
        return False
    return not any(_inside(hole, longitude, latitude) for hole in polygon[1:])


def _inside(ring: Ring, x: float, y: float) -> bool:
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def stem(code: str) -> str:
    """Return a code without the zeros that stand for the whole: 310000 -> 31, 310100 -> 3101, 310109 -> 310109."""
    short = code[:CODE_DIGITS]
    while len(short) > _PAIR and short.endswith("00"):
        short = short[:-_PAIR]
    return short


def covers(area: Area, place: Point, code: str) -> bool:
    """Return whether `area` holds `place`, whose county has the administrative `code` (empty where not known)."""
    if area.is_everywhere:
        return True
    if code and any(code.startswith(stem(own)) for own in area.codes):
        return True
    return any(contains(polygon, place.longitude_deg, place.latitude_deg) for polygon in area.polygons)


def find(seats: Sequence[Seat], place: Point) -> Found:
    """Return the area of the county seat nearest to `place`; farther than 30 km from every seat it is remote.

    The nearest seat is a county's neighbour near its border, so a partner that must be exact says a polygon.
    """
    if not seats:
        return UNKNOWN
    km, seat = min(((_km(seat, place), seat) for seat in _near(seats, place)), key=lambda pair: pair[0])
    if km > REMOTE_KM:
        return Found(seat.code, "remote")
    return Found(seat.code, "city" if seat.name.endswith("区") else "county")


def _near(seats: Sequence[Seat], place: Point) -> Iterable[Seat]:
    """Return the seats within some degrees, all of them where none is."""
    around = [
        seat
        for seat in seats
        if abs(seat.latitude_deg - place.latitude_deg) < 1.0 and abs(seat.longitude_deg - place.longitude_deg) < 1.5
    ]
    return around or seats


def _km(seat: Seat, place: Point) -> float:
    return distance_km(seat.latitude_deg, seat.longitude_deg, place.latitude_deg, place.longitude_deg)
