"""A world for the agent that tests turn by hand: each fake satisfies a port of `edge.ports`."""

from collections import deque
from collections.abc import Callable

from contract import codec
from contract.messages import ClockQuality, Receipt, Recorded
from edge.errors import BusError
from edge.obd.frames import CanFrame
from edge.ports import CanBus, CarClock, Draft, Fix, Heard, Kind, LinkChange, PowerSwitch, Supply, Uplink


class FakeClock(CarClock):
    """Real and domain time that pass only when told; the domain runs `factor` times as fast."""

    def __init__(self, *, factor: float = 1.0, wall_s: float = 1_768_464_000.0, mono_s: float = 1_000.0) -> None:
        self.factor = factor
        self.real = 0.0
        self._wall_s = wall_s
        self._mono_s = mono_s
        self.said: ClockQuality = "synchronised"

    @property
    def boot_id(self) -> str:
        return "boot-1"

    def pass_real_s(self, real_s: float) -> None:
        self.real += real_s

    def pass_s(self, domain_s: float) -> None:
        self.real += domain_s / self.factor

    def now_s(self) -> float:
        return self.real

    def wall_s(self) -> float:
        return self._wall_s + self.real * self.factor

    def mono_s(self) -> float:
        return self._mono_s + self.real * self.factor

    def real_s(self, domain_s: float) -> float:
        return domain_s / self.factor

    def quality(self) -> ClockQuality:
        return self.said


class FakeBus(CanBus):
    """A bus with one car on it: `answer` says what it says to each frame sent. Listening makes time pass."""

    def __init__(self, clock: FakeClock, answer: Callable[[CanFrame], list[CanFrame]] = lambda frame: []) -> None:
        self._clock = clock
        self.answer = answer
        self.incoming: deque[CanFrame] = deque()
        self.sent: list[tuple[float, CanFrame]] = []
        self.is_lost = False

    def receive(self, timeout_s: float) -> CanFrame | None:
        if self.is_lost:
            self._clock.pass_real_s(timeout_s)
            raise BusError("unplugged")
        if self.incoming:
            return self.incoming.popleft()
        self._clock.pass_real_s(timeout_s)
        return None

    def send(self, frame: CanFrame) -> None:
        if self.is_lost:
            raise BusError("unplugged")
        self.sent.append((self._clock.now_s(), frame))
        self.incoming.extend(self.answer(frame))

    def close(self) -> None:
        """Nothing is open."""


class FakeSupply(Supply):
    """A wire whose voltage is set by hand."""

    def __init__(self, voltage_v: float | None = 14.2) -> None:
        self.now_v = voltage_v

        self.is_read_fast = False
        self.read: list[tuple[float, float]] = []

    @property
    def is_fast(self) -> bool:
        return self.is_read_fast

    def voltage_v(self) -> float | None:
        return self.now_v

    def recent(self) -> list[tuple[float, float]]:
        read, self.read = self.read, []
        return read


class FakePowerSwitch(PowerSwitch):
    """A switch that counts, and remembers as long as it is told."""

    def __init__(self, *, was_used: bool = False) -> None:
        self.used = 0
        self._was_used = was_used

    def was_asked(self) -> bool:
        return self._was_used

    def off(self) -> None:
        self.used += 1
        self._was_used = True

    def recovered(self) -> None:
        self._was_used = False


class FakePosition:
    """A receiver that knows what it is told."""

    def __init__(self, fix: Fix | None = None) -> None:
        self.known = fix
        self.asked = 0

    def fix(self) -> Fix | None:
        self.asked += 1
        return self.known


class FakeUplink(Uplink):
    """A link that takes what it is given while it is up, and a cloud that stores it at once unless told not to."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.stores = True
        self.published: list[tuple[Kind, bytes]] = []
        self.to_hear: list[Heard] = []
        self.is_up = False
        self.room = 1_000_000
        self.renewed: list[float] = []
        self.statuses: list[bytes] = []

    def start(self) -> None:
        self.change(up=True)

    def change(self, *, up: bool) -> None:
        self.is_up = up
        self.to_hear.append(LinkChange(up, "by hand"))

    def publish(self, kind: Kind, payload: bytes) -> bool:
        if not self.is_up or self.room == 0:
            return False
        self.room -= 1
        self.published.append((kind, payload))
        if self.stores:
            record = codec.decode(payload)
            assert isinstance(record, Recorded)
            place = (record.seq, record.seq)
            self.to_hear.append(Receipt(vehicle=record.vehicle, stream=record.stream, stored=(place,)))
        return True

    def tell(self, status: bytes) -> None:
        if self.is_up:
            self.statuses.append(status)

    def heard(self) -> list[Heard]:
        heard, self.to_hear = self.to_hear, []
        return heard

    def renew(self, reason: str) -> None:
        self.renewed.append(self._clock.now_s())
        self.change(up=False)
        self.change(up=True)

    def wait(self, timeout_s: float) -> None:
        self._clock.pass_real_s(timeout_s)

    def stop(self, timeout_s: float) -> None:
        self.is_up = False


class FakeWitness:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, bytes, int]] = []

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        self.seen.append((stream, seq, payload, samples))


def draft(
    kind: Kind = "telemetry", *, size: int = 100, samples: int = 10, wall_ms: int = 0, is_sure: bool = True
) -> Draft:
    """Return a draft whose payload says where it was put."""
    return Draft(kind, lambda stream, seq: f"{stream} {seq}".encode().ljust(size, b"."), samples, wall_ms, is_sure)
