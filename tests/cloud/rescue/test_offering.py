"""Offers, deadlines, the queue, promises and the person behind it all."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from cloud.decision.policy import Policy
from cloud.notices import links
from cloud.rescue import commands
from cloud.store import queries
from cloud.store.errors import RefusedError
from cloud.store.tables import jobs, timeline
from cloud.store.views import JobView, Point
from tests.cloud.acting import T0_MS, World, fleet_file, partner, vehicle

PIN = Point(latitude_deg=31.2, longitude_deg=121.49, crs="WGS84", precision="pin")


def call(world: World, **more: Any) -> JobView:
    """Let a person call for help."""
    fields: dict[str, Any] = {"problem": "flat tyre", "vehicle_id": "car-1", "position": PIN}
    with world.write() as connection:
        asked = commands.Request(**(fields | more))
        return commands.request(connection, asked, by="op", now_ms=world.now_ms, policy=world.policy)[0]


def offered_to(world: World) -> str:
    """Return who is asked now, nobody where nobody is."""
    standing = [offer.partner.id for offer in world.job(open_only=True).offers if offer.state == "offered"]
    return standing[0] if standing else ""


def test_the_nearest_capable_partner_is_asked_and_the_next_one_after_the_deadline(world: World) -> None:
    call(world)

    world.tick()
    first = offered_to(world)
    world.pass_s(119)
    world.tick()
    still = offered_to(world)
    world.pass_s(1)
    world.tick()

    assert (first, still, offered_to(world)) == ("near", "near", "far")
    assert world.job().offers[0].state == "expired"


def test_a_decline_passes_the_job_on_at_the_next_tick(world: World) -> None:
    job = call(world)
    world.tick()

    with world.write() as connection:
        commands.decline(connection, job.id, partner_id="near", now_ms=world.now_ms, reason="too far")
    world.tick()

    assert offered_to(world) == "far"
    assert world.job().offers[0].reason == "too far"


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        ({"services": ["tow"]}, "far"),
        ({"hours": {"from": "09:00", "to": "18:00"}}, "far"),
        ({"hours": {"from": "07:00", "to": "18:00"}}, "near"),
        ({"hours": {"from": "15:00", "to": "17:00", "utc_offset_min": 480}}, "near"),
        ({"hours": {"from": "22:00", "to": "08:01"}}, "near"),
    ],
)
def test_who_cannot_do_it_or_is_closed_is_not_asked(tmp_path: Path, first: dict[str, Any], asked: str) -> None:
    world = World(tmp_path)
    world.import_fleet(fleet_file([vehicle("car-1")], [partner("near", **first), partner("far", lat=31.0, lon=121.0)]))

    call(world)
    world.tick()

    assert offered_to(world) == asked
    world.close()


def test_a_full_partner_is_not_asked(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.import_fleet(
        fleet_file([vehicle("car-1"), vehicle("car-2")], [partner("near", capacity=1), partner("far", lat=31.0)])
    )

    call(world)
    world.pass_s(1)
    call(world, vehicle_id="car-2")
    world.tick()

    asked = {job.vehicle.id: job.offers[0].partner.id for job in world.jobs()}
    assert asked == {"car-1": "near", "car-2": "far"}
    world.close()


def test_the_only_truck_goes_to_an_emergency_then_a_person_then_danger_then_a_prediction(tmp_path: Path) -> None:
    world = World(tmp_path)
    names = ["prediction", "danger", "person", "emergency"]
    world.import_fleet(fleet_file([vehicle(name) for name in names], [partner("only", capacity=1)]))
    for priority, name in zip((3, 2, 1, 0), names, strict=True):
        job = call(world, vehicle_id=name)
        with world.write() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(priority=priority))
        world.pass_s(1)

    served = []
    for _ in names:
        world.tick()
        (standing,) = [job for job in world.jobs(open_only=True) if job.state == "offered"]
        served.append(standing.vehicle.id)
        with world.write() as connection:
            commands.cancel(connection, standing.id, by="op", now_ms=world.now_ms)

    assert served == names[::-1]
    world.close()


def test_nobody_able_means_a_person_at_once_and_another_round_later(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.import_fleet(fleet_file([vehicle("car-1")], [partner("near", services=["tow"])]))
    job = call(world)

    world.tick()

    assert world.job().escalated_ms == T0_MS
    world.import_fleet(fleet_file([], [partner("near")]))
    world.pass_s(60)
    world.tick()
    world.tick()
    assert (offered_to(world), world.job().id) == ("near", job.id)
    world.close()


def test_a_job_that_nobody_has_taken_reaches_a_person_within_three_minutes(world: World) -> None:
    call(world)
    reached: float | None = None

    for second in range(0, 200, 5):
        world.now_ms = T0_MS + second * 1000
        world.tick()
        if reached is None and world.job().escalated_ms is not None:
            reached = second

    assert reached is not None
    assert reached <= 180


def test_everybody_is_asked_again_in_rounds_that_end(tmp_path: Path) -> None:
    world = World(tmp_path, Policy(max_rounds=3))
    world.import_fleet(fleet_file([vehicle("car-1")], [partner("near")]))
    call(world)

    for _ in range(60):
        world.pass_s(30)
        world.tick()

    assert len(world.job().offers) == 3
    assert world.job().state == "proposed"
    world.close()


@pytest.mark.parametrize(("eta_s", "late"), [(3000.0, False), (4000.0, True), (None, False)])
def test_an_eta_past_the_promise_reaches_a_person(world: World, eta_s: float | None, late: bool) -> None:
    job = call(world)
    world.tick()
    with world.write() as connection:
        commands.accept(connection, job.id, partner_id="near", now_ms=world.now_ms, eta_s=eta_s)

    world.tick()

    assert (world.job().escalated_ms is not None) is late


def test_a_truck_that_is_not_there_when_promised_reaches_a_person(world: World) -> None:
    job = call(world)
    world.tick()
    with world.write() as connection:
        commands.accept(connection, job.id, partner_id="near", now_ms=world.now_ms, eta_s=600.0)

    world.now_ms = job.promise_ms + 1
    world.tick()

    assert "later than promised" in (world.job().escalated_why or {})["en"]


def test_each_reason_for_a_person_is_told_once(world: World) -> None:
    call(world, position=None)

    for _ in range(30):
        world.pass_s(60)
        world.tick()

    with world.read() as connection:
        told = connection.execute(
            select(func.count()).where(timeline.c.kind == "needs_person", timeline.c.job_id == world.job().id)
        ).scalar_one()
    assert told == 2  # nobody took it, nobody knows where


def test_an_accept_after_the_deadline_after_a_cancel_and_of_a_stranger_is_definite(world: World) -> None:
    job = call(world)
    world.tick()
    world.pass_s(120)
    with world.write() as connection:
        with pytest.raises(RefusedError) as expired:
            commands.accept(connection, job.id, partner_id="near", now_ms=world.now_ms)
        commands.cancel(connection, job.id, by="op", now_ms=world.now_ms)
        with pytest.raises(RefusedError) as cancelled:
            commands.accept(connection, job.id, partner_id="near", now_ms=world.now_ms - 10_000)

    assert (expired.value.code, cancelled.value.code) == ("expired", "cancelled")
    assert world.job().state == "cancelled"


def test_a_step_that_comes_twice_is_answered_twice_and_taken_once(world: World) -> None:
    job = call(world)
    world.tick()
    for step in (commands.accept, commands.en_route, commands.arrive, commands.complete):
        for _ in range(2):
            with world.write() as connection:
                view = step(connection, job.id, partner_id="near", now_ms=world.now_ms)

    assert view.state == "completed"
    assert len(world.job().history) == 6


def test_a_failed_rescue_reaches_a_person_and_leaves_its_case_open(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    job = call(world, service="tyre_change")
    world.tick()
    for step in (commands.accept, commands.en_route, commands.arrive, commands.unsuccessful):
        with world.write() as connection:
            step(connection, job.id, partner_id="near", now_ms=world.now_ms)

    assert world.job().state == "unsuccessful"
    assert world.case().job_id == job.id
    assert (world.case().state, world.case().escalated_ms) == ("open", world.now_ms)


def test_a_person_outranks_the_prediction_whose_job_they_join(world: World) -> None:
    world.report("car-1", "tyre", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms, policy=world.policy)
    before = world.job().priority

    joined = call(world, phone="13812345678")

    assert (before, joined.priority, joined.phone_masked) == (3, 1, "*******5678")
    assert joined.id == world.job().id


def test_a_car_without_a_dongle_is_helped_in_the_same_queue(world: World) -> None:
    job = call(world, vehicle_id=None, plate="京Z99999", phone="13900001111", problem="电瓶没电打不着火")
    again = call(world, vehicle_id=None, plate="京Z99999", phone="13900001111", problem="电瓶没电打不着火")
    world.tick()

    assert (job.service, job.vehicle.plate, again.id) == ("jump_start", "京Z99999", job.id)
    assert offered_to(world) == "near"


def test_without_vehicle_plate_or_phone_there_is_nobody_to_help(world: World) -> None:
    with world.write() as connection, pytest.raises(RefusedError) as refused:
        commands.request(connection, commands.Request(problem="help"), by="op", now_ms=world.now_ms)

    assert refused.value.code == "nobody"


def test_partners_are_shown_with_what_keeps_them_busy(world: World) -> None:
    call(world)
    world.tick()

    with world.read() as connection:
        shown = {row.id: row.busy for row in queries.partners(connection).items}

    assert shown == {"near": 1, "far": 0}
