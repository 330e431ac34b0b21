"""What the API says, as pydantic models; the OpenAPI document and the UI's types are generated from them.

Times are ISO 8601 in UTC; `*_s` are domain seconds; a missing reading or score is null, never zero.
"""

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["unknown", "ok", "watch", "risk", "critical"]
Powertrain = Literal["petrol", "bev", "hybrid"]
CaseState = Literal["open", "acknowledged", "resolved"]
JobState = Literal[
    "proposed",
    "offered",
    "accepted",
    "en_route",
    "on_site",
    "towing",
    "at_destination",
    "completed",
    "cancelled",
    "gone_on_arrival",
    "unsuccessful",
]


class Model(BaseModel):
    """Unknown fields in a request are an error that names them."""

    model_config = ConfigDict(extra="forbid")


Item = TypeVar("Item")


class Page(Model, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[Item]
    next: str | None = None


class Position(Model):
    """A point with its coordinate reference system and how exact it was allowed to be."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    crs: Literal["WGS84", "GCJ02"] = "WGS84"
    precision: Literal["cell", "exact", "pin"] = "pin"
    as_of: datetime | None = None


class Pin(Model):
    """A point that a person set."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    crs: Literal["WGS84", "GCJ02"] = "WGS84"


class Risk(Model):
    """The probability of a breakdown of one cause within `horizon_h` hours."""

    horizon_h: int
    p: float


class Words(Model):
    """One sentence in both languages, with a stable code."""

    code: str
    zh: str
    en: str


class Health(Model):
    """What is known of one cause on one vehicle; `unknown` when nothing was measured."""

    level: Level
    risks: list[Risk] | None
    calibrated: bool
    time_to_threshold_h: float | None
    ttt_low_h: float | None = None
    ttt_high_h: float | None = None
    reasons: list[Words]
    as_of: datetime | None
    quality: float
    abstained: str


class NextAction(Model):
    """What happens next, in both languages."""

    action: str
    zh: str
    en: str


class VehicleSummary(Model):
    """One row of the fleet list."""

    id: str
    name: str
    plate: str
    model: str
    powertrain: Powertrain
    state: Literal["driving", "parked", "charging", "silent", "unknown"]
    last_seen: datetime | None
    age_s: float | None
    fresh: bool
    health: dict[str, Health]
    urgency: float
    next_action: NextAction | None
    open_cases: list[str]
    position: Position | None


class Vehicle(VehicleSummary):
    """The vehicle page: the summary and what the dongle said of itself."""

    online: bool | None
    agent_version: str | None
    clock_quality: str | None
    odometer_km: float | None
    signals: list[str]


class SignalSeries(Model):
    """One signal over time; `v` is null wherever `validity` is not 0 (value)."""

    path: str
    unit: str
    t: list[datetime]
    v: list[float | None]
    validity: list[int]


class RiskPoint(Model):
    """One past assessment of one cause."""

    at: datetime
    cause: str
    risks: list[Risk] | None
    quality: float


class VehicleRef(Model):
    """Which vehicle, in the words of people."""

    id: str | None
    name: str
    plate: str
    model: str


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
    job_id: str | None
    resolution: str | None
    version: int
    timeline: list[TimelineEvent]


class PartnerRef(Model):
    """Which partner."""

    id: str
    name: str


class Offer(Model):
    """One partner asked to take one job."""

    partner: PartnerRef
    state: str
    offered_at: datetime
    deadline: datetime
    reason: str | None


class JobStep(Model):
    """One step of a job."""

    state: str
    at: datetime
    by: str
    reason: str | None


class Job(Model):
    """One rescue."""

    id: str
    case_id: str | None
    origin: Literal["prediction", "person", "emergency"]
    priority: int
    vehicle: VehicleRef
    state: JobState
    service: str
    created_at: datetime
    promise_by: datetime
    eta: datetime | None
    escalated_at: datetime | None
    partner: PartnerRef | None
    offers: list[Offer]
    position: Position | None
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


class PartnerOffer(Model):
    """What a partner may see before it accepts: a 1 km cell, vehicle class and fault family."""

    job_id: str
    deadline: datetime
    cell: Position | None
    vehicle_class: str
    fault_family: str
    service: str
    distance_km: float | None


class PartnerJob(Model):
    """What a partner sees of its own job after accepting it."""

    id: str
    state: JobState
    service: str
    vehicle: VehicleRef
    position: Position | None
    phone_masked: str | None
    promise_by: datetime


class DriverQuestion(Model):
    """What the driver's phone page shows."""

    vehicle: VehicleRef
    cause: str
    service: str
    zh: str
    en: str
    reasons: list[Words]
    eta_minutes: float | None
    asked_at: datetime
    deadline: datetime
    answer: Literal["yes", "no"] | None
    needs_position: bool
    job_state: JobState | None


class RiskSignal(Model):
    """What an insurer may see of one vehicle: no VIN, plate or coordinates."""

    pseudonym: str
    cause: str
    band: Level
    risks: list[Risk] | None
    calibrated: bool
    data_completeness: float
    as_of: datetime | None
    model_version: str
    schema_version: str
    consent_id: str


class Acknowledge(Model):
    """Somebody has it."""

    comment: str = Field(default="", max_length=2000)


class Resolve(Model):
    """Why the case is over; the reason becomes an outcome label."""

    reason: Literal["repaired", "false_alarm", "rescued", "driver_declined", "duplicate", "other"]
    comment: str = Field(default="", max_length=2000)


class RescueRequest(Model):
    """A person asks for help, with or without a dongle in the car."""

    vehicle_id: str | None = None
    plate: str | None = Field(default=None, max_length=20)
    phone: str | None = Field(default=None, max_length=40)
    problem: str = Field(min_length=1, max_length=500)
    service: str | None = None
    position: Pin | None = None
    note: str = Field(default="", max_length=2000)


class Answer(Model):
    """The driver's word, and a pin where the car may not say where it is."""

    answer: Literal["yes", "no"]
    position: Pin | None = None


class StepReport(Model):
    """A partner's step: why, and when it expects to be there."""

    reason: str = Field(default="", max_length=500)
    eta_s: float | None = Field(default=None, ge=0)
    position: Pin | None = None


class Reason(Model):
    """Why something is cancelled."""

    reason: str = Field(default="", max_length=500)
