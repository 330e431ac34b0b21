"""From draft to receipt: what cannot be sealed harms nobody else, and a link that is up but mute is made anew."""

import pytest

from contract.errors import ContractError
from contract.messages import Receipt
from edge.adapters.spool_memory import MemorySpool
from edge.outbox import FIRST_PATIENCE_S, LONGEST_PATIENCE_S, Outbox
from edge.ports import Draft
from edge.sealer import Sealer
from tests.edge.fakes import FakeClock, FakeUplink


class Desk:
    """An outbox on its own."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.spool = MemorySpool(1 << 24)
        self.uplink = FakeUplink(self.clock)
        self.sealer = Sealer("car-1", self.clock)
        self.outbox = Outbox(self.spool, self.uplink, self.sealer, self.clock.now_s)
        self.uplink.start()
        self.outbox.hear()

    def event(self) -> Draft:
        return self.sealer.urgent("low_voltage", {"voltage_v": 10.5}, self.sealer.now())

    def live(self, real_s: float) -> None:
        """Let `real_s` pass in turns of half a second."""
        for _ in range(round(real_s * 2)):
            self.clock.pass_real_s(0.5)
            self.outbox.hear()
            self.outbox.send()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_draft_is_kept_sent_receipted_and_gone(desk: Desk) -> None:
    desk.outbox.keep([desk.event()])
    assert desk.spool.depth()[0] == 1

    desk.outbox.send()
    desk.outbox.hear()

    assert [kind for kind, _ in desk.uplink.published] == ["urgent"]
    assert desk.spool.depth()[0] == 0


def test_what_cannot_be_sealed_is_dropped_alone(desk: Desk) -> None:
    def refuse(stream: str, seq: int) -> bytes:
        raise ContractError("too large")

    desk.outbox.keep([desk.event(), Draft("telemetry", refuse, 9, 0), desk.event()])

    assert desk.outbox.unsealed == 1
    assert desk.spool.depth()[0] == 2


def test_a_rejected_record_is_counted_and_gone(desk: Desk) -> None:
    desk.uplink.stores = False
    desk.outbox.keep([desk.event()])
    desk.outbox.send()
    (record,) = desk.spool.records()

    desk.uplink.to_hear.append(Receipt(vehicle="car-1", stream=record.stream, rejected=((record.seq, "too old"),)))
    desk.outbox.hear()

    assert desk.outbox.rejected == 1
    assert desk.spool.depth()[0] == 0


def test_a_link_that_is_up_but_mute_is_made_anew_ever_more_rarely(desk: Desk) -> None:
    desk.uplink.stores = False
    desk.outbox.keep([desk.event()])

    desk.live(5 * LONGEST_PATIENCE_S)

    waits = [later - earlier for earlier, later in zip([0.0, *desk.uplink.renewed], desk.uplink.renewed, strict=False)]
    assert waits[0] == pytest.approx(FIRST_PATIENCE_S, abs=2.0)
    assert waits[1] == pytest.approx(2 * FIRST_PATIENCE_S, abs=2.0)
    assert waits[-1] == pytest.approx(LONGEST_PATIENCE_S, abs=2.0)


def test_a_link_with_nothing_to_send_is_left_alone(desk: Desk) -> None:
    desk.live(10 * FIRST_PATIENCE_S)
    desk.outbox.keep([desk.event()])
    desk.live(10 * FIRST_PATIENCE_S)

    assert desk.uplink.renewed == []


def test_draining_ends_when_all_is_stored_or_time_is_over(desk: Desk) -> None:
    desk.outbox.keep([desk.event()])
    desk.outbox.drain(5.0)
    assert desk.spool.depth()[0] == 0
    assert desk.clock.now_s() < 1.0

    desk.uplink.stores = False
    desk.outbox.keep([desk.event()])
    desk.outbox.drain(5.0)

    assert desk.spool.depth()[0] == 1
    assert desk.clock.now_s() == pytest.approx(5.0, abs=0.2)
