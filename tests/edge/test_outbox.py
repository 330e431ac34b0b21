"""From draft to receipt: what cannot be sealed harms nobody else, and a link that is up but mute is made anew."""

import pytest

from contract import codec
from contract.columns import Sample, samples
from contract.errors import ContractError
from contract.messages import Receipt, TelemetryBatch, UrgentEvent
from contract.signals import SPEED
from edge.adapters.spool_memory import MemorySpool
from edge.batch import Batcher
from edge.outbox import FIRST_PATIENCE_S, LONGEST_PATIENCE_S, Outbox
from edge.ports import Draft, Unsealed
from edge.sealer import Now, Sealer, unsealed
from tests.edge.fakes import FakeClock, FakeUplink, draft


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


def held(boot_id: str, mono_ms: int, *values: float) -> Unsealed:
    """Return speeds of `values`, a second apart, as one boot's spool holds them."""
    batch = Batcher()
    for n, value in enumerate(values):
        batch.add(SPEED.path, "7E8", Sample(mono_ms - 1_000 + 10 * n, value))
    return unsealed(batch.take(mono_ms), len(values), Now(mono_ms, 1_000_000 + mono_ms, "free_running", boot_id))


class HeldSpool(MemorySpool):
    """A spool in which an earlier process has left something."""

    def __init__(self, *left: Unsealed) -> None:
        super().__init__(1 << 20)
        self.left = list(left)

    def held(self) -> list[Unsealed]:
        return self.left


def recovered(*left: Unsealed) -> list[TelemetryBatch]:
    clock = FakeClock()
    spool = HeldSpool(*left)
    Outbox(spool, FakeUplink(clock), Sealer("car-1", clock), clock.now_s).recover()
    found = [codec.decode(record.payload) for record in spool.records()]
    assert all(isinstance(message, TelemetryBatch) for message in found)
    return [message for message in found if isinstance(message, TelemetryBatch)]


def test_what_a_power_cut_left_unsealed_becomes_one_message_for_each_boot_by_its_own_clocks() -> None:
    first, second = recovered(held("b1", 5_000, 1.0, 2.0), held("b1", 7_000, 3.0), held("b2", 900, 4.0))

    assert (first.boot_id, first.mono_ms, first.wall_ms, first.clock_quality) == (
        "b1",
        7_000,
        1_007_000,
        "free_running",
    )
    assert [(s.mono_ms, s.value) for s in samples(first.columns[0], 7_000)] == [
        (4_000, 1.0),
        (4_010, 2.0),
        (6_000, 3.0),
    ]
    assert (second.boot_id, second.mono_ms) == ("b2", 900)
    assert recovered() == []


@pytest.mark.parametrize("junk", [b"", b"\xff", b"\x93\x01\x02\x03"])
def test_what_was_left_and_cannot_be_read_harms_nobody_else(junk: bytes) -> None:
    (only,) = recovered(held("b1", 5_000, 1.0)._replace(columns=junk), held("b2", 900, 4.0))

    assert only.boot_id == "b2"


def test_once_the_clock_is_sure_what_it_sealed_before_is_told_with_its_right_time_and_its_own_seq() -> None:
    desk = Desk()
    desk.uplink.change(up=False)
    right_s, desk.clock._wall_s, desk.clock.said = desk.clock._wall_s, 3.0, "unset"
    for _ in range(200):
        desk.outbox.keep([desk.event()])
        desk.clock.pass_real_s(60.0)
        desk.outbox.mend_times()
    assert max(record.wall_ms for record in desk.spool.records()) < 86_400_000

    desk.clock._wall_s, desk.clock.said = right_s, "synchronised"
    for _ in range(10):
        desk.clock.pass_real_s(5.0)
        desk.outbox.mend_times()

    messages = [codec.decode(record.payload) for record in desk.spool.records()]
    assert all(isinstance(message, UrgentEvent) for message in messages)
    told = [message for message in messages if isinstance(message, UrgentEvent)]
    assert [message.seq for message in told] == list(range(1, 201))
    for n, (message, record) in enumerate(zip(told, desk.spool.records(), strict=True)):
        assert abs(message.wall_ms / 1000 - (right_s + 60.0 * n)) < 1.0
        assert record.wall_ms == message.wall_ms
        assert (message.clock_quality, record.is_sure) == ("synchronised", True)


def test_after_days_without_a_sure_clock_the_time_is_mended_and_not_called_sure() -> None:
    desk = Desk()
    desk.uplink.change(up=False)
    desk.clock.said = "free_running"
    desk.outbox.keep([desk.event()])
    desk.clock.pass_s(86_400.0)

    desk.clock.said = "synchronised"
    desk.outbox.mend_times()

    (record,) = desk.spool.records()
    message = codec.decode(record.payload)
    assert isinstance(message, UrgentEvent)
    assert message.clock_quality == "free_running"
    assert record.is_sure


def test_what_has_been_sent_keeps_its_time_and_so_does_what_another_boot_has_sealed() -> None:
    desk = Desk()
    desk.clock.said, desk.uplink.stores = "unset", False
    desk.outbox.keep([desk.event()])
    desk.outbox.send()
    (sent,) = desk.uplink.published
    foreign = draft("urgent", is_sure=False)
    desk.spool.put([foreign])

    desk.clock.said = "synchronised"
    desk.outbox.mend_times()

    first, second = desk.spool.records()
    assert first.payload == sent[1]
    assert second.payload.startswith(second.stream.encode())
    assert desk.spool.unsure(10) == []
