"""What must leave the house, written in the transaction that decided it; delivery comes after, as often as it takes.

A key says what is sent, not when: putting it again changes nothing, and the receiver sees the same key on every try.
"""

from typing import Any, Literal

from sqlalchemy import Connection

from cloud.store.once import insert_once
from cloud.store.tables import outbox

Kind = Literal["notice", "grant"]


def put(connection: Connection, key: str, kind: Kind, vehicle_id: str, body: dict[str, Any], now_ms: int) -> bool:
    """Leave something to be sent; return False when it was left before."""
    row = {"key": key, "kind": kind, "vehicle_id": vehicle_id, "body": body, "created_ms": now_ms}
    return insert_once(connection, outbox, row)
