"""Ingest killed at random moments, before, within and after its writes."""

from collections.abc import Callable

import pytest

from tests.faults.world import World

pytestmark = [pytest.mark.faults, pytest.mark.broker]


def test_no_accepted_sample_is_lost_and_none_stored_twice_when_ingest_is_killed(
    make_world: Callable[..., World], kills: int, seed: int
) -> None:
    world = make_world()

    def blow() -> None:
        world.ingest.kill()
        world.ingest.start()

    world.strike(kills, seed, blow, world.stored)

    ledger = world.settle()
    print(ledger)
    assert ledger["clean"], ledger
    assert ledger["records"] >= kills
    world.assert_scored_once_and_as_if_never_killed()
