"""The fleet-wide circuit breaker as it stands: held by too many cases at once, released by a person."""

from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from cloud.decision import breaker as rule
from cloud.decision.policy import Policy
from cloud.store.once import upsert
from cloud.store.tables import breaker, cases, vehicles

FLEET: Final = "fleet"


class Standing(NamedTuple):
    """Whether predictions are held, since when, because of how many vehicles; and who last let them go."""

    held: bool
    since_ms: int | None
    vehicles: int
    released_ms: int | None
    released_by: str


def standing(connection: Connection) -> Standing:
    """Return how the breaker stands."""
    row = connection.execute(select(breaker).where(breaker.c.id == FLEET)).mappings().one_or_none()
    if row is None:
        return Standing(held=False, since_ms=None, vehicles=0, released_ms=None, released_by="")
    since_ms = row["held_since_ms"]
    return Standing(since_ms is not None, since_ms, row["held_count"], row["released_ms"], row["released_by"] or "")


def is_held(connection: Connection) -> bool:
    """Return whether nothing may be asked or sent on a prediction now."""
    held = select(breaker.c.held_since_ms).where(breaker.c.id == FLEET)
    return connection.execute(held).scalar_one_or_none() is not None


def watch(connection: Connection, now_ms: int, policy: Policy) -> None:
    """Hold everything unasked when the fleet opens too many cases at once."""
    row = connection.execute(select(breaker).where(breaker.c.id == FLEET)).mappings().one_or_none()
    if row is not None and row["held_since_ms"] is not None:
        return
    since_ms = now_ms - round(policy.breaker_window_s * 1000.0)
    if row is not None and row["released_ms"] is not None:
        since_ms = max(since_ms, row["released_ms"])
    recent = select(func.count(func.distinct(cases.c.vehicle_id))).where(
        cases.c.opened_ms > since_ms, cases.c.late.is_(False)
    )
    opened = connection.execute(recent).scalar_one()
    fleet = connection.execute(select(func.count()).select_from(vehicles)).scalar_one()
    if rule.trips(opened, fleet, policy):
        upsert(connection, breaker, {"id": FLEET, "held_since_ms": now_ms, "held_count": opened})


def release(connection: Connection, *, by: str, now_ms: int) -> bool:
    """Let decisions through again, as `by` has looked at them; return False when nothing was held."""
    row = connection.execute(select(breaker).where(breaker.c.id == FLEET)).mappings().one_or_none()
    if row is None or row["held_since_ms"] is None:
        return False
    upsert(connection, breaker, {"id": FLEET, "held_since_ms": None, "released_ms": now_ms, "released_by": by})
    return True
