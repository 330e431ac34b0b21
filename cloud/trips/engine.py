"""The door of trips: `step` takes log entries and says which trips ended and which events happened. Pure.

One row a vehicle, whatever was driven. The result is the same however entries are grouped. Samples that are older than
what a vehicle's row has taken are not taken but told (`Step.late`): whoever feeds this makes the vehicle again from all
of its entries with `again`, and comes to what would have been had nothing been late.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from cloud.ingest import columns
from cloud.ingest.columns import Decoded
from cloud.log.ports import LogEntry
from cloud.trips.follow import follow
from cloud.trips.layout import CODE_OF, EVENT, ROW, TRIP
from cloud.trips.trip import Happened, Trip, happened, trip_of
from cloud.trips.types import FEATURES, SPEED_BINS_KMH
from contract.errors import ContractError
from contract.messages import TelemetryBatch

AHEAD_MS: Final = 600_000  # a sample further ahead of its arrival than this has a wrong clock
QUARTER_S: Final = 900
CAR_G: Final = (0.35, 0.40, 0.40)
_ENDS: Final = np.array(SPEED_BINS_KMH)


class Step(NamedTuple):
    """What some entries brought: trips that ended, events, and vehicles with late samples (the oldest, ms)."""

    trips: list[Trip]
    events: list[Happened]
    late: dict[str, int]


class State:
    """A row for every vehicle, in the time zone `zone`; a step changes it in place."""

    def __init__(self, zone: str = "Asia/Shanghai", limits_g: tuple[float, float, float] = CAR_G) -> None:
        """Raise `zoneinfo.ZoneInfoNotFoundError` for a zone that is none."""
        self.zone, self.limits = zone, np.array(limits_g)
        self.slots: dict[str, int] = {}
        self.rows: NDArray[Any] = blank(16)
        self.clock_faults: dict[str, int] = {}
        self._zone = ZoneInfo(zone)
        self._offsets: dict[int, float] = {}

    def slot(self, vehicle: str) -> int:
        """Return the row of `vehicle`, a blank one when it is new."""
        slot = self.slots.setdefault(vehicle, len(self.slots))
        if slot == len(self.rows):
            self.rows = np.concatenate((self.rows, blank(slot)))
        return slot

    def offsets_s(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many seconds east of UTC the clocks are at each time."""
        quarters, place = np.unique((times_s // QUARTER_S).astype(np.int64), return_inverse=True)
        return np.array([self._offset_s(int(quarter)) for quarter in quarters])[place]

    def _offset_s(self, quarter: int) -> float:
        if quarter not in self._offsets:
            if len(self._offsets) > 10_000:
                self._offsets.clear()
            moment = datetime.fromtimestamp(quarter * QUARTER_S, self._zone)
            shift = moment.utcoffset()
            self._offsets[quarter] = 0.0 if shift is None else shift.total_seconds()
        return self._offsets[quarter]


def blank(count: int) -> NDArray[Any]:
    """Return rows of vehicles nobody has heard of."""
    rows = np.zeros(count, ROW)
    for name in ("newest_s", "last_s", "moved_s", "same_s", "doubt_s", "one_s", "two_s", "push_s", "until_s", "drop_s"):
        rows[name] = -np.inf
    return rows


def warmup() -> None:
    """Compile or load the kernel."""
    _run(State("UTC"), [], [])


def step(state: State, entries: Sequence[LogEntry]) -> Step:
    """Take `entries`, in the order of the log."""
    read = [(e.vehicle, decoded, e.received_ms) for e in entries if (decoded := _decoded(e)) is not None]
    return _run(state, read, [state.slot(vehicle) for vehicle, _, _ in read])


def again(state: State, vehicle: str, entries: Iterable[LogEntry]) -> Step:
    """Make `vehicle` again from `entries` alone, whatever their order; return all of its trips and events."""
    read = [(vehicle, decoded, e.received_ms) for e in entries if (decoded := _decoded(e)) is not None]
    slot = state.slot(vehicle)
    state.rows[slot] = blank(1)[0]
    state.clock_faults.pop(vehicle, None)
    return _run(state, read, [slot], whole=True)


def _decoded(entry: LogEntry) -> Decoded | None:
    if entry.kind != "telemetry":
        return None
    try:
        decoded = columns.read(entry.payload)
    except ContractError:
        return None
    message = decoded.message
    usable = isinstance(message, TelemetryBatch) and message.vehicle == entry.vehicle
    return decoded if usable and isinstance(message, TelemetryBatch) and message.clock_quality != "unset" else None


def _run(state: State, read: list[tuple[str, Decoded, int]], slots: list[int], whole: bool = False) -> Step:
    """Take what was read; with `whole` all of it is one vehicle's and is sorted as one."""
    times: list[NDArray[Any]] = [np.empty(0)]
    codes: list[NDArray[Any]] = [np.empty(0, np.int64)]
    values: list[NDArray[Any]] = [np.empty(0)]
    owners: list[NDArray[Any]] = [np.empty(0, np.int64)]
    for number, (vehicle, decoded, received_ms) in enumerate(read):
        kinds = np.array([CODE_OF.get(name, -1) for name in decoded.signals], np.int64)
        if not (kinds >= 0).any():
            continue
        code = np.repeat(kinds, np.diff(decoded.starts))
        wanted = (code >= 0) & np.isfinite(decoded.values)
        ahead = wanted & (decoded.wall_ms > received_ms + AHEAD_MS)
        if ahead.any():
            state.clock_faults[vehicle] = state.clock_faults.get(vehicle, 0) + int(ahead.sum())
        wanted &= ~ahead
        times.append(decoded.wall_ms[wanted] / 1000.0)
        codes.append(code[wanted])
        values.append(decoded.values[wanted])
        owners.append(np.full(int(wanted.sum()), 0 if whole else number, np.int64))
    flat: list[NDArray[Any]] = [np.concatenate(part) for part in (times, codes, values, owners)]
    order = np.lexsort((flat[2], flat[1], flat[0], flat[3]))
    time, code, value, owner = (part[order] for part in flat)
    starts: NDArray[np.int64] = np.searchsorted(owner, np.arange(len(slots) + 1)).astype(np.int64)
    late, trips = np.full(len(slots), np.inf), np.zeros(len(time) + 1, TRIP)
    events = np.zeros(2 * len(time) + 1, EVENT)
    where = np.array(slots, np.int64), starts, time, code, value, state.offsets_s(time)
    ended, seen = follow(state.rows, *where, state.limits, _ENDS, late, trips, events)
    names = list(state.slots)
    told = {names[slot]: late[k] for k, slot in reversed(list(enumerate(slots))) if late[k] < np.inf}
    oldest = {name: round(1000.0 * min(late[k] for k, s in enumerate(slots) if names[s] == name)) for name in told}
    return Step(
        [trip_of(names[int(trip["slot"])], trip) for trip in trips[:ended]],
        [happened(names[int(event["slot"])], event) for event in events[:seen]],
        oldest,
    )


def dump(state: State) -> bytes:
    """Return `state` as a snapshot holds it."""
    used = state.rows[: len(state.slots)].tobytes()
    return msgspec.msgpack.encode((FEATURES, state.zone, list(state.slots), state.clock_faults, ROW.itemsize, used))


def load(data: bytes, zone: str) -> State:
    """Return the state in `data`; raise `ValueError` for another version, another zone or other bytes."""
    try:
        version, was, names, faults, size, used = msgspec.msgpack.decode(
            data, type=tuple[str, str, list[str], dict[str, int], int, bytes]
        )
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a snapshot of trips: {error}") from error
    if (version, was, size) != (FEATURES, zone, ROW.itemsize) or len(used) != size * len(names):
        raise ValueError(f"a snapshot of {version} in {was}, not of {FEATURES} in {zone}")
    state = State(zone)
    state.slots = {name: number for number, name in enumerate(names)}
    state.clock_faults = faults
    state.rows = np.concatenate((np.frombuffer(used, ROW), blank(16)))
    return state
