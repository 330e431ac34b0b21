"""The broker killed at random moments and everything it kept deleted."""

from collections.abc import Callable

import pytest

from tests.faults.world import World

pytestmark = [pytest.mark.faults, pytest.mark.broker]


def test_no_accepted_sample_is_lost_when_the_broker_is_killed_and_wiped(
    make_world: Callable[..., World], kills: int, seed: int
) -> None:
    world = make_world()

    def blow() -> None:
        world.broker.kill(wipe=True)
        world.broker.start()

    world.strike(kills, seed, blow, world.stored)

    ledger = world.settle()
    print(ledger)
    assert ledger["clean"], ledger
    assert ledger["records"] >= kills
