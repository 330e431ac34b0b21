"""How a simulated car moves, and where it is."""

import itertools
import random
from statistics import fmean, pstdev

import pytest

from firmware_sim.physics.motion import STANDING, Traffic, next_speed_kmh
from firmware_sim.physics.place import on_ring

pytestmark = pytest.mark.wheel


def speeds(traffic: Traffic, n: int = 4_000) -> list[float]:
    """Return `n` speeds, five seconds apart."""
    chance, speed, seen = random.Random(4), 0.0, []
    for _ in range(n):
        speed = next_speed_kmh(speed, traffic, chance.gauss(), 5.0)
        seen.append(speed)
    return seen


def test_speeds_scatter_around_the_roads_mean() -> None:
    seen = speeds(Traffic(60.0, 10.0))[100:]

    assert fmean(seen) == pytest.approx(60.0, abs=2.0)
    assert pstdev(seen) == pytest.approx(10.0, abs=2.0)
    assert min(seen) >= 0.0


def test_no_car_leaps() -> None:
    seen = speeds(Traffic(60.0, 30.0))

    assert max(abs(later - earlier) for earlier, later in itertools.pairwise(seen)) <= 20.0 + 1e-9


def test_without_traffic_a_car_stands() -> None:
    assert set(speeds(STANDING, 10)) == {0.0}


def test_a_car_begins_at_home_stays_near_it_and_moves_as_far_as_it_drives() -> None:
    home = on_ring(31.23, 121.47, 0.0)
    later = on_ring(31.23, 121.47, 0.1)

    assert (home.lat, home.lon) == (31.23, 121.47)
    assert (later.lat - home.lat) * 111.32 == pytest.approx(0.1, rel=0.01)
    assert all(abs(on_ring(31.23, 121.47, km).lon - 121.47) < 0.1 for km in range(100))
