"""Trips of a vehicle, and what a period of them says; for those who run the fleet, never with a place."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query

from cloud.api.models.driving import Driving, ScoreReason, TripRow
from cloud.api.parts import Reader, Serving
from cloud.api.problem import ProblemError
from cloud.api.services import Services
from cloud.store import queries
from cloud.trips.features import features
from cloud.trips.ports import Trips
from cloud.trips.score import score

router = APIRouter(tags=["vehicles"])
First = Annotated[dt.date, Query(alias="from", description="first local day")]
Last = Annotated[dt.date, Query(alias="to", description="last local day, included")]


@router.get("/vehicles/{vehicle_id}/trips")
def trips(services: Serving, who: Reader, vehicle_id: str, first: First, last: Last) -> list[TripRow]:
    """List the trips that began in these days, oldest first."""
    found = _trips(services, vehicle_id).trips(vehicle_id, first.isoformat(), last.isoformat())
    return [TripRow(**_plain(trip), scored=trip.scored) for trip in found]


@router.get("/vehicles/{vehicle_id}/driving")
def driving(services: Serving, who: Reader, vehicle_id: str, first: First, last: Last) -> Driving:
    """Show the driving of a period, and its score by a table that was learned on simulated drivers."""
    days = _trips(services, vehicle_id).days(first.isoformat(), last.isoformat(), vehicle_id)
    found = features(vehicle_id, first.isoformat(), last.isoformat(), days)
    told = score(found)
    return Driving(
        **_plain(found),
        score=told.score,
        score_reasons=[ScoreReason(**reason._asdict()) for reason in told.reasons],
        score_version=told.version,
        score_learned_on=told.learned_on,
    )


def _trips(services: Services, vehicle_id: str) -> Trips:
    """Return the trips, of a vehicle that there is."""
    with services.store.read() as connection:
        queries.vehicle(connection, vehicle_id, now_ms=services.now_ms())
    if services.trips is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "this process has no trips")
    return services.trips


def _plain(found: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return plain
