"""What a power cut may cost: two seconds of samples that no message carries yet."""

from pathlib import Path

from contract import codec
from contract.columns import samples
from contract.messages import TelemetryBatch
from edge.adapters.spool_memory import MemorySpool
from edge.adapters.spool_sqlite import SqliteSpool
from edge.agent import HOLD_S, HOLD_SAMPLES, Agent
from edge.outbox import Outbox
from edge.ports import Unsealed
from edge.sealer import Sealer
from tests.edge.car import Car
from tests.edge.fakes import FakeClock, FakeUplink, FakeWitness

BIG = 1 << 24


class CountingSpool(MemorySpool):
    """A spool that counts what it is asked to hold, and when."""

    def __init__(self) -> None:
        super().__init__(BIG)
        self.clock = FakeClock()
        self.held_at: list[tuple[float, int]] = []

    def hold(self, unsealed: Unsealed) -> None:
        self.held_at.append((self.clock.now_s(), unsealed.samples))


def sampled(agent: Agent) -> int:
    return agent._batch.count


def test_a_power_cut_costs_at_most_the_samples_of_the_last_two_seconds(tmp_path: Path) -> None:
    spool = SqliteSpool(tmp_path / "spool.sqlite", BIG, FakeWitness())
    car = Car(spool=spool)
    car.uplink.change(up=False)
    car.live(45)
    cut_ms, known = car.clock.mono_s() * 1000, sampled(car.agent)
    assert known > 20
    spool.close()  # no goodbye of the agent: whatever it had in memory is gone

    clock = FakeClock()
    again = SqliteSpool(tmp_path / "spool.sqlite", BIG, FakeWitness())
    Outbox(again, FakeUplink(clock), Sealer("car-1", clock), clock.now_s).recover()

    sealed = [codec.decode(record.payload) for record in again.waiting("t", after=0, limit=10, skip=frozenset())]
    batches = [message for message in sealed if isinstance(message, TelemetryBatch)]
    times = [s.mono_ms for batch in batches for column in batch.columns for s in samples(column, batch.mono_ms)]
    assert 0 <= cut_ms - max(times) <= 1000 * (HOLD_S + 1.0)
    assert len(times) >= known - 5
    assert again.held() == []


def test_samples_are_held_in_groups_and_not_one_by_one() -> None:
    spool = CountingSpool()
    car = Car(spool=spool)
    spool.clock = car.clock

    car.live(30)

    groups = [count for _, count in spool.held_at]
    assert 5 <= len(groups) <= 30 / HOLD_S + 1
    assert max(groups) <= HOLD_SAMPLES
    assert max(groups) > 1
