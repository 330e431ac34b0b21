"""What operators want of the vehicles' agents, and what the agents made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "configurations",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("campaigns", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("stop", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=40), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_configurations_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_configurations"),
    )
