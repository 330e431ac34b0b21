"""What passes while a bus is flooded: answers, requests by whomever, and what is listened to; nothing else."""

import random

from edge.obd.acceptance import MOST, accepted
from edge.obd.addressing import LINKS, Link


def test_every_answer_and_request_of_every_link_passes_and_noise_does_not() -> None:
    platform = Link(0x7A0, 0x7A8)
    filters = accepted([*LINKS, platform], [(0x3B3, False), (0x18FEF100, True)])

    def passes(can_id: int, extended: bool) -> bool:
        return any(one.takes(can_id, extended) for one in filters)

    for link in (*LINKS, platform):
        assert passes(link.response_id, link.extended)
        assert passes(link.request_id, link.extended)
    assert passes(0x7DF, False)
    assert passes(0x18DB33F1, True)
    assert passes(0x3B3, False)
    assert passes(0x18FEF100, True)
    assert not passes(0x3B3, True)
    assert not passes(0x001, False)
    known = {link.response_id for link in LINKS} | {link.request_id for link in LINKS} | {0x7A0, 0x7A8, 0x7DF, 0x3B3}
    chance = random.Random(1)
    noise = [chance.randrange(0x800) for _ in range(2_000)]
    assert not any(passes(can_id, False) for can_id in noise if can_id not in known)
    assert len(filters) < 30


def test_more_than_the_kernel_takes_is_no_filter_at_all() -> None:
    assert accepted([], [(n, True) for n in range(MOST)]) == ()
    assert len(accepted([], [(n, True) for n in range(MOST - 2)])) == MOST
