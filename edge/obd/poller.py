"""One conversation with a car: what to ask next, and what the answers say. Pure; the caller owns bus, guard and clocks.

    fed = poller.feed(frame, now_s, domain_s)    # every received frame; fed.flow_control goes to the guard at once
    step = poller.step(now_s, domain_s)          # at least every 50 ms; it closes time-outs too
    if step.request and guard.send(step.request, now_s) is Verdict.SENT:
        poller.sent(now_s)                       # until then the next step offers the same, or what is more urgent

`fed.told` and `step.told` are what was learnt. `now_s` is real monotonic time (time-outs), `domain_s` the domain's
monotonic time (cadence).
"""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from edge.errors import IsoTpError, ServiceError
from edge.obd.addressing import Functional, Link
from edge.obd.agenda import Agenda, Task
from edge.obd.diagnosis import Diagnosis, Told
from edge.obd.discovery import Discovery, Protocol
from edge.obd.exchange import Exchange, Took
from edge.obd.frames import CanFrame
from edge.obd.interpreter import Interpreter
from edge.obd.isotp import Message, Reassembler
from edge.obd.isotp_sender import Sender
from edge.obd.services import current_data, negative
from edge.obd.tasks import tasks

CODES_PERIOD_S: Final = 60.0
DISCOVER_AGAIN_S: Final = 60.0  # domain; while no ECU has answered discovery, and four times longer after each
LONGEST_DISCOVER_S: Final = 3_600.0
BUSY_WAIT_S: Final = 0.2
MAX_BUSY: Final = 3
AMBIGUOUS_S: Final = 5.0  # P2*: how long a refusal may still belong to a request that was given up


class Fed(NamedTuple):
    """What one received frame led to."""

    flow_control: CanFrame | None
    told: tuple[Told, ...]


class Step(NamedTuple):
    """What is to be sent now, if anything, and what the passing of time has settled."""

    request: CanFrame | None
    told: tuple[Told, ...]


@dataclass(slots=True)
class _Asking:
    """A request that was offered or is on the bus, and the tasks of it that are not settled; none when discovering."""

    target: Link | Functional
    request: bytes
    tasks: list[Task]
    answered: bool = False


class _Open(NamedTuple):
    """The request on the bus, and how it stands."""

    asked: _Asking
    exchange: Exchange


class Poller:
    """Discovers the ECUs of one ignition cycle, then asks what the interpreter's sets want; `restart` begins anew."""

    def __init__(self, interpreter: Interpreter, *, codes_period_s: float = CODES_PERIOD_S) -> None:
        self._interpreter = interpreter
        self._codes_period_s = codes_period_s
        self.counts: Counter[str] = Counter()
        self.last_heard_s: float | None = None
        self.restart()

    def restart(self) -> None:
        """Forget the ECUs, what they refused and what was under way: a new ignition cycle."""
        self._reassembler = Reassembler(self._interpreter.links)
        self._discovery: Discovery | None = Discovery()
        self._discover_at_s: float | None = None
        self._fruitless = 0
        self._agenda = Agenda()
        self._diagnosis = Diagnosis(self._interpreter.frozen_lengths)
        self.protocol: Protocol = "j1979"
        self._offered: _Asking | None = None
        self._open: _Open | None = None
        self._unanswered: dict[tuple[Link, int], float] = {}
        self.supported: dict[Link, frozenset[int]] = {}

    @property
    def discovering(self) -> bool:
        return self._discovery is not None

    @property
    def ecus(self) -> tuple[str, ...]:
        """The ECUs that answered discovery."""
        return tuple(link.ecu for link in self.supported)

    @property
    def isotp_errors(self) -> Counter[str]:
        """Malformed transfers since the last restart, by what was wrong."""
        return self._reassembler.errors

    def pace(self, wanted: Mapping[str, float], domain_s: float) -> None:
        """See `Agenda.pace`."""
        self._agenda.pace(wanted, domain_s)

    def step(self, now_s: float, domain_s: float) -> Step:
        """Close what has run out, and return the next request for the guard."""
        self._reassembler.expire(now_s)
        told: tuple[Told, ...] = ()
        if self._open is not None:
            if not self._open.exchange.closed(now_s):
                return Step(None, ())
            asked, self._open = self._open.asked, None
            told = self._close(asked, now_s, domain_s)
        self._offered = self._next(now_s, domain_s)
        if self._offered is None:
            return Step(None, told)
        target = self._offered.target
        return Step(Sender(target.request_id, target.extended, self._offered.request).start(now_s), told)

    def sent(self, now_s: float) -> None:
        """The frame that `step` returned last is on the bus."""
        if self._offered is None:
            return
        asked, self._offered = self._offered, None
        expected = frozenset[Link]()
        if isinstance(asked.target, Functional) and not self.discovering:
            expected = frozenset(link for link in self.supported if asked.target.reaches(link))
        self._open = _Open(asked, Exchange(asked.target, asked.request, expected, now_s))
        self.counts["requests"] += 1

    def hasten(self, paths: Container[str], domain_s: float) -> None:
        """Ask for the signals at `paths` as soon as it can be."""
        self._agenda.hasten(paths, domain_s)

    def barred(self, now_s: float, domain_s: float) -> None:
        """The frame that `step` returned last may never go: in this ignition cycle it is not offered again."""
        if self._offered is None:
            return
        asked, self._offered = self._offered, None
        self.counts["barred"] += 1
        for task in asked.tasks:
            task.refused = True
        if self._discovery is not None:
            self._close(asked, now_s, domain_s)

    def feed(self, frame: CanFrame, now_s: float, domain_s: float) -> Fed:
        """Take one received frame; malformed ones are counted and dropped."""
        try:
            message, flow_control = self._reassembler.feed(frame, now_s)
        except IsoTpError:
            self.counts["malformed_transfers"] += 1
            return Fed(None, ())
        if message is not None:
            self.last_heard_s = now_s
            return Fed(flow_control, tuple(self._hear(message, now_s, domain_s)))
        link = self._reassembler.transferring(frame)
        if self._open is not None and link is not None and self._open.exchange.concerns(link):
            self._open.exchange.in_transfer(now_s)
        return Fed(flow_control, ())

    def _next(self, now_s: float, domain_s: float) -> _Asking | None:
        if self._discovery is None and self._discover_at_s is not None and domain_s >= self._discover_at_s:
            self._discovery, self._discover_at_s = Discovery(), None
        if self._discovery is not None:
            wanted = self._discovery.request()
            return None if wanted is None else _Asking(*wanted, [])
        tasks = self._agenda.due(domain_s, now_s)
        if not tasks:
            return None
        request = tasks[0].request
        if len(tasks) > 1:
            request = current_data.make_request([task.request[1] for task in tasks])
        return _Asking(tasks[0].target, request, tasks)

    def _hear(self, message: Message, now_s: float, domain_s: float) -> list[Told]:
        if self._open is None or self._open.exchange.closed(now_s) or self._is_ambiguous(message, now_s):
            self.counts["strangers"] += 1
            return []
        asked, exchange = self._open
        took = exchange.take(message, now_s)
        self.counts[took.value] += 1
        if took in (Took.STRANGER, Took.PENDING):
            return []
        self._agenda.heard(asked.target)
        match took:
            case Took.ANSWER:
                return self._answer(asked, message, domain_s)
            case Took.BUSY:
                self._busy(asked, now_s)
            case Took.REFUSED:
                self._refused(asked)
        return []

    def _is_ambiguous(self, message: Message, now_s: float) -> bool:
        """A refusal names its service only: it may be meant for a request that was given up just before."""
        payload = message.payload
        if payload[0] != negative.SID or len(payload) != 3 or payload[2] == negative.RESPONSE_PENDING:
            return False
        return now_s < self._unanswered.get((message.link, payload[1]), -inf)

    def _answer(self, asked: _Asking, message: Message, domain_s: float) -> list[Told]:
        try:
            if self._discovery is not None:
                self._discovery.take(message)
                return []
            facts = self._interpreter.interpret(message) or []
        except ServiceError:
            self.counts["broken_answers"] += 1
            return []
        asked.answered = True
        if isinstance(asked.target, Link):
            self._settle(asked, message, domain_s)
        told: list[Told] = []
        for fact in facts:
            told += self._diagnosis.hear(message.link, fact, self._agenda, domain_s)
        return told

    def _settle(self, asked: _Asking, message: Message, domain_s: float) -> None:
        """Tick off the tasks that `message` answers; it may leave some of a shared request out."""
        answered = asked.tasks
        if message.payload[0] == current_data.SID + 0x40:
            pids = current_data.interpret_response(message.payload, self._interpreter.pid_lengths)
            answered = [task for task in asked.tasks if task.request[1] in pids]
        for task in answered:
            self._agenda.answered(task, domain_s)
        asked.tasks = [task for task in asked.tasks if task not in answered]

    def _busy(self, asked: _Asking, now_s: float) -> None:
        if isinstance(asked.target, Functional):
            return  # one ECU of many; the next round asks it again
        for task in asked.tasks:
            task.busy += 1
            if task.busy <= MAX_BUSY:
                task.not_before_s = now_s + BUSY_WAIT_S
        asked.tasks = [task for task in asked.tasks if task.busy > MAX_BUSY]

    def _refused(self, asked: _Asking) -> None:
        if isinstance(asked.target, Functional):
            return
        if len(asked.tasks) == 1:
            asked.tasks[0].refused = True
        for task in asked.tasks:
            task.alone = True  # it may be one of several that is refused, or so many at once
        asked.tasks = []

    def _close(self, asked: _Asking, now_s: float, domain_s: float) -> tuple[Told, ...]:
        if self._discovery is not None:
            self._discovery.closed()
            if self._discovery.done:
                self._begin(self._discovery, domain_s)
            return ()
        self._settle_unanswered(asked, now_s, domain_s)
        closed = self._diagnosis.closed
        return tuple(closed(asked.target, asked.request, self._agenda, domain_s, answered=asked.answered))

    def _settle_unanswered(self, asked: _Asking, now_s: float, domain_s: float) -> None:
        if isinstance(asked.target, Functional):
            for task in asked.tasks:
                if asked.answered:
                    self._agenda.answered(task, domain_s)
                else:
                    self._agenda.missed(task, domain_s, now_s)
            return
        if not asked.answered and asked.tasks:
            self.counts["timeouts"] += 1
            self._unanswered[asked.target, asked.request[0]] = now_s + AMBIGUOUS_S
        for task in asked.tasks:
            if asked.answered:
                task.alone = True  # left out of the answer: ask it by itself
            else:
                task.alone = task.alone or task.misses > 0
                self._agenda.missed(task, domain_s, now_s)

    def _begin(self, found: Discovery, domain_s: float) -> None:
        self._discovery = None
        self.supported, self.protocol = found.supported, found.protocol
        self._agenda.add(tasks(self._interpreter, self.supported, self.protocol, domain_s))
        self._diagnosis = Diagnosis(self._interpreter.frozen_lengths, self.protocol)
        self._diagnosis.begin(self.supported, self._agenda, self._codes_period_s, domain_s)
        if not self.supported:
            self._discover_at_s = domain_s + min(DISCOVER_AGAIN_S * 4.0**self._fruitless, LONGEST_DISCOVER_S)
            self._fruitless += 1
