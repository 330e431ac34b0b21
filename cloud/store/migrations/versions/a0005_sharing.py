"""What leaves the house and why it may: ledger, enrolments, published periods, disclosures, rights of the subject."""

import sqlalchemy as sa
from alembic import op

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHAINED = ("consent_ledger", "accesses")

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    _accesses()
    _acknowledgements()
    _consent_ledger()
    _deletions()
    _disclosures()
    _feed_builds()
    _feed_inputs()
    _insurer_hooks()
    _appeals()
    _enrolments()
    _sharing_links()
    _consents()
    if op.get_bind().dialect.name == "sqlite":
        _append_only()


def _append_only() -> None:
    for table in CHAINED:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_keeps_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only appended to'); END"
            )


def _accesses() -> None:
    op.create_table(
        "accesses",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("how", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("period", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("content", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("previous", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accesses"),
    )


def _acknowledgements() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("recipient", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("period", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("manifest", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_acknowledgements"),
        sa.UniqueConstraint("recipient", "manifest", name="uq_acknowledgements_recipient_manifest"),
    )


def _consent_ledger() -> None:
    op.create_table(
        "consent_ledger",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("subject", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("consent_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("purpose", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("recipient", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_ledger"),
    )
    op.create_index("ix_consent_ledger_subject", "consent_ledger", ["subject"], unique=False)


def _deletions() -> None:
    op.create_table(
        "deletions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_assured", sa.Boolean(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deletions"),
    )


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("access_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("consent_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("access_id", "consent_id", name="pk_disclosures"),
    )
    op.create_index("ix_disclosures_consent_id", "disclosures", ["consent_id"], unique=False)


def _feed_builds() -> None:
    op.create_table(
        "feed_builds",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("recipient", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("period", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("about", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("built_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_builds"),
        sa.UniqueConstraint("recipient", "period", "fingerprint", name="uq_feed_builds_recipient_period_fingerprint"),
    )


def _feed_inputs() -> None:
    op.create_table(
        "feed_inputs",
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("late", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cut_off_ms", sa.BigInteger(), nullable=False),
        sa.Column("arrived_ms", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("period", "revision", name="pk_feed_inputs"),
    )


def _insurer_hooks() -> None:
    op.create_table(
        "insurer_hooks",
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name="pk_insurer_hooks"),
    )


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("period", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_assured", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("'open'"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_appeals_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
    )


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("policy_reference", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("several_drivers", sa.Boolean(), nullable=False),
        sa.Column("consent_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_enrolments_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("recipient", "vehicle_id", name="pk_enrolments"),
    )


def _sharing_links() -> None:
    op.create_table(
        "sharing_links",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_sharing_links_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_links"),
        sa.UniqueConstraint("sha256", name="uq_sharing_links_sha256"),
    )


def _consents() -> None:
    op.add_column("consents", sa.Column("covers_ms", sa.BigInteger(), nullable=True))
    op.add_column("consents", sa.Column("fields", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "consents", sa.Column("precision", sa.String(length=40), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "consents", sa.Column("text_version", sa.String(length=40), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("consents", sa.Column("locale", sa.String(length=40), server_default=sa.text("''"), nullable=False))
    op.add_column("consents", sa.Column("how", sa.String(length=40), server_default=sa.text("''"), nullable=False))
