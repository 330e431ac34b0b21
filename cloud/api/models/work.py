"""Cases, jobs, reminders and partners, as an operator sees them."""

from datetime import datetime
from typing import Any, Literal

from cloud.api.models.base import JobState, Model, PartnerRef, Position, Risk, Said, VehicleRef, Words

CaseState = Literal["open", "acknowledged", "resolved"]


class DecisionView(Model):
    """What was decided, at what expected cost, from which inputs."""

    action: str
    at: datetime
    zh: str
    en: str
    expected_cost_act: float | None
    expected_cost_wait: float | None
    inputs: dict[str, Any]


class TimelineEvent(Model):
    """Who did what, when and why."""

    at: datetime
    actor: str
    kind: str
    zh: str
    en: str
    data: dict[str, Any]


class Case(Model):
    """One open question about one cause on one vehicle."""

    id: str
    vehicle: VehicleRef
    cause: str
    state: CaseState
    severity: int
    opened_at: datetime
    updated_at: datetime
    as_of: datetime | None
    age_at_open_s: float
    late: bool
    reasons: list[Words]
    risks: list[Risk] | None
    calibrated: bool
    time_to_threshold_h: float | None
    decision: DecisionView | None
    escalated_at: datetime | None
    job_id: str | None
    resolution: str | None
    version: int
    timeline: list[TimelineEvent]


class Offer(Model):
    """One partner asked to take one job."""

    partner: PartnerRef
    state: str
    offered_at: datetime
    deadline: datetime
    reason: str


class JobStep(Model):
    """One step of a job."""

    state: str
    at: datetime
    by: str
    reason: str


class Job(Model):
    """One rescue."""

    id: str
    case_id: str | None
    cause: str
    origin: Literal["prediction", "person", "emergency"]
    priority: int
    vehicle: VehicleRef
    state: JobState
    service: str
    created_at: datetime
    promise_by: datetime
    eta: datetime | None
    escalated_at: datetime | None
    escalated_why: Said | None
    partner: PartnerRef | None
    offers: list[Offer]
    position: Position | None
    phone_masked: str | None
    history: list[JobStep]


class Reminder(Model):
    """One maintenance item of one vehicle."""

    id: str
    vehicle: VehicleRef
    kind: str
    state: Literal["due_soon", "due", "overdue", "booked", "done"]
    due_km: float | None
    due_at: datetime | None
    odometer_km: float | None
    zh: str
    en: str
    created_at: datetime
    updated_at: datetime


class Partner(Model):
    """One rescue partner and what it can do now."""

    id: str
    name: str
    services: list[str]
    capacity: int
    busy: int
    position: Position


class Breaker(Model):
    """Whether asking and sending on predictions is held, and who last let it go; `vehicles` raised a case at once."""

    held: bool
    since: datetime | None
    vehicles: int
    released_at: datetime | None
    released_by: str | None
