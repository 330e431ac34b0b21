"""What must leave the house, written in the transaction that decided it; delivery comes after, as often as it takes.

A key says what is sent, not when: putting it again changes nothing, and the receiver sees the same key on every try.
"""

from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from cloud.store.once import insert_once
from cloud.store.tables import outbox

Kind = Literal["notice", "grant", "configuration", "insurer"]
TO_PEOPLE: Final = ("notice", "insurer")


def put(connection: Connection, key: str, kind: Kind, vehicle_id: str, body: dict[str, Any], now_ms: int) -> bool:
    """Leave something to be sent; return False when it was left before."""
    row = {"key": key, "kind": kind, "vehicle_id": vehicle_id, "body": body, "created_ms": now_ms}
    return insert_once(connection, outbox, row)


def revision(connection: Connection, vehicle_id: str) -> int:
    """Return the revision of the vehicle's configuration: the newest row that asked for one to be sent, 0 without any.

    What is sent is all that stands at that moment, so an older row that is tried again later must not say an older one.
    """
    asked = select(outbox.c.id).where(outbox.c.vehicle_id == vehicle_id, outbox.c.kind.not_in(TO_PEOPLE))
    return connection.execute(asked.order_by(outbox.c.id.desc()).limit(1)).scalar() or 0
