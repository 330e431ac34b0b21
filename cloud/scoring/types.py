"""What scoring says, and what it must be told about a car."""

from typing import Final, Literal

import msgspec

Cause = Literal[
    "low_voltage_battery",
    "tyre",
    "traction_battery",
    "dtc",
    "traction_cells",
    "charging_system",
    "coolant",
    "oil",
    "fuel",
    "charging",
]
VehicleState = Literal["driving", "parked", "charging", "unknown"]
Powertrain = Literal["petrol", "hybrid", "bev"]
Chemistry = Literal["nmc", "lfp"]

CAUSES: Final[tuple[Cause, ...]] = (
    "low_voltage_battery",
    "tyre",
    "traction_battery",
    "dtc",
    "traction_cells",
    "charging_system",
    "coolant",
    "oil",
    "fuel",
    "charging",
)
HORIZONS_H: Final = (24, 72, 168)
FEATURES: Final = "features-2"
FACTS_KIND: Final = "facts"


class Risk(msgspec.Struct, frozen=True):
    """The probability of a breakdown of this cause within `horizon_h` hours of the newest sample."""

    horizon_h: int
    p: float


class Reason(msgspec.Struct, frozen=True):
    """One reason: a code, the numbers it stands on, and a sentence with exactly those numbers in two languages."""

    code: str
    numbers: dict[str, float | str]
    zh: str
    en: str


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one cause on one vehicle after one log entry.

    `as_of_ms` is the newest sample used (0 when there was none), `received_ms` when the entry came: their difference
    is the age a case must judge. `risks` is None when nothing was measured, and `abstained` then says why; None is
    never healthy. `time_to_threshold_h` counts from `as_of_ms`; None where no trend is established.
    """

    vehicle: str
    cause: Cause
    offset: int
    as_of_ms: int
    received_ms: int
    risks: tuple[Risk, ...] | None
    calibrated: bool
    time_to_threshold_h: float | None
    ttt_low_h: float | None
    ttt_high_h: float | None
    quality: float
    severity: int
    service: str
    reasons: tuple[Reason, ...]
    abstained: str
    model: str
    features: str
    state: VehicleState


class VehicleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the fleet's file says of a car; None leaves the documented default in place, at lower data quality.

    `forecast_min_degc` is the lowest air temperature expected where the car stands until `forecast_until_ms`;
    `near_charger_km` how far the nearest charger is by a position that was released, until `near_until_ms`.
    """

    powertrain: Powertrain
    placard_kpa: float | None = None
    pack_kwh: float | None = None
    nominal_v: float = 12.0
    charger_km: float | None = None
    air_kpa: float | None = None
    pack_ah: float | None = None
    cell_chemistry: Chemistry | None = None
    tank_l: float | None = None
    station_km: float | None = None
    forecast_min_degc: float | None = None
    forecast_until_ms: int | None = None
    connector: str | None = None
    near_charger_km: float | None = None
    near_until_ms: int | None = None


_encoder: Final = msgspec.msgpack.Encoder()
_facts: Final = msgspec.msgpack.Decoder(VehicleFacts)
_assessment: Final = msgspec.msgpack.Decoder(Assessment)


def encode_facts(facts: VehicleFacts) -> bytes:
    """Return the payload of a log entry of kind "facts"."""
    return _encoder.encode(facts)


def decode_facts(payload: bytes) -> VehicleFacts:
    """Return the facts in `payload`; raise `msgspec.MsgspecError` for anything else."""
    return _facts.decode(payload)


def encode(assessment: Assessment) -> bytes:
    """Return `assessment` as it is stored."""
    return _encoder.encode(assessment)


def decode(payload: bytes) -> Assessment:
    """Return the stored assessment; raise `msgspec.MsgspecError` for anything else."""
    return _assessment.decode(payload)
