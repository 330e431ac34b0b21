"""What leaves the house and why it may: the ledger of consents, enrolments, published periods, disclosures, rights."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, UniqueConstraint

from cloud.store.columns import ID_LENGTH, document, flag, key, metadata, ms, serial, vehicle, whole, word

_HASH: Final = 64

# Appended to and never changed; each row's hash covers the one before it.
consent_ledger: Final = Table(
    "consent_ledger",
    metadata,
    serial(),
    ms("at_ms", nullable=False),
    word("event"),
    word("subject", length=ID_LENGTH),
    word("consent_id", length=ID_LENGTH),
    word("purpose"),
    word("recipient", length=120),
    document("terms"),
    word("previous", length=_HASH),
    word("sha256", length=_HASH),
    Index("ix_consent_ledger_subject", "subject"),
)

enrolments: Final = Table(
    "enrolments",
    metadata,
    key("recipient"),
    vehicle(primary_key=True),
    word("policy_reference", length=120),
    flag("several_drivers"),
    word("consent_id", length=ID_LENGTH),
    ms("at_ms", nullable=False),
)

feed_inputs: Final = Table(
    "feed_inputs",
    metadata,
    key("period"),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    whole("rows"),
    whole("late"),
    ms("cut_off_ms", nullable=False),
    ms("arrived_ms", nullable=False),
    document("files"),
)

# A period as it was built for one recipient; what is delivered of it is what consent lets through at that moment.
feed_builds: Final = Table(
    "feed_builds",
    metadata,
    serial(),
    word("recipient", length=120),
    word("period"),
    Column("revision", BigInteger, nullable=False),
    word("fingerprint", length=_HASH),
    document("about"),
    ms("built_ms", nullable=False),
    UniqueConstraint("recipient", "period", "fingerprint"),
)

accesses: Final = Table(
    "accesses",
    metadata,
    serial(),
    ms("at_ms", nullable=False),
    word("recipient", length=120),
    word("how"),
    word("period"),
    whole("rows"),
    word("content", length=_HASH),
    word("previous", length=_HASH),
    word("sha256", length=_HASH),
)

disclosures: Final = Table(
    "disclosures",
    metadata,
    Column("access_id", BigInteger, primary_key=True, autoincrement=False),
    Column("consent_id", String(ID_LENGTH), primary_key=True),
    Index("ix_disclosures_consent_id", "consent_id"),
)

acknowledgements: Final = Table(
    "acknowledgements",
    metadata,
    serial(),
    word("recipient", length=120),
    word("period"),
    word("manifest", length=_HASH),
    whole("rows"),
    ms("at_ms", nullable=False),
    UniqueConstraint("recipient", "manifest"),
)

insurer_hooks: Final = Table(
    "insurer_hooks",
    metadata,
    key("recipient"),
    Column("url", Text, nullable=False),
    word("secret", length=200),
    ms("changed_ms", nullable=False),
)

sharing_links: Final = Table(
    "sharing_links",
    metadata,
    key(),
    Column("sha256", String(_HASH), nullable=False, unique=True),
    vehicle(),
    ms("created_ms", nullable=False),
    ms("until_ms", nullable=False),
    ms("revoked_ms"),
)

appeals: Final = Table(
    "appeals",
    metadata,
    key(),
    vehicle(),
    word("recipient", length=120),
    word("period"),
    Column("said", Text, nullable=False),
    ms("at_ms", nullable=False),
    ms("due_ms", nullable=False),
    Column("is_assured", Boolean, nullable=False),
    word("state", default="open"),
    Column("answer", Text, nullable=False),
    word("answered_by", length=120),
    ms("answered_ms"),
)

deletions: Final = Table(
    "deletions",
    metadata,
    key(),
    word("vehicle_id", length=ID_LENGTH),
    ms("at_ms", nullable=False),
    ms("due_ms", nullable=False),
    Column("is_assured", Boolean, nullable=False),
    ms("done_ms"),
    word("done_by", length=120),
    document("counts", nullable=True),
)
