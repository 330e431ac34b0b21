"""Trips out of a log: by the book, however grouped, late or repeated."""

import random
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.log.adapters.memory import MemoryLog
from cloud.log.ports import LogEntry, Record
from cloud.replay.batches import Batches, Rows
from cloud.trips import engine
from cloud.trips.consumer import TripConsumer
from cloud.trips.ports import Place
from cloud.trips.trip import Happened, Trip, days_of
from cloud.trips.types import DayTotals
from contract.messages import UrgentEvent
from contract.signals import IS_AWAKE, SPEED, Signal
from tests.cloud.trips.slow import slow_trips

ZONE = "Europe/Berlin"
MONDAY_S = 1_767_598_200.0  # 2026-01-05 07:30 UTC


def entries(
    speeds: list[tuple[float, float]], vehicle: str = "car", batch_s: float = 60.0, signal: Signal = SPEED
) -> list[LogEntry]:
    """Return what an agent would have sent, and the log would hold."""
    batches = Batches(vehicle, batch_s, 1e9)
    times = np.array([round(t * 1000.0) for t, _ in speeds], np.int64)
    values = np.array([[kmh] for _, kmh in speeds])
    made = [*batches.add(Rows((signal,), times, values, np.zeros(values.shape, np.uint8))), *batches.flush()]
    return [entry._replace(offset=number) for number, entry in enumerate(made, start=1)]


def trips_of(log: Iterable[LogEntry], at_once: int = 7) -> list[Trip]:
    state, found, rest = engine.State(ZONE), [], list(log)
    while rest:
        found += engine.step(state, rest[:at_once]).trips
        del rest[:at_once]
    return found


def town(seconds: int, seed: int = 1) -> list[tuple[float, float]]:
    """Return a drive in town and its end, once a second, whole km/h."""
    draw = random.Random(seed)
    kmh, wanted, found = 0.0, 30.0, []
    for second in range(seconds):
        if draw.random() < 0.06:
            wanted = draw.choice([0.0, 30.0, 50.0, 70.0])
        kmh = max(0.0, kmh + max(-18.0, min(15.0, (wanted - kmh) * 0.6)))
        found.append((MONDAY_S + second, float(round(kmh))))
    return found + standing(MONDAY_S + seconds, kmh)


def standing(t: float, kmh: float) -> list[tuple[float, float]]:
    """Return a calm stop from `kmh`, and standing for long enough to end a trip."""
    slowing = [float(round(left)) for left in np.arange(kmh, 0.0, -9.0)]
    return [(t + k, speed) for k, speed in enumerate([*slowing, *[0.0] * 400])]


steps = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.5, 1.0, 1.0, 1.0, 1.5, 9.0, 30.0, 700.0]), st.integers(-14, 14), st.integers(1, 40)
    ),
    max_size=16,
)


@settings(max_examples=30, deadline=None)
@given(steps=steps)
def test_any_stream_of_speeds_becomes_the_trips_of_the_plain_loop(steps: list[tuple[float, int, int]]) -> None:
    t, kmh, speeds = MONDAY_S, 0.0, [(MONDAY_S, 0.0)]
    for step_s, change, times in steps:
        for _ in range(times):
            t, kmh = round(t + step_s, 3), min(max(kmh + change, 0.0), 200.0)
            speeds.append((t, kmh + 0.01 * (len(speeds) % 2) * (kmh > 0.0)))
    speeds += standing(t + 1.0, kmh)

    found = trips_of(entries(speeds))

    expected = slow_trips(speeds, ZONE)
    assert [trip.start_ms for trip in found] == [round(one.start_s * 1000.0) for one in expected]
    for trip, one in zip(found, expected, strict=True):
        assert trip.end_ms == round(one.end_s * 1000.0)
        assert (trip.km, trip.night_km, trip.peak_km) == pytest.approx((one.km, one.night_km, one.peak_km), abs=1e-4)
        assert trip.missing_s == pytest.approx(one.missing_s, abs=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_harsh_events_are_those_of_the_plain_loop(seed: int) -> None:
    speeds = town(1_500, seed)

    (trip,) = trips_of(entries(speeds))

    (one,) = slow_trips(speeds, ZONE)
    counts = trip.by_source["slow_speed"]
    assert (counts.acceleration, counts.braking) == one.harsh
    assert counts.cornering is None
    assert sum(one.harsh) > 0


def test_how_entries_are_grouped_changes_nothing_not_a_bit() -> None:
    log = entries(town(2_000))

    assert trips_of(log, 1) == trips_of(log, 1_000)


def test_many_trips_may_end_in_one_step() -> None:
    state = engine.State(ZONE)
    for number in range(10):
        engine.step(state, entries(town(300)[:300], f"car-{number}"))

    found = engine.step(state, [entries([(MONDAY_S + 301.0, 0.0)], f"car-{n}", signal=IS_AWAKE)[-1] for n in range(10)])

    assert sorted(trip.vehicle for trip in found.trips) == [f"car-{number}" for number in range(10)]


def test_impossible_jumps_are_left_out_and_counted() -> None:
    clean = town(600)
    dirty = list(clean)
    dirty[300:300] = [(clean[300][0] - 0.5, 255.0)]

    (good,), (bad,) = trips_of(entries(clean)), trips_of(entries(dirty))

    assert bad.excluded == {"impossible_speed": 1}
    assert bad.km == pytest.approx(good.km, rel=1e-3)


def test_a_speed_that_never_changes_is_a_stuck_sensor() -> None:
    stuck = [(MONDAY_S + k, 80.0) for k in range(2_000)] + standing(MONDAY_S + 2_000, 80.0)

    (trip,) = trips_of(entries(stuck))

    assert trip.excluded["stuck"] > 1_300
    assert trip.km < 80.0 * 700.0 / 3600.0


def test_a_trip_with_gaps_is_not_scored() -> None:
    gaps = [(t, v) for t, v in town(1_500) if (t - MONDAY_S) % 300 > 60]

    (trip,) = trips_of(entries(gaps))

    assert not trip.scored
    assert days_of([trip])[0].unscored_trips == 1


class Kept:
    """Trips in memory; see `Trips`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], Trip] = {}
        self.seen: dict[tuple[str, int, str], Happened] = {}
        self.at: Place | None = None

    def place(self) -> Place | None:
        return self.at

    def keep(
        self,
        trips: Iterable[Trip],
        events: Iterable[Happened],
        replaced: Iterable[str] = (),
        place: Place | None = None,
    ) -> None:
        gone = set(replaced)
        self.kept = {key: trip for key, trip in self.kept.items() if key[0] not in gone}
        self.seen = {key: event for key, event in self.seen.items() if key[0] not in gone}
        self.kept |= {(trip.vehicle, trip.start_ms): trip for trip in trips}
        self.seen |= {(event.vehicle, event.start_ms, event.kind): event for event in events}
        self.at = place or self.at

    def trips(self, vehicle: str, first_day: str, last_day: str) -> list[Trip]:
        return [t for t in self.kept.values() if t.vehicle == vehicle and first_day <= t.day <= last_day]

    def events(self, vehicle: str, start_ms: int, end_ms: int) -> list[Happened]:
        return [e for e in self.seen.values() if e.vehicle == vehicle and start_ms <= e.start_ms < end_ms]

    def days(self, first_day: str, last_day: str, vehicle: str | None = None) -> list[DayTotals]:
        return days_of(self.kept.values())

    def close(self) -> None: ...


class Told:
    """Emergencies that were handed over."""

    def __init__(self) -> None:
        self.events: list[UrgentEvent] = []

    def open(self, event: UrgentEvent, received_ms: int) -> None:
        self.events.append(event)


def consumed(log: list[LogEntry], *, restart_every: int = 10_000, told: Told | None = None) -> Kept:
    store, memory = Kept(), MemoryLog()
    consumer = TripConsumer(memory, store, ZONE, told)
    for number, entry in enumerate(log, start=1):
        memory.append([Record(*entry[1:])])
        consumer.advance()
        if number % restart_every == 0:
            consumer.save()
            consumer = TripConsumer(memory, store, ZONE, told)
    return store


@pytest.mark.parametrize("seed", range(3))
def test_late_and_duplicated_batches_come_to_the_same_trips(seed: int) -> None:
    log = entries(town(1_800), "car") + entries(town(1_500, 2), "other")
    shuffled = log + random.Random(seed).sample(log, 10)
    random.Random(seed).shuffle(shuffled)

    plain, late = consumed(log), consumed(shuffled)

    assert plain.kept == late.kept
    assert plain.seen == late.seen
    assert len(plain.kept) == 2


def test_a_consumer_that_starts_again_goes_on_where_it_was() -> None:
    log = entries(town(1_800))

    assert consumed(log, restart_every=3).kept == consumed(log).kept


def test_a_sudden_stop_that_lasts_is_handed_over_once() -> None:
    crash = [(MONDAY_S + k, 60.0 + k % 2) for k in range(120)] + [(MONDAY_S + 120 + k, 0.0) for k in range(400)]
    told = Told()

    store = consumed(entries(crash), told=told)

    assert [event.event for event in told.events] == ["collision"]
    assert [event.kind for event in store.seen.values() if event.kind == "collision_candidate"] != []
