"""Fault codes with their lives, freeze frames and control units."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _code_reports()
    _fault_codes()
    _freeze_frames()
    _control_units()
    _dtc_texts()


def _code_reports() -> None:
    op.create_table(
        "code_reports",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_code_reports_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_code_reports"),
    )


def _fault_codes() -> None:
    op.create_table(
        "fault_codes",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("ecu", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("listed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("failure_type", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("occurrences", sa.Integer(), nullable=True),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger(), nullable=True),
        sa.Column("cleared_ms", sa.BigInteger(), nullable=True),
        sa.Column("cleared_by", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_fault_codes_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", "ecu", "code", name="pk_fault_codes"),
    )


def _freeze_frames() -> None:
    op.create_table(
        "freeze_frames",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("ecu", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("raw", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_freeze_frames_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", "ecu", "code", "number", name="pk_freeze_frames"),
    )


def _control_units() -> None:
    op.create_table(
        "control_units",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("ecu", sa.String(length=64), nullable=False),
        sa.Column("protocol", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("name", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("calibrations", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cvns", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("readiness", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_control_units_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", "ecu", name="pk_control_units"),
    )


def _dtc_texts() -> None:
    op.create_table(
        "dtc_texts",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("make", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "make", "language", name="pk_dtc_texts"),
    )
