"""Rescues as an operator reads them."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from cloud.store.cursors import behind, clamp, page
from cloud.store.errors import MissingError
from cloud.store.queries.parts import NOBODY, masked, point, refs
from cloud.store.tables import jobs as table
from cloud.store.tables import offers, partners, timeline
from cloud.store.views import JobStep, JobView, OfferView, Page, PartnerRef, VehicleRef

STEP = "job_step"


def jobs(
    connection: Connection,
    *,
    state: str | None = None,
    open_only: bool = False,
    vehicle_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[JobView]:
    """Return jobs, newest first."""
    limit = clamp(limit)
    query = select(table).order_by(table.c.created_ms.desc(), table.c.id.desc()).limit(limit + 1)
    if state is not None:
        query = query.where(table.c.state == state)
    if open_only:
        query = query.where(table.c.closed_ms.is_(None))
    if vehicle_id is not None:
        query = query.where(table.c.vehicle_id == vehicle_id)
    if cursor is not None:
        query = query.where(behind(cursor, table.c.created_ms, table.c.id))
    rows = connection.execute(query).mappings().all()
    views = dict(zip((row["id"] for row in rows), _views(connection, rows), strict=True))
    return page(rows, limit, lambda row: views[row["id"]], lambda row: (row["created_ms"], row["id"]))


def job(connection: Connection, job_id: str) -> JobView:
    """Return one job; raise `MissingError`."""
    rows = connection.execute(select(table).where(table.c.id == job_id)).mappings().all()
    if not rows:
        raise MissingError(f"no job {job_id}")
    return _views(connection, rows)[0]


def car_of(row: RowMapping, cars: dict[str, VehicleRef]) -> VehicleRef:
    """Return whose job it is; a car that the fleet does not know has the plate that the caller gave."""
    if row["vehicle_id"] is None:
        return VehicleRef(id=None, name="", plate=row["plate"], model="")
    return cars.get(row["vehicle_id"], NOBODY)


def _views(connection: Connection, rows: Sequence[RowMapping]) -> list[JobView]:
    ids = [row["id"] for row in rows]
    cars = refs(connection, [row["vehicle_id"] for row in rows if row["vehicle_id"]])
    asked: dict[str, list[OfferView]] = {id_: [] for id_ in ids}
    names: dict[str, PartnerRef] = {
        row.id: PartnerRef(row.id, row.name) for row in connection.execute(select(partners.c.id, partners.c.name))
    }
    in_order = offers.c.offered_ms, offers.c.answered_ms.is_(None), offers.c.answered_ms
    for row in connection.execute(select(offers).where(offers.c.job_id.in_(ids)).order_by(*in_order)).mappings():
        asked[row["job_id"]].append(
            OfferView(
                partner=names[row["partner_id"]],
                state=row["state"],
                offered_ms=row["offered_ms"],
                deadline_ms=row["deadline_ms"],
                reason=row["reason"],
            )
        )
    steps: dict[str, list[JobStep]] = {id_: [] for id_ in ids}
    told = select(timeline).where(timeline.c.job_id.in_(ids), timeline.c.kind == STEP).order_by(timeline.c.id)
    for row in connection.execute(told).mappings():
        data = row["data"]
        steps[row["job_id"]].append(
            JobStep(state=data["state"], at_ms=row["at_ms"], by=row["actor"], reason=data["reason"])
        )
    return [_view(row, car_of(row, cars), asked[row["id"]], steps[row["id"]], names) for row in rows]


def _view(
    row: RowMapping, car: VehicleRef, asked: list[OfferView], steps: list[JobStep], names: dict[str, PartnerRef]
) -> JobView:
    return JobView(
        id=row["id"],
        case_id=row["case_id"] or None,
        cause=row["cause"],
        origin=row["origin"],
        priority=row["priority"],
        vehicle=car,
        state=row["state"],
        service=row["service"],
        created_ms=row["created_ms"],
        promise_ms=row["promise_ms"],
        eta_ms=row["eta_ms"],
        escalated_ms=row["escalated_ms"],
        escalated_why=row["escalated_why"],
        partner=names.get(row["partner_id"]),
        offers=asked,
        position=point(row),
        phone_masked=masked(row["phone"]),
        history=steps,
    )
