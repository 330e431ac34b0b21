"""What the subject can see and do behind a link of their own: what is shared with whom, stop, copy, object, delete."""

import secrets
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, insert, select, update

from cloud.insurer import audit, telling, working_days
from cloud.insurer.fields import OF_PURPOSE
from cloud.store import consents, tokens
from cloud.store.errors import MissingError
from cloud.store.ids import named
from cloud.store.once import insert_once
from cloud.store.tables import (
    appeals,
    consent_ledger,
    deletions,
    enrolments,
    fault_codes,
    risk_history,
    risks,
    sharing_links,
    vehicle_state,
    vehicles,
)
from cloud.store.tables import consents as consents_table

LINK_LIVES_MS: Final = 30 * 86_400_000
_BYTES: Final = 24
# What is the subject's own, table by table, in a copy of the data.
_OWN: Final = {
    "vehicle_state": vehicle_state,
    "risks": risks,
    "risk_history": risk_history,
    "fault_codes": fault_codes,
    "enrolments": enrolments,
    "appeals": appeals,
    "deletions": deletions,
}


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One consent, or one that ended: towards whom, what for, which fields, since and until when, in which words."""

    recipient: str
    purpose: str
    fields: list[str]
    precision: str
    granted_ms: int
    until_ms: int | None
    withdrawn_ms: int | None
    text_version: str
    locale: str
    how: str
    stands: bool


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page."""

    vehicle: str
    plate: str
    shares: list[Share]
    accesses: list[audit.Access]
    appeals: list[dict[str, Any]]
    deletion: dict[str, Any] | None


def make_link(connection: Connection, vehicle_id: str, now_ms: int) -> str:
    """Return a new token for the vehicle's page, good for 30 days; only its hash is kept."""
    token = secrets.token_urlsafe(_BYTES)
    values = {"vehicle_id": vehicle_id, "created_ms": now_ms, "until_ms": now_ms + LINK_LIVES_MS}
    sha256 = tokens.digest(token)
    connection.execute(insert(sharing_links).values(id=sha256[:32], sha256=sha256, **values))
    return token


def vehicle_of(connection: Connection, token: str, now_ms: int) -> str:
    """Return whose page the token opens, or raise `MissingError`."""
    row = connection.execute(
        select(sharing_links.c.vehicle_id).where(
            sharing_links.c.sha256 == tokens.digest(token),
            sharing_links.c.revoked_ms.is_(None),
            sharing_links.c.until_ms > now_ms,
        )
    ).one_or_none()
    if row is None:
        raise MissingError("no such link, or it has run out; ask for a new one")
    return str(row.vehicle_id)


def page(connection: Connection, vehicle_id: str, now_ms: int) -> Sharing:
    """Return what is shared of the vehicle, with whom, and who read it."""
    car = connection.execute(select(vehicles).where(vehicles.c.id == vehicle_id)).mappings().one()
    rows = connection.execute(
        select(consents_table, consents.standing(now_ms).label("stands"))
        .where(consents_table.c.vehicle_id == vehicle_id)
        .order_by(consents_table.c.recipient, consents_table.c.purpose)
    ).mappings()
    shares = [
        Share(
            **{name: row[name] for name in Share.__struct_fields__ if name not in ("fields", "stands")},
            fields=list(OF_PURPOSE.get(row["purpose"], ()) if row["fields"] is None else row["fields"]),
            stands=bool(row["stands"]),
        )
        for row in rows
    ]
    asked = select(deletions).where(deletions.c.vehicle_id == vehicle_id).order_by(deletions.c.at_ms.desc()).limit(1)
    deletion = connection.execute(asked).mappings().one_or_none()
    mine = select(appeals).where(appeals.c.vehicle_id == vehicle_id).order_by(appeals.c.at_ms.desc())
    return Sharing(
        vehicle=car["name"],
        plate=car["plate"],
        shares=shares,
        accesses=audit.of_consents(connection, _ever(connection, vehicle_id)),
        appeals=[dict(row) for row in connection.execute(mine).mappings()],
        deletion=None if deletion is None else dict(deletion),
    )


def stop(connection: Connection, vehicle_id: str, recipient: str | None, purpose: str | None, now_ms: int) -> int:
    """End every consent of the vehicle that `recipient` and `purpose` name (None: any); return how many stood."""
    query = select(consents_table).where(
        consents_table.c.vehicle_id == vehicle_id, consents_table.c.withdrawn_ms.is_(None)
    )
    if recipient is not None:
        query = query.where(consents_table.c.recipient == recipient)
    if purpose is not None:
        query = query.where(consents_table.c.purpose == purpose)
    rows = connection.execute(query).mappings().all()
    for row in rows:
        consents.withdraw(connection, vehicle_id, row["purpose"], row["recipient"], consents.DRIVER, now_ms)
    ended = [(row["recipient"], row["purpose"], row["id"]) for row in rows if row["purpose"] in OF_PURPOSE]
    telling.withdrawn(connection, ended, vehicle_id, now_ms)
    return len(rows)


def ask_deletion(connection: Connection, vehicle_id: str, now_ms: int) -> None:
    """Note that the data is to be deleted within ten working days, and end every consent at once."""
    stop(connection, vehicle_id, None, None, now_ms)
    standing = select(deletions.c.id).where(deletions.c.vehicle_id == vehicle_id, deletions.c.done_ms.is_(None))
    if connection.execute(standing).first() is not None:
        return
    due = working_days.after(now_ms, working_days.DELETION_DAYS)
    connection.execute(
        insert(deletions).values(
            id=named("deletion", vehicle_id, now_ms),
            vehicle_id=vehicle_id,
            at_ms=now_ms,
            due_ms=due.due_ms,
            is_assured=due.is_assured,
        )
    )


def appeal(connection: Connection, vehicle_id: str, recipient: str, period: str, said: str, now_ms: int) -> str:
    """Put what is said against a period's score before a person, who answers within 15 working days; return its id."""
    due = working_days.after(now_ms, working_days.APPEAL_DAYS)
    row = {
        "id": named("appeal", vehicle_id, recipient, period, said),
        "vehicle_id": vehicle_id,
        "recipient": recipient,
        "period": period,
        "said": said,
        "at_ms": now_ms,
        "due_ms": due.due_ms,
        "is_assured": due.is_assured,
        "answer": "",
    }
    insert_once(connection, appeals, row)
    return str(row["id"])


def answer_appeal(
    connection: Connection, appeal_id: str, state: Literal["upheld", "rejected"], answer: str, by: str, now_ms: int
) -> None:
    """Record the person's word; raise `MissingError` for an appeal that is not open."""
    values = {"state": state, "answer": answer, "answered_by": by, "answered_ms": now_ms}
    query = update(appeals).where(appeals.c.id == appeal_id, appeals.c.state == "open").values(**values)
    if connection.execute(query).rowcount != 1:
        raise MissingError(f"no open appeal {appeal_id[:64]}")


def own_data(connection: Connection, vehicle_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return everything that the operational store holds of the vehicle for its subject, table by table."""
    car = vehicles.c.id == vehicle_id
    copy = {"vehicle": [dict(row) for row in connection.execute(select(vehicles).where(car)).mappings()]}
    ledger = select(consent_ledger).where(consent_ledger.c.subject == vehicle_id).order_by(consent_ledger.c.id)
    copy["consents"] = [dict(row) for row in connection.execute(ledger).mappings()]
    for name, table in _OWN.items():
        rows = connection.execute(select(table).where(table.c.vehicle_id == vehicle_id)).mappings()
        copy[name] = [dict(row) for row in rows]
    seen = audit.of_consents(connection, _ever(connection, vehicle_id), limit=10_000)
    copy["accesses"] = [msgspec.structs.asdict(one) for one in seen]
    return copy


def _ever(connection: Connection, vehicle_id: str) -> list[str]:
    query = select(consent_ledger.c.consent_id).where(consent_ledger.c.subject == vehicle_id)
    now = select(consents_table.c.id).where(consents_table.c.vehicle_id == vehicle_id)
    return sorted({*connection.execute(query).scalars(), *connection.execute(now).scalars()})
