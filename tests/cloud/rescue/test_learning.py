"""What the service learns from jobs that it saw leave and arrive."""

import pytest
from sqlalchemy import insert

from cloud.rescue.learning import travel
from cloud.rescue.travel import StraightLine
from cloud.store.tables import jobs
from cloud.store.views import Point
from tests.cloud.acting import MINUTE_MS, T0_MS, World

HERE = Point(latitude_deg=31.2, longitude_deg=121.5, crs="WGS84", precision="pin")
THERE = Point(latitude_deg=31.3, longitude_deg=121.5, crs="WGS84", precision="pin")


def test_ways_that_took_twice_as_long_make_the_next_one_longer(world: World) -> None:
    with world.write() as connection:
        for number in range(200):
            times = {"left_ms": T0_MS, "arrived_ms": T0_MS + 39 * MINUTE_MS, "closed_ms": T0_MS + 60 * MINUTE_MS}
            row = {"id": f"j-{number}", "subject": f"s-{number}", "created_ms": T0_MS, "promise_ms": T0_MS}
            connection.execute(insert(jobs).values(**row, **times, left_km=10.0))

    with world.read() as connection:
        learned = travel(connection, 40.0).minutes(HERE, THERE, T0_MS)

    plain = StraightLine(40.0).minutes(HERE, THERE, T0_MS)
    assert learned.minutes == pytest.approx(2.0 * plain.minutes, rel=0.15)


def test_without_jobs_nothing_is_learned(world: World) -> None:
    with world.read() as connection:
        assert travel(connection, 40.0).minutes(HERE, THERE, T0_MS) == StraightLine(40.0).minutes(HERE, THERE, T0_MS)
