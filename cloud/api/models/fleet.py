"""Vehicles, their signals and their health."""

from datetime import datetime
from typing import Literal

from cloud.api.models.base import Level, Model, Position, Risk, Words

Powertrain = Literal["petrol", "bev", "hybrid"]


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
    agent_version: str
    clock_quality: str
    odometer_km: float | None
    signals: list[str]


class SignalSeries(Model):
    """One signal over time; `v` is null wherever `validity` is not 0 (value)."""

    path: str
    unit: str
    t: list[datetime]
    v: list[float | None]
    validity: list[int]


class FreezeFrame(Model):
    """What was measured when a code was stored: values by signal path; `raw` is what is no value, by PID or DID."""

    number: int
    at: datetime
    readings: dict[str, float]
    raw: dict[str, str]


class FaultCode(Model):
    """One fault code of one control unit; `source` says whose words zh and en are."""

    ecu: str
    code: str
    state: Literal["pending", "confirmed", "permanent", "cleared"]
    severity: int
    service: str
    zh: str
    en: str
    source: Literal["outrider", "make", "generic", "letter"]
    failure_type: int | None
    status: int | None
    occurrences: int | None
    first_reported: datetime
    last_reported: datetime
    confirmed_at: datetime | None
    cleared_at: datetime | None
    cleared_by: Literal["", "codes_cleared", "supply_lost", "unknown"]
    times: int
    freeze_frames: list[FreezeFrame]


class Monitors(Model):
    """Which emission monitors are complete."""

    complete: list[str]
    incomplete: list[str]


class ControlUnit(Model):
    """What one control unit says of itself; `readiness` is by scope: since_clear, this_cycle."""

    ecu: str
    protocol: str
    name: str
    calibrations: list[str]
    cvns: list[str]
    readiness: dict[str, Monitors]
    at: datetime


class RiskPoint(Model):
    """One past assessment of one cause."""

    at: datetime
    cause: str
    risks: list[Risk] | None
    quality: float


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
