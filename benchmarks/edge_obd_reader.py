"""The agent's conversation with the emulated car, in a process of its own; told what to read line by line on stdin.

    python -m benchmarks.edge_obd_reader PATH STEP_S    # PATH: a serial line with an SLCAN adapter

Says `{}` once it is ready. Each line of stdin is a number of samples; the answer is one JSON line with what was read.
"""

import json
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from math import inf
from typing import Any, Final

import structlog

from edge.adapters import signal_sets
from edge.adapters.can_bus import PythonCanBus
from edge.agent import TURN_S
from edge.config import Bus
from edge.conversation import Conversation
from edge.obd.decode import Reading
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard
from edge.obd.interpreter import Interpreter
from edge.obd.poller import Poller
from edge.ports import CanBus
from edge.session import Session, State

# Speed of engine and car, coolant, fuel trim, throttle, intake air; not load (04), for which the emulator puts the
# answers of two ECUs into one message.
PIDS: Final = (0x0C, 0x0D, 0x05, 0x06, 0x11, 0x0F)
DEADLINE_S: Final = 60.0
SETS: Final = ("sae-j1979", "sae-j1979-engine")


def interpreter(pids: Collection[int]) -> Interpreter:
    """Return what asks for `pids` of service 01 without a pause, and for no other."""
    sets = [
        one._replace(commands=tuple(c._replace(period_s=0.0) for c in one.commands if c.key in pids))
        for one in signal_sets.load(SETS)
    ]
    return Interpreter(sets)


class EmulatedBus(PythonCanBus):
    """The bus of ELM327-emulator, which takes a flow control only when its id is the ECU's own.

    With the tester's, which ISO 15765-2 wants, it lets half a second go by before each consecutive frame, and what is
    measured would be that.
    """

    def send(self, frame: CanFrame) -> None:
        """Put `frame` on the bus, a flow control by the id of its ECU."""
        is_flow_control = frame.data[0] >> 4 == 0x3
        super().send(frame._replace(can_id=frame.can_id + 8) if is_flow_control else frame)


class Talk:
    """The agent's session, guard and poller on `bus`, asking for the six PIDs as often as the guard lets them.

    The guard counts requests by its clock, which each request moves on by `step_s` beside `clock`: with none it is the
    guard of every day, ten requests a second; with a tenth it never waits, and what is left is the work.
    """

    def __init__(self, bus: CanBus, step_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._step_s = step_s
        self._clock = clock
        wanted = interpreter(PIDS)
        self._keys = {field.signal.path: f"{c.key:02X}" for c in wanted.pid_commands for field in c.fields}
        self._session = Session(has_supply=True)
        self._poller = Poller(wanted)
        self._guard = Guard(bus, polling=True)
        self._conversation = Conversation(
            bus, self._guard, self._poller, self._session, wanted.links, self._now_s, self._now_s
        )

    @property
    def requests(self) -> int:
        """How many requests were put on the bus."""
        return self._poller.counts["requests"]

    def begin(self) -> None:
        """Find the ECUs, as after waking."""
        until_s = self._clock() + DEADLINE_S
        while self._conversation.state is not State.AWAKE:
            self._session.runs(self._now_s())
            self._conversation.turn(TURN_S)
            if self._clock() > until_s:
                raise SystemExit(f"no ECU answers: {self._conversation.polls}, {self._conversation.verdicts}")

    def read(self, samples: int) -> dict[str, Any]:
        """Return at least `samples` samples by PID, the requests, and the wall and CPU seconds that they took."""
        values = defaultdict[str, list[float]](list)
        found, requests = 0, self.requests
        began_s, cpu_s = self._clock(), time.process_time()
        while found < samples:
            for told in self._conversation.turn(TURN_S):
                if isinstance(told, Reading) and (key := self._keys.get(told.signal)):
                    values[key].append(number(told))
                    found += 1
            if self._clock() > began_s + DEADLINE_S:
                raise SystemExit(f"{found} of {samples} samples: {self._conversation.polls}")
        return {
            "samples": found,
            "requests": self.requests - requests,
            "wall_s": self._clock() - began_s,
            "cpu_s": time.process_time() - cpu_s,
            "values": values,
        }

    def _now_s(self) -> float:
        return self._clock() + self._step_s * self._poller.counts["requests"]


def number(reading: Reading) -> float:
    """Return the number that was read; one that contradicts the others is doubted, and kept as text."""
    return float(reading.raw or inf) if reading.validity else reading.value


def log_to_stderr() -> None:
    """Keep stdout for results, and what is no warning out of the way."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def main() -> None:
    """Read what stdin asks for, until it ends."""
    log_to_stderr()
    bus = EmulatedBus(Bus(interface="slcan", channel=sys.argv[1]))
    try:
        talk = Talk(bus, float(sys.argv[2]))
        talk.begin()
        print("{}", flush=True)
        for line in sys.stdin:
            print(json.dumps(talk.read(int(line))), flush=True)
    finally:
        bus.close()


if __name__ == "__main__":
    main()
