"""What was decided and done: alarms, cases, jobs, offers, questions, reminders, what is to be sent."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, String, Table, Text, text

from cloud.store.columns import (
    ID_LENGTH,
    WORD_LENGTH,
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
    words,
)

alarms: Final = Table(
    "alarms",
    metadata,
    vehicle(primary_key=True),
    key("cause"),
    flag("raised"),
    whole("above"),
    whole("below"),
    ms("newest_ms"),
    number("p"),
    flag("stopped"),
    ms("asked_ms"),
    whole("planned"),
)

cases: Final = Table(
    "cases",
    metadata,
    key(),
    vehicle(),
    word("cause"),
    word("state", default="open"),
    ms("opened_ms", nullable=False),
    ms("updated_ms", nullable=False),
    ms("as_of_ms"),
    Column("age_at_open_s", Float, nullable=False),
    flag("late"),
    whole("occurrences", 1),
    *assessed(),
    document("decision", nullable=True),
    word("action"),
    ms("decided_ms"),
    ms("escalated_ms"),
    ms("resolved_ms"),
    word("resolution"),
    word("job_id", length=ID_LENGTH),
    whole("version", 1),
    Index("ix_cases_state_updated_ms", "state", "updated_ms"),
    Index("ix_cases_opened_ms_id", "opened_ms", "id"),
)

# One open case per (vehicle, cause), whoever writes.
Index(
    "uq_cases_open",
    cases.c.vehicle_id,
    cases.c.cause,
    unique=True,
    sqlite_where=text("state <> 'resolved'"),
    postgresql_where=text("state <> 'resolved'"),
)

timeline: Final = Table(
    "timeline",
    metadata,
    serial(),
    Column("key", String(200), nullable=False, unique=True),
    word("case_id", length=ID_LENGTH),
    word("job_id", length=ID_LENGTH),
    ms("at_ms", nullable=False),
    word("actor", length=120),
    word("kind"),
    *words(),
    document("data"),
    Index("ix_timeline_case_id", "case_id"),
    Index("ix_timeline_job_id", "job_id"),
)

jobs: Final = Table(
    "jobs",
    metadata,
    key(),
    vehicle(nullable=True),
    # Who is helped: the vehicle, else the plate, else the phone; one open job each.
    word("subject", length=120),
    word("case_id", length=ID_LENGTH),
    word("cause"),
    word("origin"),
    whole("priority", 3),
    word("state", default="proposed"),
    word("service"),
    ms("created_ms", nullable=False),
    ms("promise_ms", nullable=False),
    ms("eta_ms"),
    ms("escalated_ms"),
    document("escalated_why", nullable=True),
    word("partner_id", length=ID_LENGTH),
    *point(),
    word("precision"),
    ms("position_ms"),
    ms("grant_until_ms"),
    word("plate", length=20),
    word("phone", length=WORD_LENGTH),
    Column("problem", Text, nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    word("vehicle_class"),
    whole("round", 1),
    ms("round_ms"),
    ms("closed_ms"),
    ms("forgotten_ms"),
    word("request_key", length=200),
    word("truck_id", length=ID_LENGTH),
    word("area_code", length=12),
    word("area_class"),
    # An appointment, and who has the key; without one the window is now.
    ms("window_from_ms"),
    ms("window_to_ms"),
    word("key_holder", length=120),
    # How exact the place is, and who said in words where the car is.
    number("accuracy_m"),
    word("place_by", length=120),
    # The way of the truck, from which later ways are learned.
    number("left_km"),
    ms("left_ms"),
    ms("arrived_ms"),
    # What the visit found: fault, nothing, or empty where nobody said.
    word("found"),
    whole("version", 1),
    Index("ix_jobs_created_ms_id", "created_ms", "id"),
    Index("ix_jobs_request_key", "request_key"),
)
Index(
    "uq_jobs_open",
    jobs.c.subject,
    unique=True,
    sqlite_where=text("closed_ms IS NULL"),
    postgresql_where=text("closed_ms IS NULL"),
)

offers: Final = Table(
    "offers",
    metadata,
    key(),
    Column("job_id", String(ID_LENGTH), ForeignKey("jobs.id"), nullable=False),
    Column("partner_id", String(ID_LENGTH), ForeignKey("partners.id"), nullable=False),
    word("state", default="offered"),
    whole("round", 1),
    ms("offered_ms", nullable=False),
    ms("deadline_ms", nullable=False),
    ms("answered_ms"),
    number("distance_km"),
    word("truck_id", length=ID_LENGTH),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Index("ix_offers_job_id", "job_id"),
    Index("ix_offers_partner_id_state", "partner_id", "state"),
)

# One partner asked at a time: a race for a job can have one winner only.
Index(
    "uq_offers_open",
    offers.c.job_id,
    unique=True,
    sqlite_where=text("state IN ('offered', 'accepted')"),
    postgresql_where=text("state IN ('offered', 'accepted')"),
)

links: Final = Table(
    "links",
    metadata,
    key(),
    Column("sha256", String(64), nullable=False, unique=True),
    vehicle(),
    Column("case_id", String(ID_LENGTH), ForeignKey("cases.id"), nullable=False),
    word("cause"),
    word("service"),
    *words(),
    document("reasons"),
    ms("asked_ms", nullable=False),
    ms("deadline_ms", nullable=False),
    word("answer"),
    ms("answered_ms"),
    word("job_id", length=ID_LENGTH),
    Index("ix_links_answer_deadline_ms", "answer", "deadline_ms"),
)

emergencies: Final = Table(
    "emergencies",
    metadata,
    key(),
    vehicle(),
    word("case_id", length=ID_LENGTH),
    ms("at_ms", nullable=False),
)

outbox: Final = Table(
    "outbox",
    metadata,
    serial(),
    Column("key", String(200), nullable=False, unique=True),
    word("kind"),
    word("vehicle_id", length=ID_LENGTH),
    document("body"),
    ms("created_ms", nullable=False),
    whole("attempts"),
    ms("next_real_ms"),
    ms("delivered_ms"),
    ms("given_up_ms"),
    Column("error", Text, nullable=False, server_default=text("''")),
)
Index(
    "ix_outbox_waiting",
    outbox.c.id,
    sqlite_where=text("delivered_ms IS NULL AND given_up_ms IS NULL"),
    postgresql_where=text("delivered_ms IS NULL AND given_up_ms IS NULL"),
)

# What operators want of a vehicle's agent; `revision` is the first configuration that carried it.
configurations: Final = Table(
    "configurations",
    metadata,
    vehicle(primary_key=True),
    document("campaigns"),
    document("stop"),
    ms("changed_ms", nullable=False),
    word("changed_by", length=120),
    Column("revision", BigInteger, nullable=False),
    word("outcome", default="waiting"),
    Column("reason", Text, nullable=False),
    ms("answered_ms"),
)

reminders: Final = Table(
    "reminders",
    metadata,
    key(),
    vehicle(),
    word("kind"),
    word("state"),
    number("due_km"),
    ms("due_ms"),
    number("odometer_km"),
    *words(),
    ms("created_ms", nullable=False),
    ms("updated_ms", nullable=False),
    ms("booked_ms"),
    ms("done_ms"),
    whole("version", 1),
    Index("ix_reminders_created_ms_id", "created_ms", "id"),
)
Index(
    "uq_reminders_open",
    reminders.c.vehicle_id,
    reminders.c.kind,
    unique=True,
    sqlite_where=text("state <> 'done'"),
    postgresql_where=text("state <> 'done'"),
)

breaker: Final = Table(
    "breaker",
    metadata,
    key(),
    ms("held_since_ms"),
    ms("released_ms"),
    word("released_by", length=120),
    whole("held_count"),
)
