"""The broker's queue runs over while ingest is away, and the broker, which had acknowledged them, drops messages."""

from collections.abc import Callable

import pytest

from tests.faults.world import MOVES_S, World
from tests.support.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.broker]


def test_no_accepted_sample_is_lost_when_the_broker_drops_what_it_had_acknowledged(
    make_world: Callable[..., World], kills: int, seed: int
) -> None:
    world = make_world("max_queued_messages 1", "max_inflight_messages 1")

    def blow() -> None:
        world.ingest.kill()
        accepted = world.witnessed()
        until(lambda: world.witnessed() > accepted + 4, within_s=MOVES_S, what="an overflow")
        world.ingest.start()

    world.strike(kills, seed, blow, world.stored)

    assert "are being dropped" in world.broker.words()
    world.broker.kill()
    world.broker.configure()  # with room again, what was dropped comes home without being dropped once more
    world.broker.start()
    ledger = world.settle()
    print(ledger)
    assert ledger["clean"], ledger
