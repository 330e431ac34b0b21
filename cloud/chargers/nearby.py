"""How far the nearest charger is of cars that have said where they are: into their facts, where scoring reads it.

Only a position that its driver released counts (`exact`, under a grant, or `pin`), and only while it is fresh; the
facts hold a distance, never a place.
"""

from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from cloud.chargers.ports import Chargers
from cloud.log.ports import FACTS_STREAM, Log, Record
from cloud.scoring.types import FACTS_KIND, decode_facts, encode_facts
from cloud.store.tables import vehicle_state

RELEASED: Final = ("exact", "pin")
FRESH_MS: Final = 3_600_000


class Released(NamedTuple):
    """Where a vehicle is by its driver's leave, and since when."""

    vehicle: str
    latitude_deg: float
    longitude_deg: float
    at_ms: int


def released(connection: Connection, now_ms: int) -> list[Released]:
    """Return the released positions of the last hour."""
    state = vehicle_state.c
    query = select(state.vehicle_id, state.latitude_deg, state.longitude_deg, state.position_ms).where(
        state.precision.in_(RELEASED), state.position_ms > now_ms - FRESH_MS
    )
    return [Released(*row) for row in connection.execute(query.order_by(state.vehicle_id))]


def append(log: Log, chargers: Chargers, places: list[Released], now_ms: int) -> int:
    """Append the facts of every vehicle whose nearest charger is known anew; return how many."""
    fresh = []
    for place in places:
        last = log.last(place.vehicle, FACTS_STREAM)
        if last is None:
            continue
        facts = decode_facts(last.payload)
        km = chargers.nearest_km(place.latitude_deg, place.longitude_deg, facts.connector, now_ms)
        if km is None:
            continue
        told = msgspec.structs.replace(facts, near_charger_km=round(km, 1), near_until_ms=place.at_ms + FRESH_MS)
        if told != facts:
            fresh.append(Record(place.vehicle, FACTS_STREAM, last.seq + 1, FACTS_KIND, now_ms, encode_facts(told)))
    if fresh:
        log.append(fresh)
    return len(fresh)
