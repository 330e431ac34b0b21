"""An hour of a simulated drive, read by the real agent: simulated ECUs, time that passes only when somebody waits.

    python -m benchmarks.edge_car SECONDS       # prints one JSON line about the process that did it

The simulator's physics takes half-second steps here, so that neighbouring samples differ as they do on a road.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from contract.messages import ClockQuality, Receipt, Recorded
from edge.adapters import signal_sets
from edge.adapters.power_switch import NoPowerSwitch
from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.witness import NoWitness
from edge.agent import Agent
from edge.conversation import Conversation
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard
from edge.obd.interpreter import Interpreter
from edge.obd.poller import Poller
from edge.outbox import Outbox
from edge.ports import Heard, Kind, LinkChange
from edge.sealer import Sealer
from edge.session import Session
from edge.supply_watch import SupplyWatch
from edge.whereabouts import Whereabouts
from firmware_sim import app as sim
from firmware_sim.protocol.ecu import Frame
from firmware_sim.scenarios import scenario
from firmware_sim.usage import drive

START_S: Final = 1_768_464_000.0
STEP_S: Final = 0.5
HOUR_S: Final = 3600.0
SETS: Final = {"petrol": ("sae-j1979",), "e-gmp": ("sae-j1979", "e-gmp")}


class SteppedClock:
    """Machine and domain time in one, moved by hand."""

    boot_id = "boot"

    def __init__(self) -> None:
        """Begin at zero."""
        self.at_s = 0.0

    def now_s(self) -> float:
        return self.at_s

    def mono_s(self) -> float:
        return self.at_s

    def wall_s(self) -> float:
        return START_S + self.at_s

    def real_s(self, domain_s: float) -> float:
        return domain_s

    def quality(self) -> ClockQuality:
        return "synchronised"


class SimulatedBus:
    """The agent's `CanBus` with the simulator behind it; `spent_s` is what the simulator cost."""

    def __init__(self, clock: SteppedClock, name: str, seed: int) -> None:
        """Put the car of scenario `name` on the bus, driving."""
        self._clock = clock
        self.vehicle = scenario(name).vehicle("car", seed, (31.2, 121.5), 10_000.0)
        self._network = sim.network(self.vehicle, {})
        self._road = drive(24.0, 60.0, 20.0)
        self._waiting: list[Frame] = []
        self.requests = 0
        self.spent_s = 0.0

    def receive(self, timeout_s: float) -> CanFrame | None:
        """Return the next frame, letting time pass until it comes, or until `timeout_s` is over."""
        began = time.process_time()
        end_s = self._clock.at_s + timeout_s
        while not self._waiting:
            while self.vehicle.elapsed_s + STEP_S <= self._clock.at_s:
                self.vehicle.step(self._road, STEP_S)
            self._waiting, _ = self._network.due(self._clock.at_s, awake=self.vehicle.awake)
            if self._waiting or self._clock.at_s >= end_s:
                break
            due_s = self._network.next_due_s()
            self._clock.at_s = end_s if due_s is None else min(end_s, max(due_s, self._clock.at_s + 1e-4))
        self.spent_s += time.process_time() - began
        if not self._waiting:
            return None
        frame = self._waiting.pop(0)
        return CanFrame(frame.can_id, frame.extended, frame.data)

    def send(self, frame: CanFrame) -> None:
        began = time.process_time()
        self.requests += frame.data[0] >> 4 == 0
        self._network.receive(Frame(frame.can_id, frame.data, frame.extended), self._clock.at_s)
        self.spent_s += time.process_time() - began

    def close(self) -> None:
        """Nothing is open."""


class SimulatedSupply:
    """The dongle's supply wire in that car."""

    def __init__(self, bus: SimulatedBus) -> None:
        self._bus = bus

    is_fast = False

    def voltage_v(self) -> float | None:
        return self._bus.vehicle.supply_v

    def recent(self) -> list[tuple[float, float]]:
        return []


class PerfectUplink:
    """A cloud that stores at once; what it was given is kept."""

    def __init__(self, clock: SteppedClock) -> None:
        self._clock = clock
        self.published: list[tuple[Kind, bytes]] = []
        self._to_hear: list[Heard] = [LinkChange(True, "")]

    def start(self) -> None:
        """It is up."""

    def publish(self, kind: Kind, payload: bytes) -> bool:
        from contract import codec

        self.published.append((kind, payload))
        record = codec.decode(payload)
        if isinstance(record, Recorded):
            self._to_hear.append(
                Receipt(vehicle=record.vehicle, stream=record.stream, stored=((record.seq, record.seq),))
            )
        return True

    def tell(self, status: bytes) -> None:
        """Nobody listens to statuses here."""

    def heard(self) -> list[Heard]:
        heard, self._to_hear = self._to_hear, []
        return heard

    def renew(self, reason: str) -> None:
        """It never was away."""

    def wait(self, timeout_s: float) -> None:
        self._clock.at_s += timeout_s

    def stop(self, timeout_s: float) -> None:
        """It stays up."""


class Drive(NamedTuple):
    """What a drive came to: what was published, requests on the bus, and the agent's own processor seconds."""

    published: list[tuple[Kind, bytes]]
    requests: int
    agent_s: float


def driven(
    name: str, folder: Path, seconds: float = HOUR_S, *, seed: int = 1, asked: Interpreter | None = None
) -> Drive:
    """Return what the agent publishes in `seconds` of driving the car of scenario `name`, its spool in `folder`.

    It asks what `asked` says, or what the sets of the car's model do.
    """
    clock = SteppedClock()
    bus = SimulatedBus(clock, name, seed)
    interpreter = asked or signal_sets.interpreter(SETS[bus.vehicle.build.model])
    session = Session(has_supply=True)
    guard = Guard(bus, polling=True)
    conversation = Conversation(bus, guard, Poller(interpreter), session, interpreter.links, clock.now_s, clock.mono_s)
    sealer = Sealer("car", clock)
    uplink = PerfectUplink(clock)
    spool = SqliteSpool(folder / "spool.sqlite", 1 << 28, NoWitness())
    outbox = Outbox(spool, uplink, sealer, clock.now_s)
    watch = SupplyWatch(SimulatedSupply(bus), session, clock.now_s, NoPowerSwitch())
    agent = Agent(conversation, watch, Whereabouts(lambda: None), outbox, sealer, clock, clock.now_s)
    began = time.process_time()
    while clock.at_s < seconds:
        agent.turn()
    spent_s = time.process_time() - began - bus.spent_s
    spool.close()
    return Drive(uplink.published, bus.requests, spent_s)


def most_mib() -> float:
    """Return the most memory that this program has had resident; what its parent had before `exec` does not count."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024.0


def main() -> None:
    """Drive, and say how heavy the process that did it is."""
    with TemporaryDirectory() as folder:
        done = driven("healthy", Path(folder), float(sys.argv[1]))
    said = {
        "rss_mib": most_mib(),
        "agent_cpu_s": done.agent_s,
        "requests": done.requests,
        "payload_bytes": sum(len(payload) for _, payload in done.published),
        "numpy": "numpy" in sys.modules,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
