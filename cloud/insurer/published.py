"""The feed by cursor: pages of the newest build, with what consent lets out at this very moment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, RowMapping, select

from cloud.insurer.audit import record_page
from cloud.insurer.fields import CONDITION, DRIVING, SCORE, SCORED, bit
from cloud.insurer.periods import period as month
from cloud.insurer.permits import Permit, permits
from cloud.insurer.publishing import built_folder
from cloud.store.cursors import clamp, decode, encode
from cloud.store.errors import CursorError, MissingError
from cloud.store.tables import feed_builds
from cloud.store.views import Page

Row = dict[str, Any]
_QUALITY: Final = ("sensor_class", "unscored_trips", "excluded_samples")


def published(connection: Connection, recipient: str) -> list[Row]:
    """Return the newest build of each period of `recipient`, newest period first, as its manifest says it."""
    query = select(feed_builds).where(feed_builds.c.recipient == recipient).order_by(feed_builds.c.id)
    newest = {row["period"]: row for row in connection.execute(query).mappings()}
    return [
        {**newest[name]["about"], "build": newest[name]["id"], "built_ms": newest[name]["built_ms"]}
        for name in sorted(newest, reverse=True)
    ]


def rows(
    connection: Connection,
    folder: Path,
    recipient: str,
    period: str,
    now_ms: int,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Row]:
    """Return a page in the order of the files, and note that it was read; a page may be short where consents ended.

    Raises `MissingError` for a period that was not published to `recipient`, `CursorError` for a cursor of another or
    of a build that is gone.
    """
    limit = clamp(limit)
    place = [0, 0, 0] if cursor is None else [_whole(part) for part in decode(cursor, 3)]
    build = _build(connection, recipient, period, None if cursor is None else place[0])
    home = built_folder(folder, recipient, period) / build["fingerprint"]
    files = build["about"]["files"]
    number, start = place[1], place[2]
    if not 0 <= number <= len(files) or start < 0:
        raise CursorError("the cursor belongs to another list")
    found: list[Row] = []
    while number < len(files) and len(found) < limit:
        taken = pl.scan_parquet(home / files[number]["name"]).slice(start, limit - len(found)).collect()
        found += taken.rows(named=True)
        start += taken.height
        if start >= files[number]["rows"]:
            number, start = number + 1, 0
    stand = permits(connection, recipient, month(period), now_ms, consent_ids=[row["consent_id"] for row in found])
    by_id = {one.consent_id: one for one in stand}
    shown = [permitted(row, by_id[row["consent_id"]]) for row in found if row["consent_id"] in by_id]
    ids = [row[name] for row in shown for name in ("consent_id", "pricing_consent_id") if row[name]]
    record_page(connection, recipient, "api", period, shown, ids, now_ms)
    return Page(shown, encode([build["id"], number, start]) if number < len(files) else None)


def permitted(row: Mapping[str, Any], permit: Permit) -> Row:
    """Return `row` without what the vehicle's consents have not let out since it was built."""
    bits = permit.mask
    if permit.pricing_consent_id != row["pricing_consent_id"]:
        bits &= sum(bit(name) for name in CONDITION)
    kept = dict(row)
    gone = [name for name in (*DRIVING, *CONDITION) if not bits & bit(name)]
    if not bits & bit(SCORE):
        gone += [*SCORED]
        kept["pricing_use"] = "none"
    if not any(bits & bit(name) for name in (*DRIVING, SCORE)):
        gone += [*_QUALITY, "pricing_consent_id"]
    kept.update(dict.fromkeys(gone))
    named = set(str(row["withheld"] or "").split()) | {name for name in gone if name in (*DRIVING, SCORE, *CONDITION)}
    kept["withheld"] = " ".join(name for name in (*DRIVING, SCORE, *CONDITION) if name in named)
    return kept


def _build(connection: Connection, recipient: str, period: str, number: int | None) -> RowMapping:
    query = select(feed_builds).where(feed_builds.c.recipient == recipient, feed_builds.c.period == period)
    newest = connection.execute(query.order_by(feed_builds.c.id.desc()).limit(2)).mappings().all()
    if not newest:
        raise MissingError(f"no period {period[:20]!r} was published to you")
    if number is None:
        return newest[0]
    for row in newest:
        if row["id"] == number:
            return row
    raise CursorError("the period was published anew since; read it from the beginning")


def _whole(part: str | float) -> int:
    if not isinstance(part, float | int) or part != int(part):
        raise CursorError("the cursor is not one of this service")
    return int(part)
