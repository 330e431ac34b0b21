"""Reminders in the store: forward only, told once, closed by people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from cloud.maintenance import commands, reminders
from cloud.store.errors import MissingError, RefusedError
from cloud.store.tables import vehicle_state
from tests.cloud.acting import HOUR_MS, World, fleet_file, vehicle

PLAN = {"kind": "service", "every_km": 10_000, "every_days": 365, "last_km": 10_000, "last_date": "2026-01-01"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.import_fleet(fleet_file([vehicle("car-1", odometer_km=12_000, maintenance=[PLAN])]))
    yield made
    made.close()


def drive_to(world: World, odometer_km: float) -> None:
    with world.write() as connection:
        connection.execute(update(vehicle_state).values(odometer_km=odometer_km))
        reminders.review(connection, "car-1", world.now_ms)


def test_it_is_due_soon_then_due_then_overdue_and_each_is_told_once(world: World) -> None:
    states = []
    for odometer_km in (12_000, 19_100, 19_200, 20_001, 20_100, 20_600, 30_000):
        drive_to(world, odometer_km)
        states.append([reminder.state for reminder in world.reminders()])

    assert states == [[], ["due_soon"], ["due_soon"], ["due"], ["due"], ["overdue"], ["overdue"]]
    assert world.notices() == ["reminder"] * 3
    (reminder,) = world.reminders()
    assert "20000" in reminder.zh
    assert "20000 km" in reminder.en


def test_booked_stays_booked_and_done_starts_the_next_interval(world: World) -> None:
    drive_to(world, 20_001)
    (reminder,) = world.reminders()
    with world.write() as connection:
        assert commands.book(connection, reminder.id, now_ms=world.now_ms).state == "booked"
    drive_to(world, 25_000)
    assert world.reminders()[0].state == "booked"

    with world.write() as connection:
        for _ in range(2):
            done = commands.complete(connection, reminder.id, now_ms=world.now_ms)
    drive_to(world, 25_500)

    assert done.state == "done"
    assert len(world.reminders()) == 1
    drive_to(world, 34_100)
    assert [reminder.state for reminder in world.reminders()].count("due_soon") == 1


def test_what_is_done_cannot_be_booked(world: World) -> None:
    drive_to(world, 20_001)
    with world.write() as connection:
        commands.complete(connection, world.reminders()[0].id, now_ms=world.now_ms)

    with world.write() as connection, pytest.raises(RefusedError):
        commands.book(connection, world.reminders()[0].id, now_ms=world.now_ms)
    with world.write() as connection, pytest.raises(MissingError):
        commands.book(connection, "nothing", now_ms=world.now_ms)


def test_dates_pass_for_parked_cars_too(world: World) -> None:
    world.tidy()
    assert world.reminders() == []

    world.now_ms += 340 * 24 * HOUR_MS
    world.tidy()

    assert [reminder.state for reminder in world.reminders()] == ["due_soon"]


def test_importing_the_file_again_does_not_undo_what_was_done(world: World) -> None:
    drive_to(world, 20_001)
    with world.write() as connection:
        commands.complete(connection, world.reminders()[0].id, now_ms=world.now_ms)

    world.import_fleet(fleet_file([vehicle("car-1", odometer_km=12_000, maintenance=[PLAN])]))
    drive_to(world, 20_050)

    assert [reminder.state for reminder in world.reminders()] == ["done"]
