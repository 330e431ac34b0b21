"""Cases as an operator reads them."""

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from cloud.store.cursors import behind, clamp, page
from cloud.store.errors import MissingError
from cloud.store.queries.parts import NOBODY, horizons, refs, words
from cloud.store.tables import cases as table
from cloud.store.tables import timeline
from cloud.store.views import CaseView, DecisionView, Page, TimelineEvent, VehicleRef

UNRESOLVED: Final = ("open", "acknowledged")


def cases(
    connection: Connection,
    *,
    state: str | None = None,
    cause: str | None = None,
    vehicle_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[CaseView]:
    """Return cases, newest opened first, without their timelines; `state` may also be `unresolved`."""
    limit = clamp(limit)
    query = select(table).order_by(table.c.opened_ms.desc(), table.c.id.desc()).limit(limit + 1)
    if state is not None:
        query = query.where(table.c.state.in_(UNRESOLVED if state == "unresolved" else (state,)))
    if cause is not None:
        query = query.where(table.c.cause == cause)
    if vehicle_id is not None:
        query = query.where(table.c.vehicle_id == vehicle_id)
    if cursor is not None:
        query = query.where(behind(cursor, table.c.opened_ms, table.c.id))
    rows = connection.execute(query).mappings().all()
    cars = refs(connection, [row["vehicle_id"] for row in rows])
    return page(
        rows,
        limit,
        lambda row: _view(row, cars.get(row["vehicle_id"], NOBODY), []),
        lambda row: (row["opened_ms"], row["id"]),
    )


def case(connection: Connection, case_id: str) -> CaseView:
    """Return one case with its timeline, oldest event first; raise `MissingError`."""
    row = connection.execute(select(table).where(table.c.id == case_id)).mappings().one_or_none()
    if row is None:
        raise MissingError(f"no case {case_id}")
    told = timeline.c.case_id == case_id
    if row["job_id"]:
        told |= timeline.c.job_id == row["job_id"]
    events = connection.execute(select(timeline).where(told).order_by(timeline.c.at_ms, timeline.c.id))
    car = refs(connection, [row["vehicle_id"]]).get(row["vehicle_id"], NOBODY)
    return _view(row, car, [_event(event) for event in events.mappings()])


def _event(row: RowMapping) -> TimelineEvent:
    return TimelineEvent(
        at_ms=row["at_ms"], actor=row["actor"], kind=row["kind"], zh=row["zh"], en=row["en"], data=row["data"]
    )


def _view(row: RowMapping, car: VehicleRef, events: list[TimelineEvent]) -> CaseView:
    decision: dict[str, Any] | None = row["decision"]
    return CaseView(
        id=row["id"],
        vehicle=car,
        cause=row["cause"],
        state=row["state"],
        severity=row["severity"],
        opened_ms=row["opened_ms"],
        updated_ms=row["updated_ms"],
        as_of_ms=row["as_of_ms"],
        age_at_open_s=row["age_at_open_s"],
        late=row["late"],
        reasons=words(row["reasons"]),
        risks=horizons(row["risks"]),
        calibrated=row["calibrated"],
        time_to_threshold_h=row["time_to_threshold_h"],
        decision=None if decision is None else DecisionView(**decision),
        escalated_ms=row["escalated_ms"],
        job_id=row["job_id"] or None,
        resolution=row["resolution"] or None,
        version=row["version"],
        timeline=events,
    )
