"""Trips over the API: for those who run the fleet, without a place, and honest about the score."""

from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cloud.api.app import build
from cloud.trips.adapters.sqlite import SqliteTrips
from cloud.trips.trip import Trip
from cloud.trips.types import BINS, Counts
from tests.cloud.api.conftest import Face

DAYS = {"from": "2026-01-01", "to": "2026-01-31"}


@pytest.fixture
def driven(face: Face, tmp_path: Path) -> Face:
    trips = SqliteTrips(tmp_path / "trips.sqlite")
    trip = Trip(
        vehicle="car-1",
        start_ms=1_767_598_200_000,
        end_ms=1_767_612_600_000,
        day="2026-01-05",
        km=300.0,
        night_km=0.0,
        peak_km=150.0,
        km_by_speed=(100.0, 200.0, *[0.0] * (BINS - 2)),
        by_source={"slow_speed": Counts(km=300.0, braking=9)},
        excluded={},
        observed_s=14_400.0,
        missing_s=0.0,
    )
    trips.keep([trip], [])
    services = face.services._replace(trips=trips)
    return Face(TestClient(build(services, tmp_path / "ui")), services)


def test_a_period_of_driving_has_its_score_and_says_what_it_was_learned_on(driven: Face) -> None:
    path = "/v1/vehicles/car-1/driving"
    answer = driven.client.get(path, params=DAYS, headers=driven.headers("operator"))

    assert answer.status_code == HTTPStatus.OK
    found = answer.json()
    assert (found["km"], found["peak_share"], found["source"]) == (300.0, 0.5, "slow_speed")
    assert found["harsh_per_100km"] == {"acceleration": 0.0, "braking": 3.0, "cornering": None}
    assert found["score_learned_on"] == "simulated drivers"
    assert isinstance(found["score"], int)
    assert not {"latitude_deg", "longitude_deg", "vin", "plate"} & found.keys()


def test_trips_are_listed_and_insurers_and_strangers_get_none(driven: Face) -> None:
    path = "/v1/vehicles/car-1/trips"

    (trip,) = driven.client.get(path, params=DAYS, headers=driven.headers("viewer")).json()

    assert (trip["km"], trip["scored"], trip["by_source"]["slow_speed"]["braking"]) == (300.0, True, 9)
    assert driven.client.get(path, params=DAYS, headers=driven.headers("insurer")).status_code == HTTPStatus.FORBIDDEN
    nobody = driven.client.get("/v1/vehicles/no-car/trips", params=DAYS, headers=driven.headers("viewer"))
    assert nobody.status_code == HTTPStatus.NOT_FOUND
