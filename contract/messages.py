"""The messages of wire version 1.

Times: `*_ms` are integer milliseconds of the domain clock; `mono_ms` since boot, `wall_ms` since the Unix epoch.
"""

from typing import Literal

import msgspec

ClockQuality = Literal["synchronised", "free_running", "unset"]
Precision = Literal["none", "cell", "exact"]
UrgentKind = Literal["collision", "thermal_event", "red_lamp", "position", "gap", "codes_cleared", "low_voltage"]
DtcStatus = Literal["confirmed", "pending", "permanent"]
Lamp = Literal["mil", "amber_warning", "protect", "red_stop"]
LampState = Literal["off", "on", "slow_flash", "fast_flash"]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every message has: the vehicle it speaks of."""

    vehicle: str


class Recorded(Message, frozen=True, kw_only=True):
    """A message that the spool keeps until the cloud's receipt: its key and its clocks.

    `stream` is a random 128-bit id made with each spool file, a dash and the lane (u urgent, t telemetry); `seq` is
    dense from 1 per stream. `mono_ms` and `wall_ms` were read together when the message was sealed.
    """

    stream: str
    seq: int
    boot_id: str
    mono_ms: int
    wall_ms: int
    clock_quality: ClockQuality


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """Samples of one signal from one ECU, delta coded; read with `contract.columns`.

    A value is `n * scale + offset` with n the running sum of `values`; a sample's time is the message's `mono_ms` plus
    the running sum of `times` (ms, the first may be negative). Both are little-endian signed integers of
    `time_width` / `value_width` bytes (2, 4 or 8). `validity` is empty when every sample is a value, else one byte
    each. `raw` keeps the answer's bytes for samples that are no value, by index.
    """

    signal: str
    ecu: str = ""
    scale: float
    offset: float = 0.0
    time_width: int
    times: bytes
    value_width: int
    values: bytes
    validity: bytes = b""
    raw: dict[int, bytes] = {}


class TelemetryBatch(Recorded, frozen=True, kw_only=True, tag="telemetry"):
    """Seconds to minutes of many signals, as columns."""

    columns: tuple[Column, ...]


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """A point with its reference system and the precision that was enforced on the device."""

    latitude_deg: float
    longitude_deg: float
    crs: Literal["WGS84", "GCJ02"]
    precision: Literal["cell", "exact"]


class UrgentEvent(Recorded, frozen=True, kw_only=True, tag="urgent"):
    """One event that cannot wait for a batch; `facts` are its numbers and words."""

    event: UrgentKind
    facts: dict[str, float | str] = {}
    position: Position | None = None


class DtcSet(msgspec.Struct, frozen=True, kw_only=True):
    """The codes one ECU reported in one state; an empty set says 'asked, and there are none'."""

    ecu: str
    status: DtcStatus
    codes: tuple[str, ...]


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault code in full, where the ECU says more than its code (docs/fault-codes.md).

    `code` is SAE J2012 with the failure type behind a dash (P0143-1A), or SPN and FMI of SAE J1939 (SPN4364-18).
    `status` is the status byte of ISO 14229-1, `occurrences` the count of J1939. `extended` holds extended data records
    of service 19 06 by their number, as they came.
    """

    ecu: str
    code: str
    status: int | None = None
    occurrences: int | None = None
    extended: dict[int, bytes] = {}


class FreezeFrame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was measured when `code` was stored: `values` by signal path, in the catalogue's unit.

    `raw` keeps, by PID or DID, the bytes of what is no value or has no place in the catalogue.
    """

    ecu: str
    code: str
    number: int = 0
    values: dict[str, float] = {}
    raw: dict[int, bytes] = {}


class EcuInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an ECU says of itself: its name, calibration ids and verification numbers (CVN, hexadecimal)."""

    ecu: str
    protocol: str = ""
    name: str = ""
    calibrations: tuple[str, ...] = ()
    cvns: tuple[str, ...] = ()


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the monitors an ECU has are complete, since the codes were cleared or in this driving cycle."""

    ecu: str
    scope: Literal["since_clear", "this_cycle"]
    complete: tuple[str, ...]
    incomplete: tuple[str, ...]


class DtcReport(Recorded, frozen=True, kw_only=True, tag="dtc", omit_defaults=True):
    """The fault codes of every ECU that answered; `mil_on` is None when nobody said.

    `sets` are the codes by state. The fields after `mil_on` are left out where there is nothing to say, and readers of
    before they were added read past them.
    """

    sets: tuple[DtcSet, ...]
    mil_on: bool | None = None
    lamps: dict[Lamp, LampState] = {}
    faults: tuple[Fault, ...] = ()
    freeze_frames: tuple[FreezeFrame, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    ecus: tuple[EcuInfo, ...] = ()


class Status(Message, frozen=True, kw_only=True, tag="status"):
    """Birth (online) and will (offline) of an agent; retained, not recorded, no receipt."""

    online: bool
    boot_id: str
    wall_ms: int
    agent_version: str
    signal_sets: tuple[str, ...] = ()
    has_supply_source: bool = False
    has_position_source: bool = False


class Receipt(Message, frozen=True, kw_only=True, tag="receipt"):
    """The cloud's word that these records are stored (ranges, both ends included) or will never be (rejected)."""

    stream: str
    stored: tuple[tuple[int, int], ...] = ()
    rejected: tuple[tuple[int, str], ...] = ()


class PositionGrant(msgspec.Struct, frozen=True, kw_only=True):
    """How precisely the car may say where it is, until when, and for which job."""

    precision: Precision
    until_ms: int
    job: str = ""


class Config(Message, frozen=True, kw_only=True, tag="config", omit_defaults=True):
    """What the cloud asks of the agent; it can never widen what is sent on CAN, and a grant that ran out is none.

    `stop` narrows it: diagnostic services (`22`) and request ids (`7A0`, `17FC007B`) that are not to be asked.
    """

    revision: int
    grants: tuple[PositionGrant, ...] = ()
    stop: tuple[str, ...] = ()


AnyMessage = TelemetryBatch | UrgentEvent | DtcReport | Status | Receipt | Config
AnyRecorded = TelemetryBatch | UrgentEvent | DtcReport
