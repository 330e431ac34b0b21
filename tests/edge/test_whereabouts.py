"""What the agent says of where the car is, and under which grants; in a car of fakes."""

from contract.messages import Config, PositionGrant, Precision
from contract.signals import LATITUDE, LONGITUDE, SUPPLY_VOLTAGE
from tests.edge.car import Car


def grant(car: Car, precision: Precision, *, job: str = "", for_s: float = 3_600.0, revision: int = 1) -> None:
    until_ms = round((car.clock.wall_s() + for_s) * 1000)
    config = Config(
        vehicle="car-1",
        revision=revision,
        grants=(PositionGrant(precision=precision, until_ms=until_ms, job=job),),
    )
    car.uplink.to_hear.append(config)


def test_by_default_no_coordinate_leaves_the_car_and_no_receiver_is_asked() -> None:
    car = Car().live(700)

    assert car.samples(LATITUDE.path) == []
    assert car.position.asked == 0
    assert all(event.position is None for event in car.events())


def test_a_job_s_grant_releases_the_exact_point_once_for_that_job_alone() -> None:
    car = Car().live(10)
    grant(car, "exact", job="job-7")

    car.live(300)

    (event,) = car.events()
    assert event.facts == {"job": "job-7"}
    assert event.position is not None
    assert (event.position.latitude_deg, event.position.precision) == (31.2304, "exact")
    assert car.samples(LATITUDE.path) == []


def test_a_point_that_is_not_known_yet_is_told_as_soon_as_it_is() -> None:
    car = Car()
    fix, car.position.known = car.position.known, None
    grant(car, "exact", job="job-7")
    car.live(30)
    assert car.events() == []

    car.position.known = fix
    car.live(3)

    assert len(car.events()) == 1


def test_a_grant_along_the_way_gives_cells_until_it_ends() -> None:
    car = Car()
    grant(car, "cell", for_s=600.0)
    car.live(1_800)

    latitudes = {sample.value for sample in car.samples(LATITUDE.path)}
    assert len(latitudes) == 1
    assert latitudes != {31.2304}
    assert 8 <= len(car.samples(LONGITUDE.path)) <= 11


def test_a_config_that_takes_the_grant_away_is_obeyed_at_once() -> None:
    car = Car()
    grant(car, "exact")
    car.live(130)
    before = len(car.samples(LATITUDE.path))
    car.uplink.to_hear.append(Config(vehicle="car-1", revision=2))

    car.live(300)

    assert len(car.samples(LATITUDE.path)) <= before + 1


def test_an_older_config_does_not_come_back() -> None:
    car = Car()
    car.uplink.to_hear.append(Config(vehicle="car-1", revision=5))
    car.live(1)
    grant(car, "exact", job="job-7", revision=4)

    car.live(30)

    assert car.events() == []


def test_with_a_clock_in_1970_samples_are_kept_and_no_grant_counts() -> None:
    car = Car()
    car.clock._wall_s = 100.0
    car.clock.said = "unset"
    grant(car, "exact", job="job-7")
    car.live(130)

    assert car.events() == []
    assert {batch.clock_quality for batch in car.batches()} == {"unset"}
    assert car.samples(SUPPLY_VOLTAGE.path)[0].mono_ms >= 1_000_000
