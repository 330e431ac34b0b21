"""What a recipient must forget: every consent that ended after something was given under it."""

import msgspec
from sqlalchemy import Connection, select

from cloud.insurer.pseudonym import KeyRing
from cloud.store.tables import accesses, consent_ledger, consents, disclosures


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """One consent that ended: under which names to look, what to forget (`all`, `driving`), when and why it ended."""

    pseudonym: str
    key_id: str
    consent_id: str
    what: str
    ended_ms: int
    why: str


def erasures(connection: Connection, recipient: str, ring: KeyRing, now_ms: int) -> list[Erasure]:
    """Return them all, oldest first; one under each name that the vehicle ever had with this recipient.

    Cumulative, so that a drop that was missed is made good by the next one.
    """
    given = (
        select(disclosures.c.consent_id)
        .join(accesses, accesses.c.id == disclosures.c.access_id)
        .where(accesses.c.recipient == recipient)
    )
    ended = [
        (row["at_ms"], row["subject"], row["consent_id"], row["purpose"], "withdrawn")
        for row in connection.execute(
            select(consent_ledger).where(
                consent_ledger.c.event == "withdrawn",
                consent_ledger.c.recipient == recipient,
                consent_ledger.c.consent_id.in_(given),
            )
        ).mappings()
    ]
    run_out = select(consents).where(
        consents.c.recipient == recipient,
        consents.c.withdrawn_ms.is_(None),
        consents.c.until_ms <= now_ms,
        consents.c.id.in_(given),
    )
    ended += [
        (row["until_ms"], row["vehicle_id"], row["id"], row["purpose"], "run_out")
        for row in connection.execute(run_out).mappings()
    ]
    return [
        Erasure(
            pseudonym=name,
            key_id=key_id,
            consent_id=consent_id,
            what="driving" if purpose == "pricing" else "all",
            ended_ms=at_ms,
            why=why,
        )
        for at_ms, subject, consent_id, purpose, why in sorted(ended)
        for key_id, name in ring.names(recipient, subject).items()
    ]
