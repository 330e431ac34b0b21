"""A broker in memory, a log that can fail, a clock that is set: what ingest is tried with."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from threading import Event
from typing import NamedTuple

from cloud.errors import LogError, StartError
from cloud.ingest.adapters.memory import MemoryLines
from cloud.ingest.allowance import Allowance
from cloud.ingest.ports import Delivery
from cloud.ingest.urgent import Urgent
from cloud.ingest.worker import Ingest, Parts
from cloud.log.adapters.memory import MemoryLog
from cloud.log.ports import Clash, DeadLetter, Record
from contract import codec, topics
from contract.messages import AnyMessage, Receipt, UrgentEvent

NOW_MS = 1_800_000_100_000


class FakePipe:
    """Hands over what was put in, and keeps what was published."""

    def __init__(self) -> None:
        self.waiting: deque[Delivery] = deque()
        self.acknowledged: list[Delivery] = []
        self.published: list[tuple[str, bytes, bool]] = []
        self.takes = 0
        self.taken: Callable[[int], None] = lambda _takes: None

    def put(self, topic: str, payload: bytes) -> Delivery:
        delivery = Delivery(topic, payload, object())
        self.waiting.append(delivery)
        return delivery

    def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        self.takes += 1
        self.taken(self.takes)
        return [self.waiting.popleft() for _ in range(min(limit, len(self.waiting)))]

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        self.acknowledged += deliveries

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.published.append((topic, payload, retain))

    def messages(self) -> list[tuple[str, AnyMessage]]:
        return [(topic, codec.decode(payload)) for topic, payload, _ in self.published]

    def receipts(self) -> list[Receipt]:
        return [message for _, message in self.messages() if isinstance(message, Receipt)]


class FailingLog(MemoryLog):
    """A log whose next writes fail."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 0

    def append(self, records: Sequence[Record], dead: Sequence[DeadLetter] = ()) -> list[int | Clash | None]:
        if self.failures:
            self.failures -= 1
            raise LogError("the disk is full")
        return super().append(records, dead)


class FakeEmergencies:
    """Remembers what was opened; may fail first."""

    def __init__(self) -> None:
        self.opened: list[UrgentEvent] = []
        self.failures = 0

    def open(self, event: UrgentEvent, received_ms: int) -> None:
        if self.failures:
            self.failures -= 1
            raise StartError("the store is locked")
        self.opened.append(event)


class FakeCounts:
    """Adds up."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.retries: Counter[str] = Counter()
        self.rounds = 0

    def count(self, what: str, number: int = 1) -> None:
        if number:
            self.counts[what] += number

    def retried(self, what: str) -> None:
        self.retries[what] += 1

    def took(self, seconds: float) -> None:
        self.rounds += 1


class SetClock:
    """Stands still."""

    def wall_s(self) -> float:
        return NOW_MS / 1000.0

    def mono_s(self) -> float:
        return 0.0

    def real_s(self, domain_s: float) -> float:
        return domain_s


class Bench(NamedTuple):
    """Ingest on fakes."""

    pipe: FakePipe
    log: FailingLog
    lines: MemoryLines
    emergencies: FakeEmergencies
    counts: FakeCounts
    urgent: Urgent
    ingest: Ingest
    stop: Event

    def send(self, *messages: tuple[str, bytes]) -> None:
        """Have `messages`, each on its topic, handled in one round."""
        for topic, payload in messages:
            self.pipe.put(topic, payload)
        self.ingest.handle(self.pipe.take(1_000, 0.0), self.stop)

    def run_for(self, *, rounds: int) -> None:
        """Run the loop until it has taken so many times."""
        self.pipe.taken = lambda takes: self.stop.set() if takes >= rounds else None
        self.ingest.run(self.stop)


def bench(*, burst: float = 1_000.0) -> Bench:
    """Return ingest with nothing stored yet."""
    pipe, log, lines, emergencies, counts = FakePipe(), FailingLog(), MemoryLines(), FakeEmergencies(), FakeCounts()
    urgent = Urgent(log, emergencies)
    ingest = Ingest(Parts(pipe, log, lines, urgent, counts, SetClock(), Allowance(1.0, burst)))
    return Bench(pipe, log, lines, emergencies, counts, urgent, ingest, Event())


def up(lane: str, vehicle: str = "car-1") -> str:
    """Return the topic on which `vehicle` sends on that lane."""
    return topics.build(vehicle, lane)
