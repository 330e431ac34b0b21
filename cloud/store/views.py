"""What the store says of vehicles, cases, jobs, reminders and partners: read models, times in domain ms."""

from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

Item = TypeVar("Item")


class Page(NamedTuple, Generic[Item]):
    """Some rows, and the cursor of those that follow; None at the end."""

    items: list[Item]
    next: str | None


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A place; precision is `cell` (a 1 km grid), `exact` (from the car) or `pin` (set by a person)."""

    latitude_deg: float
    longitude_deg: float
    crs: str
    precision: str
    as_of_ms: int | None = None


class Words(msgspec.Struct, frozen=True):
    """One reason in both languages."""

    code: str
    zh: str
    en: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """One cause on one vehicle; `risks` is (horizon_h, p) pairs, None when nothing was measured."""

    cause: str
    level: str
    risks: list[tuple[int, float]] | None
    calibrated: bool
    time_to_threshold_h: float | None
    ttt_low_h: float | None
    ttt_high_h: float | None
    reasons: list[Words]
    as_of_ms: int | None
    quality: float
    abstained: str


class NextAction(msgspec.Struct, frozen=True):
    """What happens next to a vehicle."""

    action: str
    zh: str
    en: str


class VehicleView(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle with everything its summary and its page need."""

    id: str
    name: str
    plate: str
    model: str
    powertrain: str
    state: str
    last_seen_ms: int | None
    age_s: float | None
    fresh: bool
    health: dict[str, Health]
    urgency: float
    next_action: NextAction | None
    open_cases: list[str]
    position: Point | None
    online: bool | None
    agent_version: str
    clock_quality: str
    odometer_km: float | None
    signals: list[str]


class RiskPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One past assessment."""

    at_ms: int
    cause: str
    risks: list[tuple[int, float]] | None
    quality: float


class VehicleRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which vehicle; `id` is None for a car that the fleet does not know."""

    id: str | None
    name: str
    plate: str
    model: str


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The latest decision on a case."""

    action: str
    at_ms: int
    zh: str
    en: str
    expected_cost_act: float | None
    expected_cost_wait: float | None
    inputs: dict[str, Any]


class TimelineEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, when and why."""

    at_ms: int
    actor: str
    kind: str
    zh: str
    en: str
    data: dict[str, Any]


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """One case with its timeline (empty in lists)."""

    id: str
    vehicle: VehicleRef
    cause: str
    state: str
    severity: int
    opened_ms: int
    updated_ms: int
    as_of_ms: int | None
    age_at_open_s: float
    late: bool
    reasons: list[Words]
    risks: list[tuple[int, float]] | None
    calibrated: bool
    time_to_threshold_h: float | None
    decision: DecisionView | None
    escalated_ms: int | None
    job_id: str | None
    resolution: str | None
    version: int
    timeline: list[TimelineEvent]


class PartnerRef(msgspec.Struct, frozen=True):
    """Which partner."""

    id: str
    name: str


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """One partner asked to take one job."""

    partner: PartnerRef
    state: str
    offered_ms: int
    deadline_ms: int
    reason: str


class JobStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a job."""

    state: str
    at_ms: int
    by: str
    reason: str


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """One rescue as an operator sees it; `phone_masked` keeps the last four digits."""

    id: str
    case_id: str | None
    cause: str
    origin: str
    priority: int
    vehicle: VehicleRef
    state: str
    service: str
    created_ms: int
    promise_ms: int
    eta_ms: int | None
    escalated_ms: int | None
    escalated_why: dict[str, str] | None
    partner: PartnerRef | None
    offers: list[OfferView]
    position: Point | None
    phone_masked: str | None
    history: list[JobStep]


class PartnerOfferView(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner sees before it accepts."""

    job_id: str
    deadline_ms: int
    cell: Point | None
    vehicle_class: str
    fault_family: str
    service: str
    distance_km: float | None


class PartnerJobView(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner sees of a job that it accepted; nothing of place, plate or phone 24 h after closing."""

    id: str
    state: str
    service: str
    vehicle: VehicleRef
    position: Point | None
    phone_masked: str | None
    promise_ms: int


class ReminderView(msgspec.Struct, frozen=True, kw_only=True):
    """One maintenance item."""

    id: str
    vehicle: VehicleRef
    kind: str
    state: str
    due_km: float | None
    due_ms: int | None
    odometer_km: float | None
    zh: str
    en: str
    created_ms: int
    updated_ms: int


class PartnerView(msgspec.Struct, frozen=True, kw_only=True):
    """One partner and how busy it is (open jobs and offers)."""

    id: str
    name: str
    services: list[str]
    capacity: int
    busy: int
    latitude_deg: float
    longitude_deg: float
    crs: str


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """What the driver's page shows."""

    vehicle: VehicleRef
    cause: str
    service: str
    zh: str
    en: str
    reasons: list[Words]
    eta_minutes: float | None
    asked_ms: int
    deadline_ms: int
    answer: str | None
    needs_position: bool
    job_id: str | None
    job_state: str | None


class RiskSignal(msgspec.Struct, frozen=True, kw_only=True):
    """What an insurer may see: no VIN, plate or coordinates."""

    pseudonym: str
    cause: str
    band: str
    risks: list[tuple[int, float]] | None
    calibrated: bool
    data_completeness: float
    as_of_ms: int | None
    model_version: str
    schema_version: str
    consent_id: str


class Change(NamedTuple):
    """One thing that changed, in commit order: type is vehicle, case, job, reminder or offer."""

    id: int
    type: str
    subject: str
    at_ms: int


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Whose token it is: a role, and the partner or recipient that it speaks for."""

    token_id: str
    role: str
    subject: str
