"""What consent lets out at one moment, read from the store in the transaction that lets it out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from cloud.insurer.fields import OF_PURPOSE, mask
from cloud.insurer.periods import Period
from cloud.store.consents import standing
from cloud.store.tables import consents, enrolments


class Permit(NamedTuple):
    """What one vehicle's consents let out towards one recipient; the mask is that of `cloud.insurer.fields`."""

    vehicle: str
    consent_id: str
    pricing_consent_id: str | None
    mask: int
    several_drivers: bool


def permits(
    connection: Connection,
    recipient: str,
    period: Period,
    now_ms: int,
    *,
    between: tuple[str, str] | None = None,
    consent_ids: Sequence[str] | None = None,
) -> list[Permit]:
    """Return the permits of `recipient` for the period, sorted by vehicle: of some vehicles or consents, or of all.

    A consent counts when it stands now and covers the whole of the period. Without one for `insurer` there is no row;
    one for `pricing` lets the driving out beside it.
    """
    covers = and_(
        func.coalesce(consents.c.covers_ms, consents.c.granted_ms) <= period.start_ms,
        or_(consents.c.until_ms.is_(None), consents.c.until_ms >= period.end_ms),
    )
    query = (
        select(
            consents.c.vehicle_id, consents.c.id, consents.c.purpose, consents.c.fields, enrolments.c.several_drivers
        )
        .select_from(
            consents.outerjoin(
                enrolments,
                and_(enrolments.c.vehicle_id == consents.c.vehicle_id, enrolments.c.recipient == recipient),
            )
        )
        .where(consents.c.recipient == recipient, consents.c.purpose.in_(OF_PURPOSE), standing(now_ms), covers)
        .order_by(consents.c.vehicle_id, consents.c.purpose)
    )
    if between is not None:
        query = query.where(consents.c.vehicle_id.between(*between))
    if consent_ids is not None:
        named = select(consents.c.vehicle_id).where(consents.c.id.in_(consent_ids))
        query = query.where(consents.c.vehicle_id.in_(named))
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.vehicle_id, {})[row.purpose] = row
    return [_permit(vehicle, rows) for vehicle, rows in found.items() if "insurer" in rows]


def _permit(vehicle: str, rows: dict[str, Any]) -> Permit:
    insurer, pricing = rows["insurer"], rows.get("pricing")
    bits = mask("insurer", insurer.fields)
    if pricing is not None:
        bits |= mask("pricing", pricing.fields)
    return Permit(
        vehicle, insurer.id, None if pricing is None else pricing.id, bits, bool(insurer.several_drivers or False)
    )
