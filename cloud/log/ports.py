"""What the log promises to those who write it and those who read it."""

import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

FACTS_STREAM: Final = "facts"


class Record(NamedTuple):
    """What is offered to the log: its key (vehicle, stream, seq), its kind, when it came, and its payload.

    `kind` is a message's tag (`telemetry`, `urgent`, `dtc`), or `facts` for a vehicle's own data.
    """

    vehicle: str
    stream: str
    seq: int
    kind: str
    received_ms: int
    payload: bytes


class LogEntry(NamedTuple):
    """One stored record with its place in the log; offsets only grow, and may have gaps."""

    offset: int
    vehicle: str
    stream: str
    seq: int
    kind: str
    received_ms: int
    payload: bytes


class DeadLetter(NamedTuple):
    """A message that was refused, and why; the log gives it its `id`, from 1 and growing."""

    received_ms: int
    topic: str
    reason: str
    payload: bytes
    id: int = 0


class Clash(NamedTuple):
    """A record whose key is taken by another payload; the first one stands."""

    offset: int


class Partition(NamedTuple):
    """A share of the vehicles: those whose slot leaves `share` when divided by `of`."""

    share: int
    of: int


WHOLE: Final = Partition(0, 1)
SLOTS: Final = 1024


def slot_of(vehicle: str) -> int:
    """Return the slot of `vehicle`, 0..1023, the same in every process and for ever."""
    return zlib.crc32(vehicle.encode()) % SLOTS


class Log(Protocol):
    """An ordered, durable store of records, each key at most once.

    Every method may raise `LogError`; then nothing of that call is stored and it may be tried again.
    """

    def append(self, records: Sequence[Record], dead: Sequence[DeadLetter] = ()) -> list[int | Clash | None]:
        """Store all of it in one durable transaction, then return.

        Returns, for each record: its new offset, None where the same record is already stored, or a `Clash`.
        """
        ...

    def read(
        self, after_offset: int, limit: int, partition: Partition = WHOLE, kind: str | None = None
    ) -> list[LogEntry]:
        """Return up to `limit` entries with an offset above `after_offset`, of `kind` if one is given, lowest first."""
        ...

    def last_offset(self) -> int:
        """Return the highest offset stored, 0 when there is none."""
        ...

    def wait(self, after_offset: int, timeout_s: float) -> bool:
        """Return True as soon as an entry lies above `after_offset`, False after `timeout_s` real seconds."""
        ...

    def tail(self, vehicle: str, after_offset: int) -> list[LogEntry]:
        """Return every entry of `vehicle` above `after_offset`, lowest first; meant for the short end of the log."""
        ...

    def last(self, vehicle: str, stream: str) -> LogEntry | None:
        """Return the entry with the highest seq of that stream, None when there is none."""
        ...

    def committed(self, consumer: str) -> int:
        """Return how far `consumer` has said it is done, 0 at first."""
        ...

    def commit(self, consumer: str, offset: int) -> None:
        """Note durably that `consumer` is done up to and with `offset`; never moves it backwards."""
        ...

    def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Return the latest refused messages, newest first."""
        ...

    def forget_dead_letters(self, ids: Sequence[int]) -> int:
        """Remove those refused messages durably; return how many of them were there."""
        ...

    def close(self) -> None: ...
