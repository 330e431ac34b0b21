"""What the agent asks of the world; each docstring is the law, and `tests/edge/adapters` holds every adapter to it."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol

from contract.clock import Clock
from contract.messages import ClockQuality, Config, Receipt
from edge.obd.frames import CanFrame

Lane = Literal["u", "t"]
Kind = Literal["telemetry", "urgent", "dtc"]
WINDOW = 64  # records on their way at once
URGENT_RESERVE = 16  # and so many urgent ones more, which no backlog can hold up
LANES: dict[Kind, Lane] = {"telemetry": "t", "urgent": "u", "dtc": "u"}


class CarClock(Clock, Protocol):
    """The domain clock, and what the car knows about it; `mono_s` counts from the boot that `boot_id` names."""

    @property
    def boot_id(self) -> str: ...

    def quality(self) -> ClockQuality:
        """Say how far `wall_s` is to be trusted: `unset` before 2024, `synchronised` when the kernel says so."""


class CanBus(Protocol):
    """One CAN interface. After `BusError` the interface is closed; every later call tries to open it again, not faster
    than its back-off, and raises `BusError` (`send`) or waits out its time (`receive`) while it cannot."""

    def receive(self, timeout_s: float) -> CanFrame | None:
        """Return the next data frame, or None after `timeout_s` real seconds; error and remote frames are skipped."""

    def send(self, frame: CanFrame) -> None:
        """Put `frame` on the bus."""

    def close(self) -> None: ...


class Supply(Protocol):
    """The dongle's own supply wire (OBD pin 16), read without any CAN traffic."""

    def voltage_v(self) -> float | None:
        """Return the voltage now, in volts, or None when nothing could be measured."""

    @property
    def is_fast(self) -> bool:
        """Whether it reads by itself a hundred times a second, so that no start is missed."""

    def recent(self) -> list[tuple[float, float]]:
        """Return what a fast wire has read since the last call: real monotonic seconds and volts, oldest first."""


class PowerSwitch(Protocol):
    """What switches the device itself off. It remembers over a restart that it was used, until the supply recovers."""

    def was_asked(self) -> bool:
        """Say whether it was used, and the supply has not recovered since."""

    def off(self) -> None:
        """Remember, and switch off; return when that has been asked for or has failed."""

    def recovered(self) -> None:
        """The supply is well again: forget."""


class Fix(NamedTuple):
    """Where the car is, in WGS 84 degrees, as its receiver says it is valid."""

    latitude_deg: float
    longitude_deg: float


class PositionSource(Protocol):
    """A satellite receiver."""

    def fix(self) -> Fix | None:
        """Return the last valid fix that is fresh in real time, or None; never blocks."""

    def close(self) -> None: ...


class Witness(Protocol):
    """Somebody outside the spool who is told what was accepted, after the fsync that made it so."""

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None: ...


class Draft(NamedTuple):
    """A message that waits for its place: `seal` turns stream and seq into the payload.

    `is_sure` is False while the clock was not synchronised: its `wall_ms` may be mended as long as nobody has seen it.
    """

    kind: Kind
    seal: Callable[[str, int], bytes]
    samples: int
    wall_ms: int
    is_sure: bool = True


class Record(NamedTuple):
    """A message with its place, as the spool keeps it."""

    stream: str
    seq: int
    kind: Kind
    payload: bytes
    samples: int
    wall_ms: int
    is_sure: bool = True


class Unsealed(NamedTuple):
    """Samples that no message carries yet, as packed columns, with the clocks they were packed by."""

    boot_id: str
    mono_ms: int
    wall_ms: int
    quality: ClockQuality
    samples: int
    columns: bytes


class Gap(NamedTuple):
    """Records that the spool gave up before the cloud had them, all of one stream; `number` names the gap itself.

    `from_ms` and `to_ms` are the domain's wall times of the oldest and the newest. None is not known, "" an unknown
    stream: a damaged file does not tell what it held.
    """

    number: int
    stream: str
    first_seq: int | None
    last_seq: int | None
    messages: int | None
    samples: int | None
    from_ms: int | None
    to_ms: int | None
    reason: str


class Spool(Protocol):
    """What was accepted and is not yet stored by the cloud.

    A stream is 128 random bits, a dash and the lane; seq is dense from 1 in each stream and never used twice. Full, it
    gives up the oldest telemetry first, then fault reports, then urgent events, and keeps a `Gap` of what it gave up.
    """

    def put(self, drafts: Sequence[Draft], *, told: Sequence[int] = ()) -> list[Record]:
        """Seal and keep `drafts` in one commit, forgetting the gaps numbered `told`; once this returns, a power cut
        loses none of them. Raise `SpoolError` and keep nothing of them when the disk refuses. Telemetry takes the place
        of whatever `hold` was given before it."""

    def hold(self, unsealed: Unsealed) -> None:
        """Keep samples in one commit until telemetry that carries them is put; do nothing where none can be kept."""

    def held(self) -> list[Unsealed]:
        """Return what was held and never put, oldest first: an earlier process has ended in between."""

    def unsure(self, limit: int) -> list[Record]:
        """Return up to `limit` records that were sealed by a clock that was not sure, and not amended since."""

    def amend(self, records: Sequence[Record]) -> None:
        """Give the records at these places, as far as they still wait, this payload, wall time and sureness."""

    def waiting(self, lane: Lane, *, after: int, limit: int, skip: frozenset[tuple[str, int]]) -> list[Record]:
        """Return up to `limit` records of `lane` whose `wall_ms` is `after` or later, oldest first, without `skip`."""

    def forget(self, stream: str, ranges: Sequence[tuple[int, int]]) -> int:
        """Drop the records of `stream` in the inclusive `ranges` and return how many there were; any may be gone."""

    def gaps(self) -> list[Gap]:
        """Return the gaps that no `put` has told of yet, oldest first."""

    def depth(self) -> tuple[int, int]:
        """Return how many records wait, and their payload bytes."""

    def close(self) -> None: ...


class LinkChange(NamedTuple):
    """The uplink came up or went down; `reason` is for a person."""

    up: bool
    reason: str


class Unreadable(NamedTuple):
    """A configuration came that is none, and `reason` says why."""

    reason: str


Heard = Receipt | Config | Unreadable | LinkChange


class Uplink(Protocol):
    """The way to the broker. It connects, and connects again, by itself; nothing published is remembered by it: what
    was not receipted is the caller's to publish again."""

    def start(self) -> None: ...

    def publish(self, kind: Kind, payload: bytes) -> bool:
        """Hand `payload` over and say whether it could be; False while the link is down or its window is full."""

    def tell(self, status: bytes) -> None:
        """Hand over a status message, retained; it is lost while the link is down."""

    def heard(self) -> list[Heard]:
        """Return what has come since the last call, in order; raise `ConfigError` when no restart would help."""

    def renew(self, reason: str) -> None:
        """Give up the connection, if there is one, and make another."""

    def wait(self, timeout_s: float) -> None:
        """Return when something was heard, or after `timeout_s` real seconds."""

    def stop(self, timeout_s: float) -> None:
        """Say goodbye (status offline) and close, within `timeout_s` real seconds."""
