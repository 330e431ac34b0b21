"""Who may know where the car is, when, and for how long."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from cloud.notices import links
from cloud.rescue import commands, places
from cloud.rescue.place import cell_of, distance_km
from cloud.store import queries
from cloud.store.tables import jobs
from cloud.store.views import Point
from tests.cloud.acting import HOUR_MS, World

EXACT = Point(latitude_deg=31.234567, longitude_deg=121.456789, crs="WGS84", precision="exact", as_of_ms=1)


def yes(world: World, pin: Point | None = None) -> str:
    """Bring a case to the driver's yes and return the job."""
    world.report("car-1", "tyre", 0.4)
    with world.write() as connection:
        links.answer(connection, world.asked_token(), answer="yes", now_ms=world.now_ms, position=pin)
    return world.job().id


def car_says(world: World, place: Point = EXACT) -> bool:
    with world.write() as connection:
        return places.place_from_vehicle(connection, "car-1", place, world.now_ms)


def test_without_a_yes_the_cars_word_is_not_kept(world: World) -> None:
    world.report("car-1", "tyre", 0.4)

    assert not car_says(world)
    with world.read() as connection:
        assert queries.vehicle(connection, "car-1", now_ms=world.now_ms).position is None


def test_a_yes_asks_the_car_and_its_word_lands_on_that_job(world: World) -> None:
    job_id = yes(world)
    assert [row["body"]["job"] for row in world.outbox("grant")] == [job_id]

    assert car_says(world)

    assert world.job().position == EXACT


def test_a_pin_needs_no_word_of_the_car(world: World) -> None:
    yes(world, Point(latitude_deg=31.2, longitude_deg=121.4, crs="GCJ02", precision="pin"))

    assert world.outbox("grant") == []
    position = world.job().position
    assert position is not None
    assert (position.crs, position.precision) == ("GCJ02", "pin")


def test_the_grant_ends_with_the_job(world: World) -> None:
    job_id = yes(world)
    with world.read() as connection:
        assert [job for job, _ in places.granted(connection, "car-1", world.now_ms)] == [job_id]

    with world.write() as connection:
        commands.cancel(connection, job_id, by="op", now_ms=world.now_ms)

    with world.read() as connection:
        assert places.granted(connection, "car-1", world.now_ms) == []
    assert len(world.outbox("grant")) == 2
    assert not car_says(world)


def test_a_partner_sees_a_cell_before_the_point_after_and_nothing_a_day_later(world: World) -> None:
    job_id = yes(world)
    exact = msgspec.structs.replace(EXACT, as_of_ms=world.now_ms)
    car_says(world, exact)
    world.tick()
    with world.read() as connection:
        (offer,) = queries.partner_offers(connection, "near", now_ms=world.now_ms)
        assert queries.partner_offers(connection, "far", now_ms=world.now_ms) == []
    assert offer.cell == cell_of(exact)
    assert not hasattr(offer, "plate")

    for step in (commands.accept, commands.en_route, commands.arrive, commands.complete):
        with world.write() as connection:
            view = step(connection, job_id, partner_id="near", now_ms=world.now_ms)
    assert (view.position, view.vehicle.plate) == (exact, "沪ACAR-1")

    world.now_ms += 24 * HOUR_MS
    with world.read() as connection:
        later = queries.partner_job(connection, "near", job_id, now_ms=world.now_ms)
    assert (later.position, later.vehicle.plate, later.phone_masked) == (None, "", None)


def test_a_day_after_closing_the_place_is_wiped_everywhere(world: World) -> None:
    job_id = yes(world)
    car_says(world)
    with world.write() as connection:
        commands.cancel(connection, job_id, by="op", now_ms=world.now_ms)
    world.now_ms += 24 * HOUR_MS - 1
    world.tidy()
    assert world.job().position is not None

    world.now_ms += 1
    world.tidy()

    assert world.job().position is None
    with world.read() as connection:
        assert queries.vehicle(connection, "car-1", now_ms=world.now_ms).position is None


def test_a_day_after_closing_the_key_holder_is_forgotten_and_of_the_area_only_the_city_stays(world: World) -> None:
    job_id = yes(world)
    with world.write() as connection:
        said = {"key_holder": "the neighbour", "place_by": "near", "area_code": "310115"}
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(**said))
        commands.cancel(connection, job_id, by="op", now_ms=world.now_ms)
    world.now_ms += 24 * HOUR_MS

    world.tidy()

    with world.read() as connection:
        columns = jobs.c.key_holder, jobs.c.place_by, jobs.c.area_code
        kept = connection.execute(select(*columns).where(jobs.c.id == job_id)).one()
    assert tuple(kept) == ("", "", "3101")


def test_without_any_exact_place_a_person_calls_within_three_minutes(world: World) -> None:
    yes(world)
    world.tick()
    assert world.job().escalated_ms is None

    world.pass_s(180)
    world.tick()

    assert world.job().escalated_ms is not None


def test_a_home_helps_to_find_a_partner_and_is_shown_to_none(world: World) -> None:
    yes(world)
    world.tick()

    with world.read() as connection:
        (offer,) = queries.partner_offers(connection, "near", now_ms=world.now_ms)
    assert (offer.cell, offer.distance_km) == (None, None)


@given(st.floats(-85, 85), st.floats(-179, 179), st.floats(-0.003, 0.003), st.floats(-0.003, 0.003))
def test_a_cell_is_about_a_kilometre_and_the_same_for_every_point_in_it(
    latitude: float, longitude: float, north: float, east: float
) -> None:
    place = Point(latitude_deg=latitude, longitude_deg=longitude, crs="WGS84", precision="exact")
    cell = cell_of(place)

    off_km = distance_km(latitude, longitude, cell.latitude_deg, cell.longitude_deg)
    assert off_km < 0.75
    near = cell_of(Point(latitude_deg=latitude + north, longitude_deg=longitude + east, crs="WGS84", precision="exact"))
    apart_km = distance_km(cell.latitude_deg, cell.longitude_deg, near.latitude_deg, near.longitude_deg)
    assert apart_km < 0.01 or apart_km > 0.45
    assert cell.precision == "cell"


@pytest.mark.parametrize(
    ("a", "b", "km"), [((0, 0), (0, 1), 111.195), ((31.2304, 121.4737), (39.9042, 116.4074), 1067.3)]
)
def test_distances_agree_with_published_ones(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    assert distance_km(*a, *b) == pytest.approx(km, rel=2e-3)
