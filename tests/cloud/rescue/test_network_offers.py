"""Trucks with names, places and duty; areas, promises and appointments, in a real store."""

from typing import Any

import pytest

from cloud.rescue import commands
from cloud.rescue.windows import Window
from cloud.store import network
from cloud.store.errors import MissingError, RefusedError
from cloud.store.partners_file import PartnerEntry, TruckEntry
from cloud.store.views import JobView, Point
from tests.cloud.acting import HOUR_MS, MINUTE_MS, World

PIN = Point(latitude_deg=31.2646, longitude_deg=121.5051, crs="WGS84", precision="pin")
SEATS = b"adcode,name,longitude,latitude\n310109,\xe8\x99\xb9\xe5\x8f\xa3\xe5\x8c\xba,121.505133,31.2646\n"


def keep(world: World, **more: Any) -> None:
    fields: dict[str, Any] = {"id": "crew", "name": "Crew", "services": ("tyre_change",), "lat": 31.26, "lon": 121.5}
    with world.write() as connection:
        network.keep_seats(connection, network.parse_seats(SEATS))
        network.keep_partners(connection, [PartnerEntry(**(fields | more))])


def call(world: World, **more: Any) -> JobView:
    fields: dict[str, Any] = {"problem": "flat tyre", "vehicle_id": "car-1", "position": PIN}
    with world.write() as connection:
        asked = commands.Request(**(fields | more))
        return commands.request(connection, asked, by="op", now_ms=world.now_ms)[0]


def asked(world: World) -> list[str]:
    return [offer.partner.id for offer in world.job().offers if offer.state == "offered"]


def test_a_partner_whose_trucks_are_off_duty_or_out_is_not_asked(world: World) -> None:
    keep(world, trucks=(TruckEntry(id="t-1", on_duty=False),))
    call(world)
    world.tick()
    assert asked(world) == ["near"]

    with pytest.raises(MissingError), world.write() as connection:
        network.place_truck(connection, "t-1", partner_id="near", place=PIN, on_duty=True, now_ms=world.now_ms)


def test_a_truck_that_stands_beside_the_car_is_chosen_and_its_partners_own_promise_holds(world: World) -> None:
    keep(world, lat=30.0, trucks=(TruckEntry(id="t-1"),), promise_min={"city": 15.0})
    with world.write() as connection:
        network.place_truck(connection, "t-1", partner_id="crew", place=PIN, on_duty=None, now_ms=world.now_ms)
    job = call(world)
    world.tick()

    assert asked(world) == ["crew"]
    assert job.promise_ms == world.now_ms + 30 * MINUTE_MS
    with world.write() as connection:
        commands.accept(connection, job.id, partner_id="crew", now_ms=world.now_ms)
    assert world.job().promise_ms == world.now_ms + 15 * MINUTE_MS


def test_an_exclusive_partner_of_the_district_is_asked_however_far_it_is(world: World) -> None:
    keep(world, lat=30.0, mode="exclusive", codes=("310000",))
    call(world)
    world.tick()

    assert asked(world) == ["crew"]


def test_an_appointment_waits_for_its_time_and_is_promised_for_its_end(world: World) -> None:
    start_ms = world.now_ms + 5 * HOUR_MS
    call(world, window=Window(from_ms=start_ms, to_ms=start_ms + HOUR_MS, key_holder="the reception"))
    world.tick()
    assert (asked(world), world.job().promise_ms, world.job().escalated_ms) == ([], start_ms + HOUR_MS, None)

    world.pass_s(4.6 * 3600)
    world.tick()
    assert asked(world) == ["near"]


def test_no_truck_leaves_without_a_place_until_somebody_says_where(world: World) -> None:
    job = call(world, position=None)
    world.tick()
    with world.write() as connection:
        commands.accept(connection, job.id, partner_id="near", now_ms=world.now_ms)
    with pytest.raises(RefusedError, match="fresh and exact"), world.write() as connection:
        commands.en_route(connection, job.id, partner_id="near", now_ms=world.now_ms)

    with world.write() as connection:
        commands.en_route(connection, job.id, partner_id="near", now_ms=world.now_ms, said=PIN)

    assert world.job().state == "en_route"
