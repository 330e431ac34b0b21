"""Rows of a vehicle into the batches that its agent would have sent, as the log would hold them.

A batch holds what was measured within `batch_s`; after `gap_s` without a row the car was asleep, and is said to be.
"""

import hashlib
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.log.ports import LogEntry
from cloud.replay.packing import pack
from contract import codec, signals
from contract.errors import ContractError
from contract.messages import Column, TelemetryBatch
from contract.signals import Signal
from contract.validity import Validity

UPLINK_MS: Final = 1_000  # how long after its newest sample a batch arrives
ASLEEP_MS: Final = 1_000  # after the last row before a gap
MOST_BYTES: Final = 220_000  # of one message's samples, so that it stays within the wire's limits however it packs
SAMPLE_BYTES: Final = 17  # at most: 8 of time, 8 of value, 1 of validity


class Rows(NamedTuple):
    """Rows of one vehicle in the order given: (n,) ms since the epoch, (n, k) values and `Validity` or `ABSENT`."""

    signals: tuple[Signal, ...]
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    kinds: NDArray[np.uint8]

    def part(self, start: int, end: int) -> "Rows":
        """Return the rows from `start` up to `end`."""
        return Rows(self.signals, self.times_ms[start:end], self.values[start:end], self.kinds[start:end])


class Batches:
    """One vehicle's way from rows to log entries."""

    def __init__(self, vehicle: str, batch_s: float, gap_s: float) -> None:
        """Begin with nothing measured."""
        self.vehicle = vehicle
        self._batch_ms, self._gap_ms = round(batch_s * 1000.0), round(gap_s * 1000.0)
        self._stream = hashlib.sha256(vehicle.encode()).hexdigest()[:32] + "-t"
        self._open: Rows | None = None
        self._seq = 0
        self._newest_ms: int | None = None
        self.observed_ms = 0
        self.first_ms: int | None = None

    def add(self, rows: Rows) -> Iterator[LogEntry]:
        """Yield the entries that `rows` complete."""
        if self._open is not None:
            if self._open.signals == rows.signals:
                rows = _joined(self._open, rows)
            else:
                yield from self.flush()
        buckets = rows.times_ms // self._batch_ms
        edges = (np.flatnonzero(np.diff(buckets)) + 1).tolist()
        starts = [0, *edges]
        for start, end in zip(starts, edges, strict=False):
            yield from self._batch(rows.part(start, end))
        self._open = rows.part(starts[-1], len(buckets))

    def flush(self) -> Iterator[LogEntry]:
        """Yield what is left: the file is at its end."""
        if self._open is not None and len(self._open.times_ms):
            yield from self._batch(self._open)
        self._open = None

    def close(self) -> Iterator[LogEntry]:
        """Yield the end of the story: the car falls asleep."""
        yield from self.flush()
        if self._newest_ms is not None:
            yield self._entry([_awake(self._newest_ms + ASLEEP_MS, 0.0)], self._newest_ms + ASLEEP_MS)

    def _batch(self, rows: Rows) -> Iterator[LogEntry]:
        first, newest = int(rows.times_ms.min()), int(rows.times_ms.max())
        if self._newest_ms is None or first - self._newest_ms > self._gap_ms:
            if self._newest_ms is not None:
                asleep_ms = self._newest_ms + ASLEEP_MS
                yield self._entry([_awake(asleep_ms, 0.0)], asleep_ms)
            yield self._entry([_awake(first - 1, 1.0)], first - 1)
        self._observe(first, newest)
        step = max(1, MOST_BYTES // (SAMPLE_BYTES * max(len(rows.signals), 1)))
        for start in range(0, len(rows.times_ms), step):
            part = rows.part(start, start + step)
            sealed = int(part.times_ms.max())
            columns = pack(part.signals, sealed, part.times_ms, part.values, part.kinds)
            if columns:
                yield self._entry(columns, sealed)

    def _observe(self, first: int, newest: int) -> None:
        """Count the time in which the car was seen: rows no further apart than a gap."""
        if self._newest_ms is None:
            self.first_ms, self._newest_ms = first, first
        if newest <= self._newest_ms:
            return
        step = first - self._newest_ms
        self.observed_ms += newest - self._newest_ms if step <= self._gap_ms else newest - first
        self._newest_ms = newest

    @property
    def newest_ms(self) -> int | None:
        """The time of the newest row, None before the first."""
        return self._newest_ms

    def _entry(self, columns: list[Column], sealed_ms: int) -> LogEntry:
        self._seq += 1
        message = TelemetryBatch(
            vehicle=self.vehicle,
            stream=self._stream,
            seq=self._seq,
            boot_id="replay",
            mono_ms=sealed_ms,
            wall_ms=sealed_ms,
            clock_quality="synchronised",
            columns=tuple(columns),
        )
        received_ms = max(sealed_ms, self._newest_ms or sealed_ms) + UPLINK_MS
        return LogEntry(0, self.vehicle, self._stream, self._seq, "telemetry", received_ms, codec.encode(message))


def _awake(at_ms: int, value: float) -> Column:
    at, one = np.array([at_ms], np.int64), np.array([[value]])
    return pack((signals.IS_AWAKE,), at_ms, at, one, np.array([[Validity.VALUE]], np.uint8))[0]


def _joined(first: Rows, second: Rows) -> Rows:
    return Rows(
        first.signals,
        np.concatenate((first.times_ms, second.times_ms)),
        np.concatenate((first.values, second.values)),
        np.concatenate((first.kinds, second.kinds)),
    )


def vehicle_id(name: str) -> str:
    """Return `name` as a vehicle may be called on the wire, unlike any other name's; raise `ContractError` for none."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.strip())
    if not kept:
        raise ContractError("a vehicle without a name")
    if kept == name and kept[0].isalnum() and len(kept) <= 64:
        return kept
    return f"v{kept[:50]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
