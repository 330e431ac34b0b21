"""Baseline: vehicles and those who help them."""

import sqlalchemy as sa
from alembic import op

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _changes()
    _consumers()
    _partners()
    _tokens()
    _vehicles()
    _consents()
    _plans()
    _risk_history()
    _risks()
    _vehicle_state()


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("type", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("subject", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )


def _consumers() -> None:
    op.create_table(
        "consumers",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_consumers"),
    )


def _partners() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("services", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("capacity", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("latitude_deg", sa.Float(), nullable=True),
        sa.Column("longitude_deg", sa.Float(), nullable=True),
        sa.Column("crs", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("hours", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("subject", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("sha256", name="uq_tokens_sha256"),
    )


def _vehicles() -> None:
    op.create_table(
        "vehicles",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("plate", sa.String(length=20), server_default=sa.text("''"), nullable=False),
        sa.Column("model", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("powertrain", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("placard_kpa", sa.Float(), nullable=True),
        sa.Column("pack_kwh", sa.Float(), nullable=True),
        sa.Column("contact_channel", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("contact_address", sa.String(length=500), server_default=sa.text("''"), nullable=False),
        sa.Column("home_latitude_deg", sa.Float(), nullable=True),
        sa.Column("home_longitude_deg", sa.Float(), nullable=True),
        sa.Column("home_crs", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vehicles"),
    )
    op.create_index("ix_vehicles_plate", "vehicles", ["plate"], unique=False)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("recipient", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("granted_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_consents_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.UniqueConstraint("vehicle_id", "purpose", "recipient", name="uq_consents_vehicle_id_purpose_recipient"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("every_km", sa.Float(), nullable=True),
        sa.Column("every_days", sa.Float(), nullable=True),
        sa.Column("last_km", sa.Float(), nullable=True),
        sa.Column("last_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_plans_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", "kind", name="pk_plans"),
    )


def _risk_history() -> None:
    op.create_table(
        "risk_history",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("level", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_risk_history_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_risk_history"),
    )
    op.create_index(
        "ix_risk_history_vehicle_id_cause_at_ms", "risk_history", ["vehicle_id", "cause", "at_ms"], unique=False
    )


def _risks() -> None:
    op.create_table(
        "risks",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=True),
        sa.Column("received_ms", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("urgency", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("risks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        sa.Column("time_to_threshold_h", sa.Float(), nullable=True),
        sa.Column("ttt_low_h", sa.Float(), nullable=True),
        sa.Column("ttt_high_h", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("severity", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("service", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("abstained", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_risks_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", "cause", name="pk_risks"),
    )


def _vehicle_state() -> None:
    op.create_table(
        "vehicle_state",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("last_seen_ms", sa.BigInteger(), nullable=True),
        sa.Column("received_ms", sa.BigInteger(), nullable=True),
        sa.Column("odometer_km", sa.Float(), nullable=True),
        sa.Column("odometer_ms", sa.BigInteger(), nullable=True),
        sa.Column("speed_kmh", sa.Float(), nullable=True),
        sa.Column("soc_pct", sa.Float(), nullable=True),
        sa.Column("latitude_deg", sa.Float(), nullable=True),
        sa.Column("longitude_deg", sa.Float(), nullable=True),
        sa.Column("crs", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("precision", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("position_ms", sa.BigInteger(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=True),
        sa.Column("online_ms", sa.BigInteger(), nullable=True),
        sa.Column("has_position", sa.Boolean(), nullable=True),
        sa.Column("agent_version", sa.String(length=80), server_default=sa.text("''"), nullable=False),
        sa.Column("clock_quality", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("silent_ms", sa.BigInteger(), nullable=True),
        sa.Column("noted_ms", sa.BigInteger(), nullable=True),
        sa.Column("urgency", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("signals", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_vehicle_state_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_vehicle_state"),
    )
    op.create_index("ix_vehicle_state_last_seen_ms", "vehicle_state", ["last_seen_ms"], unique=False)
