"""What vehicles say of their faults: codes and their lives, freeze frames, control units."""

from typing import Final

from sqlalchemy import Column, Integer, Table, Text

from cloud.store.columns import document, key, metadata, ms, vehicle, whole, word

fault_codes: Final = Table(
    "fault_codes",
    metadata,
    vehicle(primary_key=True),
    key("ecu"),
    key("code"),
    word("state"),
    document("listed"),
    Column("failure_type", Integer),
    Column("status", Integer),
    Column("occurrences", Integer),
    ms("first_ms", nullable=False),
    ms("last_ms", nullable=False),
    ms("confirmed_ms"),
    ms("cleared_ms"),
    word("cleared_by"),
    whole("times", 1),
)

freeze_frames: Final = Table(
    "freeze_frames",
    metadata,
    vehicle(primary_key=True),
    key("ecu"),
    key("code"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    ms("at_ms", nullable=False),
    document("readings"),
    document("raw"),
)

control_units: Final = Table(
    "control_units",
    metadata,
    vehicle(primary_key=True),
    key("ecu"),
    word("protocol"),
    word("name", length=64),
    document("calibrations"),
    document("cvns"),
    document("readiness"),
    ms("at_ms", nullable=False),
)

# The newest report of codes that was taken in; an older one says nothing of the present.
code_reports: Final = Table("code_reports", metadata, vehicle(primary_key=True), ms("at_ms", nullable=False))

# Descriptions that an operator imported; our own table (contract/data/dtc.csv) comes before them.
dtc_texts: Final = Table(
    "dtc_texts",
    metadata,
    key("code"),
    key("make"),
    key("language"),
    Column("text", Text, nullable=False),
)
