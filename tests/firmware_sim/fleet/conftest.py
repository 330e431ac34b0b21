"""One fleet of faults, lived in memory."""

from datetime import date

import pytest

from firmware_sim.fleet.life import Fleet, Life, live, skies

DAYS = 60
VEHICLES = 120


@pytest.fixture(scope="session")
def faulty() -> Fleet:
    """Return a fleet with three hundred times the usual faults, over a winter's beginning."""
    return Fleet(3, VEHICLES, DAYS, date(2025, 11, 1), 1_761_926_400_000, 300.0, 300.0)


@pytest.fixture(scope="session")
def lives(faulty: Fleet) -> list[Life]:
    """Return all of its vehicles."""
    sky = skies(faulty)
    return [live(faulty, sky, number) for number in range(VEHICLES)]
