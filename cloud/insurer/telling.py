"""Notices to insurers, left in the outbox; consent is looked at again when they go, and the name is given then."""

from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import Connection, select

from cloud.insurer.fields import permits
from cloud.insurer.pseudonym import KeyRing
from cloud.store.consents import standing
from cloud.store.outbox import put
from cloud.store.tables import consents, insurer_hooks

Type = Literal["period.published", "row.corrected", "consent.withdrawn", "collision.reported"]


def tell(
    connection: Connection,
    recipient: str,
    type_: Type,
    key: str,
    data: dict[str, Any],
    now_ms: int,
    *,
    vehicle_id: str = "",
) -> bool:
    """Leave a notice for `recipient`; return False without a hook to send it to, or when this key was left before."""
    hook = select(insurer_hooks.c.url).where(insurer_hooks.c.recipient == recipient)
    if connection.execute(hook).scalar() is None:
        return False
    body = {"recipient": recipient, "type": type_, "data": data}
    return put(connection, f"insurer/{recipient}/{type_}/{key}"[:200], "insurer", vehicle_id, body, now_ms)


def collision(connection: Connection, emergency_id: str, vehicle_id: str, at_ms: int, now_ms: int) -> None:
    """Tell of a collision every insurer whose consent lets the word of it out; neither place nor speed goes with it."""
    rows = connection.execute(
        select(consents.c.recipient, consents.c.fields).where(
            consents.c.vehicle_id == vehicle_id, consents.c.purpose == "insurer", standing(now_ms)
        )
    )
    for row in rows.all():
        if permits("insurer", row.fields, "collision"):
            data = {"at_ms": at_ms}
            tell(connection, row.recipient, "collision.reported", emergency_id, data, now_ms, vehicle_id=vehicle_id)


def withdrawn(connection: Connection, ended: Iterable[tuple[str, str, str]], vehicle_id: str, now_ms: int) -> None:
    """Tell the recipients of consents (recipient, purpose, consent id) that have just ended."""
    for recipient, purpose, consent_id in ended:
        what = "driving" if purpose == "pricing" else "all"
        data = {"consent_id": consent_id, "what": what, "ended_ms": now_ms}
        tell(connection, recipient, "consent.withdrawn", consent_id, data, now_ms, vehicle_id=vehicle_id)


def message(
    connection: Connection, body: dict[str, Any], vehicle_id: str, ring: KeyRing, now_ms: int
) -> dict[str, Any] | None:
    """Return what goes to the insurer, None where consent does not let it out any more."""
    recipient, data = body["recipient"], dict(body["data"])
    if vehicle_id:
        data["pseudonym"], data["key_id"] = ring.name(recipient, vehicle_id), ring.key_id
    if body["type"] == "collision.reported":
        row = connection.execute(
            select(consents.c.id, consents.c.fields).where(
                consents.c.vehicle_id == vehicle_id,
                consents.c.purpose == "insurer",
                consents.c.recipient == recipient,
                standing(now_ms),
            )
        ).one_or_none()
        if row is None or not permits("insurer", row.fields, "collision"):
            return None
        data["consent_id"] = row.id
    return {"type": body["type"], "data": data}
