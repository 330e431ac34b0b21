"""The agent killed at random moments, while it samples, writes and publishes."""

from collections.abc import Callable

import pytest

from tests.faults.world import World, goes_on

pytestmark = [pytest.mark.faults, pytest.mark.broker]


def test_no_accepted_sample_is_lost_when_the_agent_is_killed(
    make_world: Callable[..., World], kills: int, seed: int
) -> None:
    world = make_world()

    def blow() -> None:
        world.agent.kill()
        world.agent.start()

    in_conversation = max(1, kills // 5)
    world.strike(kills - in_conversation, seed, blow, world.witnessed)
    world.strike(in_conversation, seed + 1, blow, world.witnessed_of_ecus)

    goes_on(world.witnessed_of_ecus, "the end")
    ledger = world.settle()
    print(ledger)
    assert ledger["clean"], ledger
    assert ledger["records"] >= kills
    assert ledger["checked"] > 0
