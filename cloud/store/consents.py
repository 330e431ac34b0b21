"""Who agreed to what, towards whom, until when: what stands now, and the ledger that shows how it came to it.

Every change goes through `grant` and `withdraw`, which append to the ledger; nothing changes a row of it. Whoever lets
data out asks `current`, or reads `consents` under `standing`, in the transaction that reads the data.
"""

import uuid
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, insert, select, update

from cloud.store.chain import FIRST, link
from cloud.store.once import upsert
from cloud.store.tables import consent_ledger, consents

Purpose = Literal["position", "insurer", "pricing", "standing_dispatch"]
PURPOSES: Final[tuple[Purpose, ...]] = ("position", "insurer", "pricing", "standing_dispatch")
DRIVER: Final = "driver_page"
_OF_THE_LEDGER: Final = ("at_ms", "event", "subject", "consent_id", "purpose", "recipient", "terms")


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed to: fields (None: all that the purpose knows), how exact, since and until when, in which words.

    `covers_ms` is from when on data may be shared; None: from the moment of the consent.
    """

    until_ms: int | None = None
    covers_ms: int | None = None
    fields: tuple[str, ...] | None = None
    precision: str = "none"
    text_version: str = "1"
    locale: str = "zh"
    how: str = "fleet_file"


def standing(now_ms: int) -> ColumnElement[bool]:
    """Return the condition for a consent that stands at `now_ms`."""
    return and_(
        consents.c.withdrawn_ms.is_(None),
        consents.c.granted_ms <= now_ms,
        consents.c.until_ms.is_(None) | (consents.c.until_ms > now_ms),
    )


def current(
    connection: Connection, vehicle_id: str, purpose: Purpose, now_ms: int, recipient: str | None = None
) -> str | None:
    """Return the id of the consent that stands now, None where there is none, it ran out or was withdrawn."""
    query = select(consents.c.id).where(
        consents.c.vehicle_id == vehicle_id, consents.c.purpose == purpose, standing(now_ms)
    )
    if recipient is not None:
        query = query.where(consents.c.recipient == recipient)
    return connection.execute(query.order_by(consents.c.id).limit(1)).scalar()


def grant(connection: Connection, vehicle_id: str, purpose: Purpose, recipient: str, terms: Terms, now_ms: int) -> str:
    """Record the consent and return its id; the same terms again change nothing, other terms change it from now on."""
    row = _row(connection, vehicle_id, purpose, recipient)
    stands = row is not None and row["withdrawn_ms"] is None
    if row is not None and stands and terms == _terms(row) and _is_in_the_ledger(connection, row["id"]):
        return str(row["id"])
    has_run_out = row is not None and row["until_ms"] is not None and row["until_ms"] <= now_ms
    since_ms = row["granted_ms"] if row is not None and stands and not has_run_out else now_ms
    if row is not None and stands and (has_run_out or _is_narrower(terms, _terms(row), since_ms)):
        # What was given under the old terms must be forgotten: that consent ends, and another begins.
        withdraw(connection, vehicle_id, purpose, recipient, terms.how, now_ms)
        stands = False
    # Random, since an insurer sees it: an id that could be computed would name the car.
    id_ = str(row["id"]) if row is not None and stands else uuid.uuid4().hex
    said = msgspec.to_builtins(terms)
    values = {
        "id": id_,
        "vehicle_id": vehicle_id,
        "purpose": purpose,
        "recipient": recipient,
        "granted_ms": since_ms,
        "withdrawn_ms": None,
        **said,
    }
    if row is not None and not stands:
        connection.execute(delete(consents).where(consents.c.id == row["id"]))  # the ledger remembers it
    upsert(connection, consents, values)
    _append(connection, "changed" if stands else "granted", values, said, now_ms)
    return id_


def withdraw(connection: Connection, vehicle_id: str, purpose: Purpose, recipient: str, how: str, now_ms: int) -> bool:
    """End the consent at once; return False where none stood."""
    row = _row(connection, vehicle_id, purpose, recipient)
    if row is None or row["withdrawn_ms"] is not None:
        return False
    connection.execute(update(consents).where(consents.c.id == row["id"]).values(withdrawn_ms=now_ms, how=how))
    _append(connection, "withdrawn", row, {"how": how}, now_ms)
    return True


def was_stopped_by(connection: Connection, vehicle_id: str, purpose: Purpose, recipient: str) -> str:
    """Return how a consent that stood was ended, "" where it stands or was never given."""
    row = _row(connection, vehicle_id, purpose, recipient)
    return "" if row is None or row["withdrawn_ms"] is None else str(row["how"])


def broken_at(connection: Connection) -> int | None:
    """Return the id of the first row of the ledger that does not hang on the one before it, None when all do."""
    previous = FIRST
    for row in connection.execute(select(consent_ledger).order_by(consent_ledger.c.id)).mappings():
        expected = link(previous, {name: row[name] for name in _OF_THE_LEDGER})
        if (row["previous"], row["sha256"]) != (previous, expected):
            return int(row["id"])
        previous = expected
    return None


def _row(connection: Connection, vehicle_id: str, purpose: str, recipient: str) -> RowMapping | None:
    query = select(consents).where(
        consents.c.vehicle_id == vehicle_id, consents.c.purpose == purpose, consents.c.recipient == recipient
    )
    return connection.execute(query).mappings().one_or_none()


def _terms(row: RowMapping) -> Terms:
    fields = row["fields"]
    said = {name: row[name] for name in Terms.__struct_fields__} | {"fields": None if fields is None else tuple(fields)}
    return Terms(**said)


def _is_narrower(terms: Terms, former: Terms, since_ms: int) -> bool:
    if _from_ms(terms, since_ms) > _from_ms(former, since_ms):
        return True
    if terms.fields is None:
        return False
    return former.fields is None or not set(former.fields) <= set(terms.fields)


def _from_ms(terms: Terms, since_ms: int) -> int:
    return since_ms if terms.covers_ms is None else terms.covers_ms


def _is_in_the_ledger(connection: Connection, consent_id: str) -> bool:
    """Return False for a consent that stood before there was a ledger."""
    query = select(consent_ledger.c.id).where(consent_ledger.c.consent_id == consent_id).limit(1)
    return connection.execute(query).first() is not None


def _append(
    connection: Connection, event: str, about: RowMapping | dict[str, Any], terms: dict[str, Any], now_ms: int
) -> None:
    last = select(consent_ledger.c.sha256).order_by(consent_ledger.c.id.desc()).limit(1)
    previous = connection.execute(last).scalar() or FIRST
    row = {
        "at_ms": now_ms,
        "event": event,
        "subject": about["vehicle_id"],
        "consent_id": about["id"],
        "purpose": about["purpose"],
        "recipient": about["recipient"],
        "terms": terms,
    }
    connection.execute(insert(consent_ledger).values(**row, previous=previous, sha256=link(previous, row)))
