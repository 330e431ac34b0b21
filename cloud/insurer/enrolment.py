"""Binding a vehicle's pseudonym to the insurer's own policy, so that the insurer can join and nobody else can."""

import msgspec
from sqlalchemy import Connection, select

from cloud.insurer.pseudonym import KeyRing
from cloud.store import consents
from cloud.store.cursors import clamp, decode, encode
from cloud.store.errors import RefusedError
from cloud.store.once import upsert
from cloud.store.tables import consents as consents_table
from cloud.store.tables import enrolments
from cloud.store.views import Page


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """One policy as its insurer reads it; `former` are the names that the vehicle had before, by key id."""

    pseudonym: str
    key_id: str
    former: dict[str, str]
    policy_reference: str
    several_drivers: bool
    consent_id: str


def enrol(
    connection: Connection,
    vehicle_id: str,
    recipient: str,
    policy_reference: str,
    several_drivers: bool,
    now_ms: int,
) -> None:
    """Bind the vehicle to the policy; raise `RefusedError` (`no_consent`) where none for this insurer stands."""
    consent_id = consents.current(connection, vehicle_id, "insurer", now_ms, recipient)
    if consent_id is None:
        raise RefusedError("no_consent", f"there is no consent of {vehicle_id} for {recipient}")
    upsert(
        connection,
        enrolments,
        {
            "recipient": recipient,
            "vehicle_id": vehicle_id,
            "policy_reference": policy_reference,
            "several_drivers": several_drivers,
            "consent_id": consent_id,
            "at_ms": now_ms,
        },
    )


def enrolled(
    connection: Connection, recipient: str, ring: KeyRing, now_ms: int, cursor: str | None = None, limit: int = 50
) -> Page[Enrolment]:
    """Return a page of what `recipient` may join, by its own policy references; only while consent stands."""
    limit = clamp(limit)
    after = ("", "") if cursor is None else tuple(str(part) for part in decode(cursor, 2))
    rows = connection.execute(
        select(enrolments, consents_table.c.id.label("stands"))
        .join(consents_table, consents_table.c.vehicle_id == enrolments.c.vehicle_id)
        .where(
            enrolments.c.recipient == recipient,
            consents_table.c.recipient == recipient,
            consents_table.c.purpose == "insurer",
            consents.standing(now_ms),
        )
    ).mappings()
    found = []
    for row in rows:
        current, *former = ring.names(recipient, row["vehicle_id"]).items()
        found.append(
            Enrolment(
                pseudonym=current[1],
                key_id=current[0],
                former=dict(former),
                policy_reference=row["policy_reference"],
                several_drivers=row["several_drivers"],
                consent_id=row["stands"],
            )
        )
    found.sort(key=lambda one: (one.policy_reference, one.pseudonym))
    left = [one for one in found if (one.policy_reference, one.pseudonym) > after][: limit + 1]
    more = len(left) > limit
    last = left[limit - 1] if more else None
    return Page(left[:limit], None if last is None else encode([last.policy_reference, last.pseudonym]))
