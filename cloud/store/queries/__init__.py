"""Reading the store: every function takes a connection and returns views; unknown ids raise `MissingError`.

Lists come in pages of `limit` (1 to 200) sorted newest or most urgent first, with a cursor for the next one.
"""

from cloud.store.queries.cases import case, cases
from cloud.store.queries.counts import Counts, counts
from cloud.store.queries.jobs import job, jobs
from cloud.store.queries.partners import partner_job, partner_jobs, partner_offers, partners
from cloud.store.queries.reminders import reminder, reminders
from cloud.store.queries.vehicles import find_vehicle, risk_history, vehicle, vehicles

__all__ = [
    "Counts",
    "case",
    "cases",
    "counts",
    "find_vehicle",
    "job",
    "jobs",
    "partner_job",
    "partner_jobs",
    "partner_offers",
    "partners",
    "reminder",
    "reminders",
    "risk_history",
    "vehicle",
    "vehicles",
]
