"""The operational store as SQLAlchemy Core tables.

Times are integer milliseconds of the domain clock since the Unix epoch, but for `*_real_ms`, which are the machine's.
Coordinates carry their reference system beside them.
"""

from cloud.store.acting_tables import (
    alarms,
    breaker,
    cases,
    configurations,
    emergencies,
    jobs,
    links,
    offers,
    outbox,
    reminders,
    timeline,
)
from cloud.store.columns import metadata
from cloud.store.diagnosis_tables import code_reports, control_units, dtc_texts, fault_codes, freeze_frames
from cloud.store.fleet_tables import (
    changes,
    consents,
    consumers,
    partners,
    plans,
    risk_history,
    risks,
    tokens,
    vehicle_state,
    vehicles,
)
from cloud.store.sharing_tables import (
    accesses,
    acknowledgements,
    appeals,
    consent_ledger,
    deletions,
    disclosures,
    enrolments,
    feed_builds,
    feed_inputs,
    insurer_hooks,
    sharing_links,
)

__all__ = [
    "accesses",
    "acknowledgements",
    "alarms",
    "appeals",
    "breaker",
    "cases",
    "changes",
    "code_reports",
    "configurations",
    "consent_ledger",
    "consents",
    "consumers",
    "control_units",
    "deletions",
    "disclosures",
    "dtc_texts",
    "emergencies",
    "enrolments",
    "fault_codes",
    "feed_builds",
    "feed_inputs",
    "freeze_frames",
    "insurer_hooks",
    "jobs",
    "links",
    "metadata",
    "offers",
    "outbox",
    "partners",
    "plans",
    "reminders",
    "risk_history",
    "risks",
    "sharing_links",
    "timeline",
    "tokens",
    "vehicle_state",
    "vehicles",
]
