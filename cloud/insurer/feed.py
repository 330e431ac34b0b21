"""Per-vehicle risk signals for one insurer: only of vehicles whose consent for this recipient stands now."""

from typing import Final

from sqlalchemy import Connection, RowMapping, select

from cloud.insurer.fields import permits
from cloud.insurer.pseudonym import pseudonym
from cloud.store.consents import standing
from cloud.store.cursors import clamp, decode, encode
from cloud.store.queries.parts import horizons
from cloud.store.tables import consents, risks
from cloud.store.views import Page, RiskSignal

SCHEMA_VERSION: Final = "1"


def risk_signals(
    connection: Connection,
    *,
    recipient: str,
    key: bytes,
    now_ms: int,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RiskSignal]:
    """Return the signals that `recipient` may see, sorted by pseudonym and cause; `CursorError` for a foreign cursor.

    The cursor holds a pseudonym, never an id. A withdrawn or expired consent leaves at once, between two pages too.
    """
    limit = clamp(limit)
    behind = ("", "") if cursor is None else tuple(str(part) for part in decode(cursor, 2))
    found = connection.execute(
        select(risks, consents.c.id.label("consent_id"), consents.c.fields)
        .join(consents, consents.c.vehicle_id == risks.c.vehicle_id)
        .where(consents.c.purpose == "insurer", consents.c.recipient == recipient, standing(now_ms))
    ).mappings()
    rows = [row for row in found if permits("insurer", row["fields"], "risk_signals")]
    named = sorted(
        ((pseudonym(key, recipient, row["vehicle_id"]), row["cause"], row) for row in rows), key=lambda it: it[:2]
    )
    left = [it for it in named if it[:2] > behind][: limit + 1]
    shown = [_signal(name, row) for name, _, row in left[:limit]]
    return Page(shown, encode(left[limit - 1][:2]) if len(left) > limit else None)


def _signal(name: str, row: RowMapping) -> RiskSignal:
    return RiskSignal(
        pseudonym=name,
        cause=row["cause"],
        band=row["level"],
        risks=horizons(row["risks"]),
        calibrated=row["calibrated"],
        data_completeness=row["quality"],
        as_of_ms=row["as_of_ms"] or None,
        model_version=row["model"],
        schema_version=SCHEMA_VERSION,
        consent_id=row["consent_id"],
    )
