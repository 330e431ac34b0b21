"""The kernel of trips: samples in time order into a vehicle's row; a trip that ends becomes one record."""

import math
from typing import Any, Final

from cloud.scoring.kernels import kernel
from cloud.trips import harsh
from cloud.trips.layout import AWAKE, FAST, FORWARD, IMU, SLOW, SPEED

FAST_S: Final = harsh.FAST_S
SLOW_S: Final = harsh.SLOW_S
GAP_S: Final = harsh.GAP_S
MOVES_KMH: Final = harsh.MOVES_KMH
STANDS_S: Final = 300.0
SILENT_S: Final = 600.0
JUMP_KMH: Final = 15.0
JUMP_KMH_PER_S: Final = 45.0
SAME_S: Final = 600.0
SAME_KMH: Final = 5.0
DAY_S: Final = 86_400.0
LEAST_TRIP_KM: Final = 0.1

take_push = harsh.take_push
take_slope = harsh.take_slope
take_drop = harsh.take_drop


@kernel
def drive(row: Any, t: float, kmh: float, offset_s: float, ends_kmh: Any) -> None:
    """Add the way from the last speed to this one to the open trip."""
    dt = t - row.last_s
    if dt > GAP_S:
        row.missing_s += dt
        return
    row.observed_s += dt
    mean = 0.5 * (row.last_kmh + kmh)
    km = mean * dt / 3600.0
    row.km += km
    local_s = row.last_s + offset_s
    day = math.floor(local_s / DAY_S)
    hour = (local_s - day * DAY_S) / 3600.0
    if hour >= 22.0 or hour < 5.0:
        row.night_km += km
    weekday = (day + 3.0) % 7.0
    if weekday < 5.0 and ((hour >= 7.0 and hour < 9.0) or (hour >= 17.0 and hour < 19.0)):
        row.peak_km += km
    place = 0
    while place < len(ends_kmh) and mean > ends_kmh[place]:
        place += 1
    row.bins_km[place] += km
    if dt <= FAST_S:
        row.source_km[FAST] += km
    elif dt <= SLOW_S:
        row.source_km[SLOW] += km
    if t - row.push_s[0] <= 1.0:
        row.source_km[IMU] += km
    if t - row.push_s[1] <= 1.0:
        row.corner_km += km


@kernel
def open_trip(row: Any, t: float, offset_s: float) -> None:
    """Begin a trip at `t`."""
    row.open = 1.0
    row.start_s = t
    row.offset_s = offset_s
    row.moved_s = t
    row.same_s = t
    row.km = row.night_km = row.peak_km = row.corner_km = 0.0
    row.observed_s = row.missing_s = row.impossible = row.stuck = 0.0
    row.bins_km[:] = 0.0
    row.source_km[:] = 0.0
    row.counts[:] = 0.0


@kernel
def close_trip(row: Any, trips: Any, number: int, slot: int) -> int:
    """Write the open trip, as of the last time the car moved; return how many there are now."""
    row.open = 0.0
    if row.km < LEAST_TRIP_KM or number >= len(trips):
        return number
    trip = trips[number]
    trip.slot = slot
    trip.start_s, trip.end_s = row.start_s, row.moved_s
    trip.km, trip.night_km, trip.peak_km, trip.corner_km = row.km, row.night_km, row.peak_km, row.corner_km
    trip.observed_s, trip.missing_s = row.observed_s, row.missing_s
    trip.impossible, trip.stuck, trip.offset_s = row.impossible, row.stuck, row.offset_s
    trip.bins_km[:] = row.bins_km
    trip.source_km[:] = row.source_km
    trip.counts[:] = row.counts
    return number + 1


@kernel
def is_doubtful(row: Any, t: float, kmh: float, dt: float) -> bool:
    """Say whether no car gets from the last speed to this one; the next one that agrees with it is believed."""
    change = abs(kmh - row.last_kmh)
    if dt > GAP_S or change < JUMP_KMH or change <= JUMP_KMH_PER_S * dt:
        row.doubt_s = -math.inf
        return False
    since = t - row.doubt_s
    if since > 0.0 and since <= GAP_S and abs(kmh - row.doubt_kmh) <= max(JUMP_KMH_PER_S * since, JUMP_KMH):
        row.doubt_s = -math.inf
        return False
    row.doubt_s, row.doubt_kmh = t, kmh
    return True


@kernel
def take_speed(
    row: Any,
    trips: Any,
    trip_n: int,
    events: Any,
    event_n: int,
    slot: int,
    t: float,
    kmh: float,
    offset_s: float,
    limits: Any,
    ends_kmh: Any,
) -> tuple[int, int]:
    """Take one speed; return how many trips and events there are now."""
    dt = t - row.last_s
    if row.open > 0.0 and dt > SILENT_S:
        trip_n = close_trip(row, trips, trip_n, slot)
    event_n = take_drop(row, events, event_n, slot, t, kmh, dt)
    if is_doubtful(row, t, kmh, dt):
        row.impossible += row.open
        return trip_n, event_n
    if kmh != row.last_kmh or kmh <= SAME_KMH or dt > GAP_S:
        row.same_s = t
    if t - row.same_s > SAME_S:
        row.stuck += row.open
        row.last_s = t
        return trip_n, event_n
    event_n = take_slope(row, events, event_n, slot, t, kmh, dt, limits)
    if row.open > 0.0:
        jumped = dt <= GAP_S and abs(kmh - row.last_kmh) > max(JUMP_KMH, JUMP_KMH_PER_S * dt)
        if not jumped:
            drive(row, t, kmh, offset_s, ends_kmh)
    elif kmh >= MOVES_KMH:
        open_trip(row, t, offset_s)
    row.last_s, row.last_kmh = t, kmh
    if kmh >= MOVES_KMH:
        row.moved_s = t
    elif row.open > 0.0 and t - row.moved_s >= STANDS_S:
        trip_n = close_trip(row, trips, trip_n, slot)
    return trip_n, event_n


@kernel
def follow(
    rows: Any,
    slots: Any,
    starts: Any,
    times_s: Any,
    codes: Any,
    values: Any,
    offsets_s: Any,
    limits: Any,
    ends_kmh: Any,
    late: Any,
    trips: Any,
    events: Any,
) -> tuple[int, int]:
    """Take the samples of several entries, each in time order; return how many trips and events were written.

    Args:
        rows: (n_vehicles,) ROW. slots: (n_entries,) the row of each entry. starts: (n_entries + 1,).
        times_s, codes, values, offsets_s: (n,) each; seconds, sample code, km/h or m/s^2 or 0/1 (NaN: not measured),
            the local time zone's seconds east of UTC. limits: (3,) g. ends_kmh: upper ends of the speed bins.
        late: (n_entries,) becomes the oldest time that was older than what the row has taken, else inf.
        trips, events: room for what is written.
    """
    trip_n, event_n = 0, 0
    for entry in range(len(slots)):
        row = rows[slots[entry]]
        for k in range(starts[entry], starts[entry + 1]):
            t, value = times_s[k], values[k]
            if value != value:
                continue
            if t < row.newest_s:
                late[entry] = min(late[entry], t)
                continue
            row.newest_s = t
            if codes[k] == SPEED:
                if t > row.last_s:
                    trip_n, event_n = take_speed(
                        row, trips, trip_n, events, event_n, slots[entry], t, value, offsets_s[k], limits, ends_kmh
                    )
            elif codes[k] == AWAKE:
                if value == 0.0 and row.open > 0.0:
                    trip_n = close_trip(row, trips, trip_n, slots[entry])
            else:
                lane = 0 if codes[k] == FORWARD else 1
                if t > row.push_s[lane]:
                    event_n = take_push(row, events, event_n, slots[entry], t, lane, value, limits)
    return trip_n, event_n
