"""The rescue network: what partners agreed to, their trucks, areas; a job's window, truck, way and finding."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _word(name: str, length: int = 40, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), server_default=sa.text(f"'{default}'"), nullable=False)


def upgrade() -> None:
    """Make the tables and add the columns."""
    _partners()
    _jobs()
    op.add_column("offers", _word("truck_id", 64))
    op.create_table(
        "trucks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        _word("name", 120),
        sa.Column("equipment", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("latitude_deg", sa.Float(), nullable=True),
        sa.Column("longitude_deg", sa.Float(), nullable=True),
        _word("crs"),
        sa.Column("position_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_trucks_partner_id_partners"),
        sa.PrimaryKeyConstraint("id", name="pk_trucks"),
    )
    op.create_index("ix_trucks_partner_id", "trucks", ["partner_id"])
    op.create_table(
        "seats",
        sa.Column("code", sa.String(length=64), nullable=False),
        _word("name", 120),
        sa.Column("latitude_deg", sa.Float(), nullable=False),
        sa.Column("longitude_deg", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_seats"),
    )


def _partners() -> None:
    op.add_column("partners", sa.Column("equipment", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("partners", _word("mode", default="regional"))
    for name in ("area", "prices", "promise_s"):
        op.add_column("partners", sa.Column(name, sa.JSON(none_as_null=True), nullable=True))
    op.add_column("partners", sa.Column("score", sa.Float(), nullable=True))


def _jobs() -> None:
    for name, length in (("truck_id", 64), ("area_code", 12), ("area_class", 40)):
        op.add_column("jobs", _word(name, length))
    for name in ("window_from_ms", "window_to_ms"):
        op.add_column("jobs", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("jobs", _word("key_holder", 120))
    op.add_column("jobs", sa.Column("accuracy_m", sa.Float(), nullable=True))
    op.add_column("jobs", _word("place_by", 120))
    op.add_column("jobs", sa.Column("left_km", sa.Float(), nullable=True))
    for name in ("left_ms", "arrived_ms"):
        op.add_column("jobs", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("jobs", _word("found"))
