"""What the tests of acting share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.acting import World, fleet_file, partner, vehicle


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a store with two cars and two partners, the first of which is nearer to the cars' home."""
    made = World(tmp_path)
    cars = [vehicle("car-1"), vehicle("car-2", powertrain="bev")]
    partners = [partner("near"), partner("far", lat=31.0, lon=121.0)]
    made.import_fleet(fleet_file(cars, partners))
    yield made
    made.close()
