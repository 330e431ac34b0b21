"""The network as the plan sees it: every truck of every partner, and the jobs that wait for one."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping, select

from cloud.rescue import places
from cloud.rescue.network.areas import Seat
from cloud.rescue.network.hours import Hours
from cloud.rescue.network.plan import Request, Slot
from cloud.rescue.network.terms import Area, Price, Terms, needed
from cloud.store.queries.partners import busy_by_partner
from cloud.store.tables import jobs, offers, partners, seats, trucks
from cloud.store.views import Point

# A truck that has not said for so long where it is may be anywhere: its partner's base is the better guess.
STALE_MS: Final = 30 * 60_000


def all_slots(connection: Connection, now_ms: int, at_most: int) -> list[Slot]:
    """Return every truck; of those that a partner only counts at most `at_most` free ones, or one that is not free."""
    busy = busy_by_partner(connection)
    held = _held_trucks(connection)
    known: dict[str, list[RowMapping]] = {}
    for truck in connection.execute(select(trucks).order_by(trucks.c.id)).mappings():
        known.setdefault(truck["partner_id"], []).append(truck)
    found: list[Slot] = []
    for row in connection.execute(select(partners).order_by(partners.c.id)).mappings():
        out = busy.get(row["id"], 0)
        own = known.get(row["id"])
        made = _counted(row, out, at_most, now_ms) if own is None else _named(row, own, held, out, now_ms)
        found.extend(made)
    return found


def _counted(row: RowMapping, out: int, at_most: int, now_ms: int) -> list[Slot]:
    capacity = row["capacity"]
    slot = _slot(row, now_ms)._replace(busy=min(1.0, out / capacity), place=_point(row, None))
    free = min(max(0, capacity - out), at_most)
    if free == 0:
        return [slot._replace(id=f"{row['id']}/", is_free=False)]
    return [slot._replace(id=f"{row['id']}/{number}") for number in range(free)]


def _named(row: RowMapping, own: Sequence[RowMapping], held: set[str], out: int, now_ms: int) -> list[Slot]:
    slot = _slot(row, now_ms)._replace(busy=min(1.0, out / len(own)))
    # Jobs that the partner took without saying with which truck keep as many of its trucks away.
    unnamed = max(0, out - sum(truck["id"] in held for truck in own))
    found = []
    for truck in own:
        is_free = truck["on_duty"] and truck["id"] not in held
        if is_free and unnamed > 0:
            is_free, unnamed = False, unnamed - 1
        fresh = truck["position_ms"] is not None and now_ms - truck["position_ms"] <= STALE_MS
        carried = truck["equipment"]
        found.append(
            slot._replace(
                id=truck["id"],
                is_free=is_free,
                place=_point(truck, truck["position_ms"]) if fresh else _point(row, None),
                equipment=None if carried is None else frozenset(carried),
            )
        )
    return found


def _slot(row: RowMapping, now_ms: int) -> Slot:
    hours = None if row["hours"] is None else Hours(**row["hours"])
    return Slot(
        id="",
        partner_id=row["id"],
        services=frozenset(row["services"]),
        terms=terms_of(row),
        place=None,
        is_open=hours is None or hours.open_at(now_ms),
    )


def terms_of(row: RowMapping) -> Terms:
    """Return a partner's terms as the store keeps them."""
    return Terms(
        equipment=None if row["equipment"] is None else frozenset(row["equipment"]),
        mode=row["mode"],
        area=Area() if row["area"] is None else msgspec.convert(row["area"], Area),
        prices={} if row["prices"] is None else msgspec.convert(row["prices"], dict[str, Price]),
        promise_s=row["promise_s"] or {},
        score=row["score"],
    )


def _point(row: RowMapping, as_of_ms: int | None) -> Point | None:
    if row["latitude_deg"] is None:
        return None
    return Point(
        latitude_deg=row["latitude_deg"],
        longitude_deg=row["longitude_deg"],
        crs=row["crs"],
        precision="exact",
        as_of_ms=as_of_ms,
    )


def _held_trucks(connection: Connection) -> set[str]:
    """Return the trucks that a standing offer or an open job has taken."""
    query = select(offers.c.truck_id).join(jobs, jobs.c.id == offers.c.job_id)
    standing = offers.c.state.in_(("offered", "accepted")), jobs.c.closed_ms.is_(None), offers.c.truck_id != ""
    return set(connection.execute(query.where(*standing)).scalars())


def requests(connection: Connection, rows: Sequence[RowMapping], now_ms: int) -> tuple[list[Request], set[str]]:
    """Return the waiting jobs as the plan sees them, and the ids of those whose place may be shown."""
    asked: dict[str, set[str]] = {row["id"]: set() for row in rows}
    rounds = {row["id"]: row["round"] for row in rows}
    query = select(offers.c.job_id, offers.c.partner_id, offers.c.round).where(offers.c.job_id.in_(list(asked)))
    for offer in connection.execute(query):
        if offer.round == rounds[offer.job_id]:
            asked[offer.job_id].add(offer.partner_id)
    found, shown = [], set[str]()
    for row in rows:
        place, is_shown = places.search_place(connection, row)
        if is_shown:
            shown.add(row["id"])
        found.append(
            Request(
                id=row["id"],
                service=row["service"],
                needs=needed(row["service"], row["cause"]),
                place=place,
                code=row["area_code"],
                priority=row["priority"],
                waited_min=(now_ms - row["created_ms"]) / 60_000.0,
                promise_min=(row["promise_ms"] - now_ms) / 60_000.0,
                tried=frozenset(asked[row["id"]]),
            )
        )
    return found, shown


def known_seats(connection: Connection) -> list[Seat]:
    """Return every county seat that was imported."""
    rows = connection.execute(select(seats.c.code, seats.c.name, seats.c.latitude_deg, seats.c.longitude_deg))
    return [Seat(*row) for row in rows]
