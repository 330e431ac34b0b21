"""Vehicles as an operator reads them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, func, select

from cloud.store.cursors import behind, clamp, page
from cloud.store.errors import MissingError
from cloud.store.queries.cases import UNRESOLVED
from cloud.store.queries.parts import horizons, point, refs, words
from cloud.store.tables import cases, jobs, reminders, risks, vehicle_state
from cloud.store.tables import risk_history as history
from cloud.store.tables import vehicles as table
from cloud.store.views import Health, NextAction, Page, RiskPoint, VehicleRef, VehicleView
from cloud.store.words import Sentence

FRESH_S: Final = 600.0
HELPED_MS: Final = 12 * 3_600_000  # so long after a rescue its effect on the readings is waited for
HELPED: Final = Sentence("已救援，观察读数是否恢复", "Helped: watching whether the readings recover")
_URGENCY: Final = func.coalesce(vehicle_state.c.urgency, 0.0)
_STATE: Final = [column for column in vehicle_state.c if column.name not in ("vehicle_id", "urgency")]
_ROWS: Final = select(table, *_STATE, _URGENCY.label("urgency")).select_from(table.outerjoin(vehicle_state))


def vehicles(
    connection: Connection,
    *,
    now_ms: int,
    fresh_s: float = FRESH_S,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[VehicleView]:
    """Return vehicles, most urgent first."""
    limit = clamp(limit)
    query = _ROWS.order_by(_URGENCY.desc(), table.c.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(behind(cursor, _URGENCY, table.c.id))
    rows = connection.execute(query).mappings().all()
    views = dict(zip((row["id"] for row in rows), _views(connection, rows, now_ms, fresh_s), strict=True))
    return page(rows, limit, lambda row: views[row["id"]], lambda row: (row["urgency"], row["id"]))


def vehicle(connection: Connection, vehicle_id: str, *, now_ms: int, fresh_s: float = FRESH_S) -> VehicleView:
    """Return one vehicle; raise `MissingError`."""
    rows = connection.execute(_ROWS.where(table.c.id == vehicle_id)).mappings().all()
    if not rows:
        raise MissingError(f"no vehicle {vehicle_id}")
    return _views(connection, rows, now_ms, fresh_s)[0]


def find_vehicle(connection: Connection, *, vehicle_id: str | None, plate: str | None) -> VehicleRef | None:
    """Return the fleet's vehicle with this id, else with this plate, None when there is none."""
    if vehicle_id:
        return refs(connection, [vehicle_id]).get(vehicle_id)
    if plate:
        found = connection.execute(select(table.c.id).where(table.c.plate == plate).limit(1)).scalar()
        return None if found is None else refs(connection, [found])[found]
    return None


def risk_history(
    connection: Connection,
    vehicle_id: str,
    *,
    cause: str | None = None,
    from_ms: int = 0,
    to_ms: int = 1 << 62,
    limit: int = 2000,
) -> list[RiskPoint]:
    """Return past assessments with from <= at < to, oldest first; thinned to a point an hour, or when it changed."""
    if not refs(connection, [vehicle_id]):
        raise MissingError(f"no vehicle {vehicle_id}")
    query = select(history).where(
        history.c.vehicle_id == vehicle_id, history.c.at_ms >= from_ms, history.c.at_ms < to_ms
    )
    if cause is not None:
        query = query.where(history.c.cause == cause)
    rows = connection.execute(query.order_by(history.c.at_ms.desc()).limit(limit)).mappings().all()
    return [
        RiskPoint(at_ms=row["at_ms"], cause=row["cause"], risks=horizons(row["risks"]), quality=row["quality"])
        for row in reversed(rows)
    ]


def _views(connection: Connection, rows: Sequence[RowMapping], now_ms: int, fresh_s: float) -> list[VehicleView]:
    ids = [row["id"] for row in rows]
    health: dict[str, dict[str, Health]] = {id_: {} for id_ in ids}
    for row in connection.execute(select(risks).where(risks.c.vehicle_id.in_(ids))).mappings():
        health[row["vehicle_id"]][row["cause"]] = _health(row)
    open_cases: dict[str, list[str]] = {id_: [] for id_ in ids}
    actions: dict[str, NextAction] = {}
    worst_first = select(cases).where(cases.c.vehicle_id.in_(ids), cases.c.state.in_(UNRESOLVED))
    for row in connection.execute(worst_first.order_by(cases.c.severity.desc(), cases.c.opened_ms)).mappings():
        open_cases[row["vehicle_id"]].append(row["id"])
        if (decision := row["decision"]) is not None:
            action = NextAction(decision["action"], decision["zh"], decision["en"])
            actions.setdefault(row["vehicle_id"], action)
    for vehicle_id in _helped(connection, ids, now_ms):
        actions.setdefault(vehicle_id, NextAction("watch", *HELPED))
    due = select(reminders).where(reminders.c.vehicle_id.in_(ids), reminders.c.state != "done")
    for row in connection.execute(due.order_by(reminders.c.created_ms)).mappings():
        actions.setdefault(row["vehicle_id"], NextAction("remind", row["zh"], row["en"]))
    return [
        _view(row, health[row["id"]], open_cases[row["id"]], actions.get(row["id"]), now_ms, fresh_s) for row in rows
    ]


def _helped(connection: Connection, ids: Sequence[str], now_ms: int) -> list[str]:
    """Return which of the vehicles `ids` a rescue has just been completed for."""
    done = (jobs.c.state == "completed", jobs.c.closed_ms > now_ms - HELPED_MS)
    return list(connection.execute(select(jobs.c.vehicle_id).where(jobs.c.vehicle_id.in_(ids), *done)).scalars())


def _health(row: RowMapping) -> Health:
    return Health(
        cause=row["cause"],
        level=row["level"],
        risks=horizons(row["risks"]),
        calibrated=row["calibrated"],
        time_to_threshold_h=row["time_to_threshold_h"],
        ttt_low_h=row["ttt_low_h"],
        ttt_high_h=row["ttt_high_h"],
        reasons=words(row["reasons"]),
        as_of_ms=row["as_of_ms"] or None,
        quality=row["quality"],
        abstained=row["abstained"],
    )


def _view(
    row: RowMapping,
    health: dict[str, Health],
    open_cases: list[str],
    action: NextAction | None,
    now_ms: int,
    fresh_s: float,
) -> VehicleView:
    seen_ms: int | None = row["last_seen_ms"]
    age_s = None if seen_ms is None else max(0.0, (now_ms - seen_ms) / 1000.0)
    return VehicleView(
        id=row["id"],
        name=row["name"],
        plate=row["plate"],
        model=row["model"],
        powertrain=row["powertrain"],
        state="silent" if row["silent_ms"] is not None else (row["state"] or "unknown"),
        last_seen_ms=seen_ms,
        age_s=age_s,
        fresh=age_s is not None and age_s <= fresh_s,
        health=health,
        urgency=row["urgency"],
        next_action=action,
        open_cases=open_cases,
        position=point(row),
        online=row["online"],
        agent_version=row["agent_version"] or "",
        clock_quality=row["clock_quality"] or "",
        odometer_km=row["odometer_km"],
        signals=row["signals"] or [],
    )
