"""What the log says of a car itself."""

import math

import pytest
from sqlalchemy import select

from cloud.act import projection
from cloud.log.ports import LogEntry
from cloud.notices import links
from cloud.store import queries
from cloud.store.tables import vehicle_state
from cloud.store.views import VehicleView
from contract import codec, columns
from contract.columns import Sample
from contract.messages import ClockQuality, Position, Status, TelemetryBatch, UrgentEvent
from contract.signals import DISTANCE, LATITUDE, LONGITUDE, SOC, SPEED, Signal
from contract.validity import Validity
from tests.cloud.acting import World, fleet_file, vehicle

STREAM = "0" * 32


def entry(
    world: World,
    readings: dict[Signal, float],
    *,
    age_s: float = 0.0,
    seq: int = 1,
    quality: ClockQuality = "synchronised",
    wall_ms: int | None = None,
) -> LogEntry:
    """Return a batch with one sample of each signal (NaN for none), sealed `age_s` ago and received now."""
    sealed_ms = world.now_ms - round(age_s * 1000) if wall_ms is None else wall_ms
    packed = []
    for signal, value in readings.items():
        kind = Validity.VALUE if math.isfinite(value) else Validity.INVALID
        packed.append(columns.pack(signal.path, "7E8", signal.resolution, 0.0, 0, [Sample(0, value, kind)]))
    batch = TelemetryBatch(
        vehicle="car-1",
        stream=f"{STREAM}-t",
        seq=seq,
        boot_id="boot",
        mono_ms=0,
        wall_ms=sealed_ms,
        clock_quality=quality,
        columns=tuple(packed),
    )
    return LogEntry(seq, "car-1", batch.stream, seq, "telemetry", world.now_ms, codec.encode(batch))


def project(world: World, *entries: LogEntry) -> VehicleView:
    """Let these entries come and return the car."""
    with world.write() as connection:
        projection.project(connection, entries, world.now_ms, world.policy)
    return car(world)


def car(world: World) -> VehicleView:
    with world.read() as connection:
        return queries.vehicle(connection, "car-1", now_ms=world.now_ms)


def test_a_batch_says_when_it_was_heard_how_far_it_has_run_and_what_it_sends(world: World) -> None:
    assert car(world).last_seen_ms is None

    view = project(world, entry(world, {DISTANCE: 12_345.6, SPEED: 50.0, SOC: 40.0}, age_s=5))

    assert (view.age_s, view.fresh, view.odometer_km) == (5.0, True, 12_345.6)
    assert view.signals == sorted([DISTANCE.path, SPEED.path, SOC.path])
    assert view.clock_quality == "synchronised"


def test_what_is_no_value_is_not_taken_for_one(world: World) -> None:
    project(world, entry(world, {DISTANCE: 100.0}))

    assert project(world, entry(world, {DISTANCE: math.nan}, seq=2)).odometer_km == 100.0


def test_a_late_batch_moves_neither_the_odometer_nor_the_clock_back(world: World) -> None:
    project(world, entry(world, {DISTANCE: 200.0}))

    view = project(world, entry(world, {DISTANCE: 100.0}, age_s=7 * 24 * 3600, seq=2))

    assert (view.odometer_km, view.age_s) == (200.0, 0.0)


@pytest.mark.parametrize(("quality", "wall_ms"), [("unset", 1000), ("synchronised", 1 << 42)])
def test_a_clock_that_is_not_set_or_far_ahead_is_not_believed(
    world: World, quality: ClockQuality, wall_ms: int
) -> None:
    view = project(world, entry(world, {SPEED: 1.0}, quality=quality, wall_ms=wall_ms))

    assert view.last_seen_ms == world.now_ms


def test_coordinates_without_a_grant_are_not_kept(world: World) -> None:
    assert project(world, entry(world, {LATITUDE: 31.2, LONGITUDE: 121.4})).position is None


def test_coordinates_and_position_events_under_a_grant_go_to_its_job(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms)
    project(world, entry(world, {LATITUDE: 31.2, LONGITUDE: 121.4}))
    first = world.job().position
    event = UrgentEvent(
        vehicle="car-1",
        stream=f"{STREAM}-u",
        seq=1,
        boot_id="boot",
        mono_ms=0,
        wall_ms=world.now_ms,
        clock_quality="synchronised",
        event="position",
        facts={"job": world.job().id},
        position=Position(latitude_deg=31.3, longitude_deg=121.5, crs="GCJ02", precision="exact"),
    )
    view = project(world, LogEntry(2, "car-1", event.stream, 1, "urgent", world.now_ms, codec.encode(event)))

    assert first is not None
    assert first.latitude_deg == pytest.approx(31.2)
    assert first.crs == "WGS84"
    second = world.job().position
    assert second is not None
    assert (second.latitude_deg, second.crs) == (31.3, "GCJ02")
    assert view.position == second


def test_an_odometer_that_reaches_its_plan_brings_the_reminder(world: World) -> None:
    plan = {"kind": "service", "every_km": 10_000, "last_km": 0}
    world.import_fleet(fleet_file([vehicle("car-1", odometer_km=9_000, maintenance=[plan])]))

    project(world, entry(world, {DISTANCE: 10_001.0}))

    assert [(reminder.kind, reminder.state) for reminder in world.reminders()] == [("service", "due")]


def test_a_silent_car_that_speaks_again_is_heard_and_its_cases_say_so(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    project(world, entry(world, {SPEED: 0.0}))
    world.pass_s(3600)
    world.tick()
    assert car(world).state == "silent"

    view = project(world, entry(world, {SPEED: 0.0}, seq=2))

    assert view.state == "parked"
    assert "heard" in [event.kind for event in world.case().timeline]


def test_unknown_cars_and_unreadable_entries_are_passed_over(world: World) -> None:
    good = entry(world, {SPEED: 1.0}, seq=3)
    stranger = good._replace(vehicle="nobody")
    broken = good._replace(payload=b"OR\x01\x00garbage")

    assert project(world, stranger, broken, good).last_seen_ms == world.now_ms


def test_birth_and_will_say_whether_the_agent_is_on_line(world: World) -> None:
    def status(online: bool) -> Status:
        return Status(
            vehicle="car-1", online=online, boot_id="boot", wall_ms=1, agent_version="1.2", has_position_source=online
        )

    def has_position() -> bool | None:
        with world.read() as connection:
            query = select(vehicle_state.c.has_position).where(vehicle_state.c.vehicle_id == "car-1")
            found: bool | None = connection.execute(query).scalar_one()
        return found

    with world.write() as connection:
        projection.note_status(connection, status(True), world.now_ms, world.now_ms)
    assert (car(world).online, car(world).agent_version) == (True, "1.2")

    with world.write() as connection:
        projection.note_status(connection, status(False), world.now_ms, world.now_ms)
    assert car(world).online is False
    assert has_position() is True
