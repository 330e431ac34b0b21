"""Partners, and what each of them may see: a cell before it accepts, the point after, nothing a day after closing."""

from typing import Final

from sqlalchemy import Connection, RowMapping, func, select

from cloud.rescue.place import cell_of
from cloud.store.cursors import behind, clamp, page
from cloud.store.errors import MissingError
from cloud.store.queries.jobs import car_of
from cloud.store.queries.parts import masked, point, refs
from cloud.store.tables import jobs, offers
from cloud.store.tables import partners as table
from cloud.store.views import Page, PartnerJobView, PartnerOfferView, PartnerView, VehicleRef

SEEN_AFTER_CLOSING_MS: Final = 24 * 3600 * 1000


def partners(connection: Connection, *, cursor: str | None = None, limit: int = 50) -> Page[PartnerView]:
    """Return partners and how many open jobs and offers each has now."""
    limit = clamp(limit)
    query = select(table).order_by(table.c.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(behind(cursor, table.c.id))
    rows = connection.execute(query).mappings().all()
    busy = busy_by_partner(connection)
    return page(
        rows,
        limit,
        lambda row: PartnerView(
            id=row["id"],
            name=row["name"],
            services=row["services"],
            capacity=row["capacity"],
            busy=busy.get(row["id"], 0),
            latitude_deg=row["latitude_deg"],
            longitude_deg=row["longitude_deg"],
            crs=row["crs"],
        ),
        lambda row: (row["id"],),
    )


def busy_by_partner(connection: Connection) -> dict[str, int]:
    """Return how many trucks of each partner an open job or a standing offer has taken."""
    rows = connection.execute(
        select(offers.c.partner_id, func.count().label("n"))
        .join(jobs, jobs.c.id == offers.c.job_id)
        .where(offers.c.state.in_(("offered", "accepted")), jobs.c.closed_ms.is_(None))
        .group_by(offers.c.partner_id)
    )
    return {row.partner_id: row.n for row in rows}


def partner_offers(connection: Connection, partner_id: str, *, now_ms: int) -> list[PartnerOfferView]:
    """Return the offers that this partner can still accept, most urgent job first: no point, no plate, no phone."""
    rows = connection.execute(
        select(jobs, offers.c.deadline_ms, offers.c.distance_km)
        .join(offers, offers.c.job_id == jobs.c.id)
        .where(offers.c.partner_id == partner_id, offers.c.state == "offered", offers.c.deadline_ms > now_ms)
        .order_by(jobs.c.priority, offers.c.offered_ms)
    ).mappings()
    return [
        PartnerOfferView(
            job_id=row["id"],
            deadline_ms=row["deadline_ms"],
            cell=None if (place := point(row)) is None else cell_of(place),
            vehicle_class=row["vehicle_class"],
            fault_family=row["cause"],
            service=row["service"],
            distance_km=row["distance_km"],
        )
        for row in rows
    ]


def partner_jobs(connection: Connection, partner_id: str, *, now_ms: int) -> list[PartnerJobView]:
    """Return the jobs that this partner accepted, newest first: open ones, and those closed within a day."""
    rows = connection.execute(
        select(jobs)
        .where(
            jobs.c.partner_id == partner_id,
            jobs.c.closed_ms.is_(None) | (jobs.c.closed_ms > now_ms - SEEN_AFTER_CLOSING_MS),
        )
        .order_by(jobs.c.created_ms.desc())
        .limit(200)
    )
    return [_view(connection, row, now_ms) for row in rows.mappings()]


def partner_job(connection: Connection, partner_id: str, job_id: str, *, now_ms: int) -> PartnerJobView:
    """Return a job of this partner; raise `MissingError` for anybody else's."""
    row = (
        connection.execute(select(jobs).where(jobs.c.id == job_id, jobs.c.partner_id == partner_id))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise MissingError(f"no job {job_id} of yours")
    return _view(connection, row, now_ms)


def _view(connection: Connection, row: RowMapping, now_ms: int) -> PartnerJobView:
    closed_ms: int | None = row["closed_ms"]
    seen = closed_ms is None or now_ms - closed_ms < SEEN_AFTER_CLOSING_MS
    car = car_of(row, refs(connection, [row["vehicle_id"]] if row["vehicle_id"] else []))
    return PartnerJobView(
        id=row["id"],
        state=row["state"],
        service=row["service"],
        vehicle=car if seen else VehicleRef(id=None, name="", plate="", model=car.model),
        position=point(row) if seen else None,
        phone_masked=masked(row["phone"]) if seen else None,
        promise_ms=row["promise_ms"],
    )
