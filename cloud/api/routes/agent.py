"""How the agent in a car fares."""

import msgspec
from fastapi import APIRouter

from cloud.api.models.agent import AgentHealth
from cloud.api.parts import Reader, Serving
from cloud.api.problem import not_found
from cloud.api.translate import instant
from cloud.store import queries

router = APIRouter(tags=["vehicles"])


@router.get("/vehicles/{vehicle_id}/agent")
def agent(services: Serving, who: Reader, vehicle_id: str) -> AgentHealth:
    """Show what the vehicle's agent said last of itself; 404 when it never did."""
    with services.store.read() as connection:
        queries.vehicle(connection, vehicle_id, now_ms=services.now_ms())
    found = services.health(vehicle_id)
    if found is None:
        raise not_found("word from the agent of", vehicle_id)
    said = msgspec.structs.asdict(found.said)
    said["config"] = None if found.said.config is None else msgspec.structs.asdict(found.said.config)
    age_s = max(0.0, (services.now_ms() - found.received_ms) / 1000.0)
    return AgentHealth(as_of=instant(found.received_ms), age_s=age_s, **said)
