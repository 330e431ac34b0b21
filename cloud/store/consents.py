"""Who agreed to what, towards whom, until when."""

from typing import Literal

from sqlalchemy import Connection, select

from cloud.store.tables import consents

Purpose = Literal["position", "insurer", "standing_dispatch"]


def current(
    connection: Connection, vehicle_id: str, purpose: Purpose, now_ms: int, recipient: str | None = None
) -> str | None:
    """Return the id of the consent that stands now, None where there is none, it ran out or was withdrawn."""
    query = select(consents.c.id).where(
        consents.c.vehicle_id == vehicle_id,
        consents.c.purpose == purpose,
        consents.c.withdrawn_ms.is_(None),
        consents.c.granted_ms <= now_ms,
        consents.c.until_ms.is_(None) | (consents.c.until_ms > now_ms),
    )
    if recipient is not None:
        query = query.where(consents.c.recipient == recipient)
    return connection.execute(query.order_by(consents.c.id).limit(1)).scalar()
