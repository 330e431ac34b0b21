"""What partners and drivers see, and what people send."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from cloud.api.models.base import JobState, Model, Pin, Position, VehicleRef, Words


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
    job_id: str | None
    job_state: JobState | None


class Acknowledge(Model):
    """Somebody has it."""

    comment: str = Field(default="", max_length=2000)


class Resolve(Model):
    """Why the case is over; the reason becomes an outcome label."""

    reason: Literal["repaired", "false_alarm", "rescued", "driver_declined", "duplicate", "other"]
    comment: str = Field(default="", max_length=2000)


class Appointment(Model):
    """A visit at a time: within a window, or an hour that ends before the car leaves next; and who has the key."""

    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    departure: AwareDatetime | None = None
    key_holder: str = Field(min_length=1, max_length=120)

    @model_validator(mode="after")
    def _says_when(self) -> "Appointment":
        if (self.departure is None) == (self.start is None or self.end is None):
            raise ValueError("an appointment has a start and an end, or the next departure")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("an appointment ends after it starts")
        return self


class RescueRequest(Model):
    """A person asks for help, with or without a dongle in the car."""

    vehicle_id: str | None = None
    plate: str | None = Field(default=None, max_length=20)
    phone: str | None = Field(default=None, max_length=40)
    problem: str = Field(min_length=1, max_length=500)
    service: str | None = None
    position: Pin | None = None
    note: str = Field(default="", max_length=2000)
    appointment: Appointment | None = None


class Answer(Model):
    """The driver's word, and a pin where the car may not say where it is."""

    answer: Literal["yes", "no"]
    position: Pin | None = None


class StepReport(Model):
    """A partner's step: why, when it expects to be there, where it was told that the car is, what it found."""

    reason: str = Field(default="", max_length=500)
    eta_s: float | None = Field(default=None, ge=0, le=86_400)
    position: Pin | None = None
    found: Literal["fault", "nothing"] | None = None


class TruckReport(Model):
    """Where a truck is, and whether it is on duty; what is not said stays as it was."""

    position: Pin | None = None
    on_duty: bool | None = None


class Reason(Model):
    """Why something is cancelled."""

    reason: str = Field(default="", max_length=500)


class Done(Model):
    """Maintenance that was done, at which odometer reading (the car's last one where it is not said)."""

    odometer_km: float | None = Field(default=None, ge=0, le=3_000_000)
