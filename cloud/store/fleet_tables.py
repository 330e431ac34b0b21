"""Who is watched and who helps: vehicles, their state and risks, consents, plans, partners, tokens."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, String, Table, UniqueConstraint, text

from cloud.store.columns import (
    ID_LENGTH,
    assessed,
    document,
    flag,
    key,
    metadata,
    ms,
    number,
    point,
    serial,
    vehicle,
    whole,
    word,
)

vehicles: Final = Table(
    "vehicles",
    metadata,
    key(),
    word("name", length=120),
    word("plate", length=20),
    word("model", length=120),
    word("powertrain"),
    number("placard_kpa"),
    number("pack_kwh"),
    word("contact_channel"),
    word("contact_address", length=500),
    *point("home_"),
    Index("ix_vehicles_plate", "plate"),
)

consents: Final = Table(
    "consents",
    metadata,
    key(),
    vehicle(),
    word("purpose"),
    word("recipient", length=120),
    ms("granted_ms", nullable=False),
    ms("until_ms"),
    ms("withdrawn_ms"),
    # What the ledger's newest row for it says; no list of fields means all that the purpose knows.
    ms("covers_ms"),
    document("fields", nullable=True),
    word("precision"),
    word("text_version"),
    word("locale"),
    word("how"),
    UniqueConstraint("vehicle_id", "purpose", "recipient"),
)

partners: Final = Table(
    "partners",
    metadata,
    key(),
    word("name", length=120),
    document("services"),
    whole("capacity", 1),
    *point(),
    document("hours", nullable=True),
    document("equipment", nullable=True),
    word("mode", default="regional"),
    document("area", nullable=True),
    document("prices", nullable=True),
    document("promise_s", nullable=True),
    number("score"),
)

trucks: Final = Table(
    "trucks",
    metadata,
    key(),
    Column("partner_id", String(ID_LENGTH), ForeignKey("partners.id"), nullable=False),
    word("name", length=120),
    document("equipment", nullable=True),
    flag("on_duty"),
    *point(),
    ms("position_ms"),
    Index("ix_trucks_partner_id", "partner_id"),
)

# Counties and districts with the places of their seats, by their administrative codes.
seats: Final = Table(
    "seats",
    metadata,
    key("code"),
    word("name", length=120),
    Column("latitude_deg", Float, nullable=False),
    Column("longitude_deg", Float, nullable=False),
)

tokens: Final = Table(
    "tokens",
    metadata,
    key(),
    Column("sha256", String(64), nullable=False, unique=True),
    word("role"),
    word("subject", length=120),
    ms("created_ms", nullable=False),
    ms("revoked_ms"),
)

vehicle_state: Final = Table(
    "vehicle_state",
    metadata,
    vehicle(primary_key=True),
    ms("last_seen_ms"),
    ms("received_ms"),
    number("odometer_km"),
    ms("odometer_ms"),
    number("speed_kmh"),
    number("soc_pct"),
    *point(),
    word("precision"),
    ms("position_ms"),
    Column("online", Boolean),
    ms("online_ms"),
    Column("has_position", Boolean),
    word("agent_version", length=80),
    word("clock_quality"),
    word("state", default="unknown"),
    ms("silent_ms"),
    ms("noted_ms"),
    Column("urgency", Float, nullable=False, server_default=text("0")),
    document("signals", nullable=True),
    Index("ix_vehicle_state_last_seen_ms", "last_seen_ms"),
)

risks: Final = Table(
    "risks",
    metadata,
    vehicle(primary_key=True),
    key("cause"),
    ms("as_of_ms"),
    ms("received_ms"),
    word("level"),
    Column("urgency", Float, nullable=False, server_default=text("0")),
    *assessed(),
)

risk_history: Final = Table(
    "risk_history",
    metadata,
    serial(),
    vehicle(),
    word("cause"),
    ms("at_ms", nullable=False),
    document("risks", nullable=True),
    Column("quality", Float, nullable=False),
    word("level"),
    Index("ix_risk_history_vehicle_id_cause_at_ms", "vehicle_id", "cause", "at_ms"),
)

plans: Final = Table(
    "plans",
    metadata,
    vehicle(primary_key=True),
    key("kind"),
    number("every_km"),
    number("every_days"),
    number("last_km"),
    ms("last_ms"),
)

changes: Final = Table(
    "changes",
    metadata,
    serial(),
    word("type"),
    word("subject", length=ID_LENGTH),
    ms("at_ms", nullable=False),
    sqlite_autoincrement=True,
)

consumers: Final = Table(
    "consumers",
    metadata,
    key("name"),
    Column("position", BigInteger, nullable=False),
)
