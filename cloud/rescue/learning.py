"""What the service has learned of the trucks' pace: from the ways of jobs that it saw leave and arrive."""

from typing import Final

from sqlalchemy import Connection, select

from cloud.rescue.network.areas import find
from cloud.rescue.slots import known_seats
from cloud.rescue.travel import StraightLine, Way, learn
from cloud.store.tables import jobs
from cloud.store.views import Point

_MOST: Final = 20_000
_CITY_DIGITS: Final = 4


def travel(connection: Connection, speed_kmh: float) -> StraightLine:
    """Return the travel time with what the newest ways teach; an area is a city."""
    query = select(jobs.c.left_km, jobs.c.left_ms, jobs.c.arrived_ms, jobs.c.area_code)
    driven = query.where(jobs.c.left_km.is_not(None), jobs.c.arrived_ms.is_not(None))
    rows = connection.execute(driven.order_by(jobs.c.arrived_ms.desc()).limit(_MOST))
    ways = [
        Way(row.left_km, (row.arrived_ms - row.left_ms) / 60_000.0, row.area_code[:_CITY_DIGITS], row.left_ms)
        for row in rows
    ]
    seats = known_seats(connection)

    def area_of(end: Point) -> str:
        return find(seats, end).code[:_CITY_DIGITS]

    return StraightLine(speed_kmh, learn(ways, speed_kmh), area_of)
