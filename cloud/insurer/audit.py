"""Who received what: a row for every page and file, each hanging on the one before, and the consents it went under."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert, select

from cloud.store.chain import FIRST, link
from cloud.store.tables import accesses, disclosures

_OF_THE_CHAIN: Final = ("at_ms", "recipient", "how", "period", "rows", "content")


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One reading, as the subject is shown it."""

    at_ms: int
    recipient: str
    how: str
    period: str


def record(
    connection: Connection,
    *,
    recipient: str,
    how: str,
    period: str,
    rows: int,
    content: str,
    consent_ids: Iterable[str],
    now_ms: int,
) -> int:
    """Note that `recipient` received `rows` rows whose bytes have the SHA-256 `content`; return the note's id."""
    last = select(accesses.c.sha256).order_by(accesses.c.id.desc()).limit(1)
    previous = connection.execute(last).scalar() or FIRST
    row = {"at_ms": now_ms, "recipient": recipient, "how": how, "period": period, "rows": rows, "content": content}
    made = connection.execute(insert(accesses).values(**row, previous=previous, sha256=link(previous, row)))
    key = made.inserted_primary_key
    access_id = int(key[0]) if key is not None else 0
    told = [{"access_id": access_id, "consent_id": consent_id} for consent_id in sorted(set(consent_ids))]
    if told:
        connection.execute(insert(disclosures), told)
    return access_id


def record_page(
    connection: Connection, recipient: str, how: str, period: str, rows: list[Any], ids: Iterable[str], now_ms: int
) -> None:
    """Note one page of the API; an empty one names nobody and is not noted."""
    if rows:
        content = hashlib.sha256(msgspec.json.encode(rows)).hexdigest()
        record(
            connection,
            recipient=recipient,
            how=how,
            period=period,
            rows=len(rows),
            content=content,
            consent_ids=ids,
            now_ms=now_ms,
        )


def of_consents(connection: Connection, consent_ids: Iterable[str], limit: int = 200) -> list[Access]:
    """Return what went out under these consents, newest first."""
    query = (
        select(accesses)
        .join(disclosures, disclosures.c.access_id == accesses.c.id)
        .where(disclosures.c.consent_id.in_(list(consent_ids)))
        .distinct()
        .order_by(accesses.c.id.desc())
        .limit(limit)
    )
    return [
        Access(at_ms=row["at_ms"], recipient=row["recipient"], how=row["how"], period=row["period"])
        for row in connection.execute(query).mappings()
    ]


def broken_at(connection: Connection) -> int | None:
    """Return the id of the first row that does not hang on the one before it, None when all do."""
    previous = FIRST
    for row in connection.execute(select(accesses).order_by(accesses.c.id)).mappings():
        expected = link(previous, {name: row[name] for name in _OF_THE_CHAIN})
        if (row["previous"], row["sha256"]) != (previous, expected):
            return int(row["id"])
        previous = expected
    return None
