"""What a reader of fault codes is told; times are ms of the domain."""

import msgspec


class FreezeFrameView(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured when a code was stored: values by signal path, and the bytes of what is none by PID or DID."""

    number: int
    at_ms: int
    readings: dict[str, float]
    raw: dict[str, str]


class FaultCodeView(msgspec.Struct, frozen=True, kw_only=True):
    """One fault code of one control unit, its life and what it is called."""

    ecu: str
    code: str
    state: str
    severity: int
    service: str
    zh: str
    en: str
    source: str
    failure_type: int | None
    status: int | None
    occurrences: int | None
    first_ms: int
    reported_ms: int
    confirmed_ms: int | None
    cleared_ms: int | None
    cleared_by: str
    times: int
    freeze_frames: list[FreezeFrameView]


class ControlUnitView(msgspec.Struct, frozen=True, kw_only=True):
    """What one control unit says of itself; `readiness` is by scope."""

    ecu: str
    protocol: str
    name: str
    calibrations: list[str]
    cvns: list[str]
    readiness: dict[str, dict[str, list[str]]]
    at_ms: int
