"""What a step of the truck keeps and needs: its partner's own promise, a place that is good, the way it drove."""

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from cloud.decision.policy import Policy
from cloud.rescue import area, places
from cloud.rescue.place import distance_km
from cloud.rescue.windows import place_is_good
from cloud.store.errors import RefusedError
from cloud.store.tables import offers, partners, trucks
from cloud.store.views import Point

NO_PLACE: Final = "no_place"


def accepted(connection: Connection, job: RowMapping, partner_id: str) -> dict[str, Any]:
    """Return what an acceptance writes on the job: its truck, and the promise if the partner's own is shorter."""
    won = (offers.c.job_id == job["id"], offers.c.partner_id == partner_id, offers.c.state == "accepted")
    values: dict[str, Any] = {"truck_id": connection.execute(select(offers.c.truck_id).where(*won)).scalar() or ""}
    own = connection.execute(select(partners.c.promise_s).where(partners.c.id == partner_id)).scalar() or {}
    if job["area_class"] in own and job["window_to_ms"] is None:
        own_ms = job["created_ms"] + round(own[job["area_class"]] * 1000.0)
        values["promise_ms"] = min(job["promise_ms"], own_ms)
    return values


def leaves(
    connection: Connection, job: RowMapping, partner_id: str, now_ms: int, policy: Policy, said: Point | None = None
) -> dict[str, Any]:
    """Return what leaving writes on the job; `RefusedError` (code `no_place`) where no good place is known.

    `said` is where the partner's own people were told that the car is, by somebody on the phone.
    """
    told: dict[str, Any] = {}
    if said is not None:
        told = places.columns(said) | area.columns(connection, said) | {"place_by": partner_id}
    job_now = {str(name): value for name, value in job.items()} | told
    fresh_ms = policy.point_fresh_s * 1000.0
    if not place_is_good(job_now, now_ms, fresh_ms=fresh_ms, accuracy_m=policy.point_accuracy_m):
        raise RefusedError(NO_PLACE, "no point is fresh and exact enough to leave for: wait for one, or ask by phone")
    return told | {"left_ms": now_ms, "left_km": _way_km(connection, job_now, partner_id)}


def _way_km(connection: Connection, job: dict[str, Any], partner_id: str) -> float | None:
    """Return the straight line from the truck, or its base, to the car; None where either place is unknown."""
    if job["latitude_deg"] is None:
        return None
    truck = select(trucks.c.latitude_deg, trucks.c.longitude_deg).where(trucks.c.id == job["truck_id"])
    base = select(partners.c.latitude_deg, partners.c.longitude_deg).where(partners.c.id == partner_id)
    for query in (truck, base):
        start = connection.execute(query).one_or_none()
        if start is not None and start[0] is not None:
            return distance_km(start[0], start[1], job["latitude_deg"], job["longitude_deg"])
    return None
