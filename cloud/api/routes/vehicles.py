"""The fleet: vehicles by urgency, one vehicle, its signals and its risk over time."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from cloud.api.models.base import Page
from cloud.api.models.fleet import ControlUnit, FaultCode, RiskPoint, SignalSeries, Vehicle, VehicleSummary
from cloud.api.parts import Cursor, Limit, Reader, Serving
from cloud.api.problem import ProblemError, not_found
from cloud.api.translate import instant, page, shape, shapes
from cloud.faults import queries as fault_queries
from cloud.store import queries
from contract.errors import ContractError
from contract.signals import signal

router = APIRouter(tags=["vehicles"])
_DEFAULT_SPAN = timedelta(days=1)


@router.get("/vehicles")
def vehicles(services: Serving, who: Reader, cursor: Cursor = None, limit: Limit = 50) -> Page[VehicleSummary]:
    """List the fleet, the most urgent first; a vehicle of which nothing is known is unknown, never healthy."""
    with services.store.read() as connection:
        return page(VehicleSummary, queries.vehicles(connection, now_ms=services.now_ms(), cursor=cursor, limit=limit))


@router.get("/vehicles/{vehicle_id}")
def vehicle(services: Serving, who: Reader, vehicle_id: str) -> Vehicle:
    """Show one vehicle."""
    with services.store.read() as connection:
        return shape(Vehicle, queries.vehicle(connection, vehicle_id, now_ms=services.now_ms()))


@router.get("/vehicles/{vehicle_id}/risks")
def risks(
    services: Serving,
    who: Reader,
    vehicle_id: str,
    cause: str | None = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> list[RiskPoint]:
    """Show past assessments, oldest first."""
    with services.store.read() as connection:
        return shapes(RiskPoint, queries.risk_history(connection, vehicle_id, cause=cause, limit=limit))


@router.get("/vehicles/{vehicle_id}/faults")
def faults(
    services: Serving,
    who: Reader,
    vehicle_id: str,
    cleared: Annotated[bool, Query(description="also those that are listed no more")] = False,
) -> list[FaultCode]:
    """Show the fault codes, the most severe first, with their lives, freeze frames and words in both languages."""
    with services.store.read() as connection:
        return shapes(FaultCode, fault_queries.faults(connection, vehicle_id, cleared=cleared))


@router.get("/vehicles/{vehicle_id}/control-units")
def control_units(services: Serving, who: Reader, vehicle_id: str) -> list[ControlUnit]:
    """Show what the control units say of themselves: names, calibrations, which monitors are complete."""
    with services.store.read() as connection:
        return shapes(ControlUnit, fault_queries.control_units_of(connection, vehicle_id))


@router.get("/vehicles/{vehicle_id}/signals")
def signals(
    services: Serving,
    who: Reader,
    vehicle_id: str,
    path: Annotated[str, Query(max_length=200, description="a VSS path, e.g. Vehicle.Speed")],
    start: Annotated[datetime | None, Query(alias="from")] = None,
    end: Annotated[datetime | None, Query(alias="to")] = None,
    points: Annotated[int, Query(ge=2, le=5000)] = 600,
) -> SignalSeries:
    """Show one signal over time (the last day by default); a reading that is no value has a null and says why."""
    with services.store.read() as connection:
        queries.vehicle(connection, vehicle_id, now_ms=services.now_ms())
    try:
        row = signal(path)
    except ContractError as error:
        raise not_found("signal", path) from error
    until = end or instant(services.now_ms())
    since = start or until - _DEFAULT_SPAN
    if since.tzinfo is None or until.tzinfo is None or since > until:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "`from` and `to` need an offset such as Z, and `from` must not be after `to`",
        )
    found = services.history.series(vehicle_id, path, _ms(since), _ms(until), points)
    return SignalSeries(
        path=path,
        unit=row.unit,
        t=[instant(ms) for ms in found.wall_ms],
        v=[None if math.isnan(value) else value for value in found.values],
        validity=found.validity,
    )


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000.0)
