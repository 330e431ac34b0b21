"""The messages of wire version 1.

Times: `*_ms` are integer milliseconds of the domain clock; `mono_ms` since boot, `wall_ms` since the Unix epoch.
"""

from typing import Literal

import msgspec

ClockQuality = Literal["synchronised", "free_running", "unset"]
Precision = Literal["none", "city", "cell", "exact"]
UrgentKind = Literal["collision", "thermal_event", "red_lamp", "position", "gap", "codes_cleared", "low_voltage"]
DtcStatus = Literal["confirmed", "pending", "permanent"]
Lamp = Literal["mil", "amber_warning", "protect", "red_stop"]
CampaignWhen = Literal["awake", "cranking", "code", "bound"]
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
    precision: Literal["city", "cell", "exact"]


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


class ConfigOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of the last `Config` that came: taken, or refused whole and why.

    `revision` is None when what came could not be read so far.
    """

    revision: int | None
    taken: bool
    reason: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the agent itself fares; what it cannot measure is left out. Counts are since its start.

    `starts` counts the starts that its disk remembers. `waiting` records hold `waiting_bytes`; the oldest was sealed
    `lag_s` domain seconds ago. `polls` are the poller's counts and `verdicts` the guard's, by name.
    `disk_life_used_pct` is the card's own estimate (eMMC 5.0, the worse of both kinds of cells, in steps of ten).
    """

    uptime_s: float
    starts: int
    waiting: int
    waiting_bytes: int
    lag_s: float | None = None
    rejected: int = 0
    unsealed: int = 0
    frames: int = 0
    bus_errors: int = 0
    polls: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    takeovers: int = 0
    cpu_degc: float | None = None
    disk_free_bytes: int | None = None
    disk_written_bytes: int | None = None
    disk_life_used_pct: float | None = None
    config: ConfigOutcome | None = None


class Status(Message, frozen=True, kw_only=True, tag="status"):
    """Birth (online) and will (offline) of an agent, and in between its health; retained, not recorded, no receipt.

    A birth and a will carry no health; readers of before it was added read past it.
    """

    online: bool
    boot_id: str
    wall_ms: int
    agent_version: str
    signal_sets: tuple[str, ...] = ()
    has_supply_source: bool = False
    has_position_source: bool = False
    health: Health | msgspec.UnsetType = msgspec.UNSET


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


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """The finest word on one grant: `exact` for one job, signed for one car, once, and only for a while.

    `signature` is HMAC-SHA-256 under the car's own key (`contract.release`); a `nonce` counts once.
    """

    job: str
    nonce: str
    until_ms: int
    signature: bytes


class Bound(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Holds while the newest value of `signal`, in the catalogue's unit, is above and below these."""

    signal: str
    above: float | None = None
    below: float | None = None


class Campaign(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Named signals, collected every `period_ms` of domain time under a condition.

    `when` is `awake`; `cranking` (the starter turns); `code` (a fault code appeared: from `before_s` before it to
    `after_s` after it); or `bound` (while `bound` holds). It can make nothing be asked that a signal set does not ask.
    """

    name: str
    signals: tuple[str, ...]
    period_ms: int
    when: CampaignWhen = "awake"
    bound: Bound | None = None
    before_s: float = 0.0
    after_s: float = 0.0
    until_ms: int | None = None


class Config(Message, frozen=True, kw_only=True, tag="config", omit_defaults=True):
    """What the cloud asks of the agent; it can never widen what is sent on CAN, and a grant that ran out is none.

    `stop` narrows it: diagnostic services (`22`) and request ids (`7A0`, `17FC007B`) that are not to be asked.
    `releases` count where the agent was provisioned with a key; readers of before they were added read past them.
    """

    revision: int
    grants: tuple[PositionGrant, ...] = ()
    stop: tuple[str, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    releases: tuple[Release, ...] = ()


AnyMessage = TelemetryBatch | UrgentEvent | DtcReport | Status | Receipt | Config
AnyRecorded = TelemetryBatch | UrgentEvent | DtcReport
