"""Closing a period: what is known of every vehicle at the cut-off becomes inputs that stay as they are."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from cloud.insurer import inputs
from cloud.insurer.errors import FeedError
from cloud.insurer.inputs import Part, Revision
from cloud.insurer.periods import CHINA, Period
from cloud.store.tables import feed_inputs

INPUTS_FOLDER: Final = "feed/inputs"
GRACE_MS: Final = 3 * 24 * 3_600_000  # after the end of a month: what a car sends later than that is late


def cut_off_ms(period: Period) -> int:
    """Return until when data of the period is on time: three days after its end."""
    return period.end_ms + GRACE_MS


def close(
    connection: Connection,
    folder: Path,
    period: Period,
    rows: Iterable[dict[str, Any]],
    now_ms: int,
    *,
    early: bool = False,
) -> Revision:
    """Store `rows` as the period's next revision; the first closes it, later ones hold what changed since.

    Raises `FeedError` before the cut-off, for a period closed early would be corrected row by row; with `early` the
    cut-off is now, once the period is over.
    """
    due_ms = min(cut_off_ms(period), max(now_ms, period.end_ms)) if early else cut_off_ms(period)
    if now_ms < due_ms:
        raise FeedError(f"{period.name} can be closed from {_day(due_ms)} on: three days are left for late data")
    former = revisions(connection, period.name)
    found = inputs.write(folder / INPUTS_FOLDER, period.name, rows, former)
    if found.parts:
        connection.execute(
            insert(feed_inputs).values(
                period=period.name,
                revision=found.number,
                rows=found.rows,
                late=found.rows if found.number > 1 else 0,
                cut_off_ms=due_ms,
                arrived_ms=now_ms,
                files=[list(part) for part in found.parts],
            )
        )
    return found


def revisions(connection: Connection, period: str) -> list[Revision]:
    """Return what was stored of the period, oldest first."""
    query = select(feed_inputs).where(feed_inputs.c.period == period).order_by(feed_inputs.c.revision)
    return [
        Revision(int(row["revision"]), tuple(Part(*part) for part in row["files"]))
        for row in connection.execute(query).mappings()
    ]


def cut_off_of(connection: Connection, period: str) -> int:
    """Return the cut-off under which the period was closed first."""
    query = select(feed_inputs.c.cut_off_ms).where(feed_inputs.c.period == period).order_by(feed_inputs.c.revision)
    return int(connection.execute(query.limit(1)).scalar_one())


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000.0, CHINA).strftime("%Y-%m-%d %H:%M %z")
