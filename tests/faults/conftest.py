"""What every fault is tried in."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.world import World

CI_SEED = 1
FIRST_S = 600
BLOW_S = 30


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each fault time for as many blows as are asked for."""
    for item in items:
        if item.get_closest_marker("faults") is not None:
            item.add_marker(pytest.mark.timeout(FIRST_S + BLOW_S * config.getoption("--kills")))


@pytest.fixture
def seed(kills: int) -> int:
    """Return the seed of this run: the same each time in CI, a fresh one where more is asked for; it is printed."""
    chosen = CI_SEED if kills <= 20 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {chosen}, {kills} blows")
    return chosen


@pytest.fixture
def make_world(tmp_path: Path, mosquitto_program: Path) -> Iterator[Callable[..., World]]:
    """Yield a maker of a running world, given lines for Mosquitto's configuration."""
    worlds: list[World] = []

    def make(*broker_settings: str) -> World:
        world = World(tmp_path, mosquitto_program, *broker_settings)
        worlds.append(world)
        world.start()
        return world

    yield make
    for world in worlds:
        world.clear_away()
