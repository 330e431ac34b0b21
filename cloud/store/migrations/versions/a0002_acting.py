"""Baseline: what was decided and done."""

import sqlalchemy as sa
from alembic import op

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _breaker()
    _outbox()
    _timeline()
    _alarms()
    _cases()
    _emergencies()
    _jobs()
    _reminders()
    _links()
    _offers()


def _breaker() -> None:
    op.create_table(
        "breaker",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("held_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("released_ms", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("held_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_breaker"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_real_ms", sa.BigInteger(), nullable=True),
        sa.Column("delivered_ms", sa.BigInteger(), nullable=True),
        sa.Column("given_up_ms", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("delivered_ms IS NULL AND given_up_ms IS NULL"),
        postgresql_where=sa.text("delivered_ms IS NULL AND given_up_ms IS NULL"),
    )


def _timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("job_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
        sa.UniqueConstraint("key", name="uq_timeline_key"),
    )
    op.create_index("ix_timeline_case_id", "timeline", ["case_id"], unique=False)
    op.create_index("ix_timeline_job_id", "timeline", ["job_id"], unique=False)


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("raised", sa.Boolean(), nullable=False),
        sa.Column("above", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("below", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("newest_ms", sa.BigInteger(), nullable=True),
        sa.Column("p", sa.Float(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=True),
        sa.Column("planned", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_alarms_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("vehicle_id", "cause", name="pk_alarms"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("'open'"), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=True),
        sa.Column("age_at_open_s", sa.Float(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("occurrences", sa.Integer(), server_default=sa.text("1"), nullable=False),
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
        sa.Column("decision", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("action", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("escalated_ms", sa.BigInteger(), nullable=True),
        sa.Column("resolved_ms", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("job_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_cases_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_opened_ms_id", "cases", ["opened_ms", "id"], unique=False)
    op.create_index("ix_cases_state_updated_ms", "cases", ["state", "updated_ms"], unique=False)
    op.create_index(
        "uq_cases_open",
        "cases",
        ["vehicle_id", "cause"],
        unique=True,
        sqlite_where=sa.text("state <> 'resolved'"),
        postgresql_where=sa.text("state <> 'resolved'"),
    )


def _emergencies() -> None:
    op.create_table(
        "emergencies",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_emergencies_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_emergencies"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("case_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("cause", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("origin", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("service", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("promise_ms", sa.BigInteger(), nullable=False),
        sa.Column("eta_ms", sa.BigInteger(), nullable=True),
        sa.Column("escalated_ms", sa.BigInteger(), nullable=True),
        sa.Column("escalated_why", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("partner_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column("latitude_deg", sa.Float(), nullable=True),
        sa.Column("longitude_deg", sa.Float(), nullable=True),
        sa.Column("crs", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("precision", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("position_ms", sa.BigInteger(), nullable=True),
        sa.Column("grant_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("plate", sa.String(length=20), server_default=sa.text("''"), nullable=False),
        sa.Column("phone", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("problem", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("vehicle_class", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("round_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("forgotten_ms", sa.BigInteger(), nullable=True),
        sa.Column("request_key", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_jobs_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_created_ms_id", "jobs", ["created_ms", "id"], unique=False)
    op.create_index("ix_jobs_request_key", "jobs", ["request_key"], unique=False)
    op.create_index(
        "uq_jobs_open",
        "jobs",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("closed_ms IS NULL"),
        postgresql_where=sa.text("closed_ms IS NULL"),
    )


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("due_km", sa.Float(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.Column("odometer_km", sa.Float(), nullable=True),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("booked_ms", sa.BigInteger(), nullable=True),
        sa.Column("done_ms", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_reminders_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
    )
    op.create_index("ix_reminders_created_ms_id", "reminders", ["created_ms", "id"], unique=False)
    op.create_index(
        "uq_reminders_open",
        "reminders",
        ["vehicle_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("service", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("deadline_ms", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_links_case_id_cases"),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name="fk_links_vehicle_id_vehicles"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("sha256", name="uq_links_sha256"),
    )
    op.create_index("ix_links_answer_deadline_ms", "links", ["answer", "deadline_ms"], unique=False)


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), server_default=sa.text("'offered'"), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("offered_ms", sa.BigInteger(), nullable=False),
        sa.Column("deadline_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("distance_km", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_offers_job_id_jobs"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_offers_partner_id_partners"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
    )
    op.create_index("ix_offers_job_id", "offers", ["job_id"], unique=False)
    op.create_index("ix_offers_partner_id_state", "offers", ["partner_id", "state"], unique=False)
    op.create_index(
        "uq_offers_open",
        "offers",
        ["job_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('offered', 'accepted')"),
        postgresql_where=sa.text("state IN ('offered', 'accepted')"),
    )
