"""What changed, in commit order, written in the transaction of the change; the server-sent events come from here."""

from typing import Final, Literal

from sqlalchemy import Connection, delete, func, insert, select

from cloud.store.tables import changes
from cloud.store.views import Change

ChangeType = Literal["vehicle", "case", "job", "reminder", "offer"]
KEPT: Final = 100_000


def note(connection: Connection, type_: ChangeType, subject: str, now_ms: int) -> None:
    """Say that `subject` changed; of an `offer` the subject is the partner."""
    connection.execute(insert(changes).values(type=type_, subject=subject, at_ms=now_ms))


def since(connection: Connection, after_id: int, limit: int = 500) -> list[Change]:
    """Return up to `limit` changes with an id above `after_id`, oldest first."""
    rows = connection.execute(
        select(changes.c.id, changes.c.type, changes.c.subject, changes.c.at_ms)
        .where(changes.c.id > after_id)
        .order_by(changes.c.id)
        .limit(limit)
    )
    return [Change(*row) for row in rows]


def latest(connection: Connection) -> int:
    """Return the id of the newest change, 0 when there is none."""
    return int(connection.execute(select(func.coalesce(func.max(changes.c.id), 0))).scalar_one())


def trim(connection: Connection, keep: int = KEPT) -> None:
    """Forget all but the newest `keep` changes; a reader further behind starts afresh."""
    connection.execute(delete(changes).where(changes.c.id <= latest(connection) - keep))
