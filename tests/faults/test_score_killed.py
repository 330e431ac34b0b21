"""Scoring killed at random moments, before, within and after its writes."""

from collections.abc import Callable

import pytest

from tests.faults.world import World

pytestmark = [pytest.mark.faults, pytest.mark.broker]


def test_every_assessment_is_made_once_and_as_if_scoring_had_never_been_killed(
    make_world: Callable[..., World], kills: int, seed: int
) -> None:
    world = make_world()

    def blow() -> None:
        world.score.kill()
        world.score.start()

    world.strike(kills, seed, blow, world.scored)

    ledger = world.settle()
    print(ledger)
    assert ledger["clean"], ledger
    world.assert_scored_once_and_as_if_never_killed()
