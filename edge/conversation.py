"""Listening to the car and, while it is awake, asking it: session, guard and poller around the bus port."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Final

import structlog

from contract.signals import AMBIENT_TEMPERATURE, DOOR_LOCKED, ENGINE_SPEED, PACK_CURRENT, SPEED
from contract.validity import Validity
from edge.errors import BusError
from edge.obd.addressing import FUNCTIONAL_11BIT, FUNCTIONAL_29BIT, Link
from edge.obd.decode import Reading
from edge.obd.diagnosis import Told
from edge.obd.frames import CanFrame
from edge.obd.guard import Guard, Verdict
from edge.obd.passive.listener import Heard, Listener
from edge.obd.plausibility import Plausibility
from edge.obd.poller import Poller
from edge.obd.stops import stops
from edge.ports import CanBus
from edge.session import Session, State

FRAMES_AT_ONCE: Final = 256  # then the rest of the agent gets its turn, however full the bus is

# Above this, whichever way, a car is in use: it moves, its engine turns, its contactors are closed.
RUNNING: Final = {SPEED.path: 0.0, ENGINE_SPEED.path: 0.0, PACK_CURRENT.path: 0.5}

log = structlog.get_logger()


class Conversation:
    """`now_s` is real monotonic time, `domain_s` the domain's; `state` is the session's after the last turn."""

    def __init__(
        self,
        bus: CanBus,
        guard: Guard,
        poller: Poller,
        session: Session,
        links: Iterable[Link],
        now_s: Callable[[], float],
        domain_s: Callable[[], float],
        listener: Listener | None = None,
    ) -> None:
        self._bus = bus
        self._guard = guard
        self._poller = poller
        self.session = session
        self._now_s = now_s
        self._domain_s = domain_s
        self._listener = listener
        self._overhears = False  # since the car last woke
        self._plausibility = Plausibility()
        # Diagnostic frames, ours or another tester's, are no sign that the car is awake by itself.
        self._diagnostic: set[tuple[int, bool]] = {FUNCTIONAL_11BIT, FUNCTIONAL_29BIT}
        for link in links:
            self._diagnostic |= {(link.request_id, link.extended), (link.response_id, link.extended)}
        self.counts: Counter[str] = Counter()
        self._followed = State.ASLEEP

    @property
    def state(self) -> State:
        return self.session.state

    def narrow(self, entries: Iterable[str]) -> None:
        """Ask nothing that `entries` name, in the place of what was named so before; settings' own stay."""
        self._guard.narrow(stops(entries))

    def pace(self, wanted: Mapping[str, float]) -> None:
        """Ask sooner for the signals in `wanted` (path: seconds), within what the guard lets go."""
        self._poller.pace(wanted, self._domain_s())

    @property
    def polls(self) -> dict[str, int]:
        """What the poller has counted, and how many readings contradicted the others, by why."""
        doubted = {f"suspicious_{why}": count for why, count in self._plausibility.counts.items()}
        return dict(self._poller.counts) | doubted

    @property
    def verdicts(self) -> dict[str, int]:
        """What the guard has said, by its word."""
        return {verdict.value: count for verdict, count in self._guard.verdicts.items()}

    def turn(self, timeout_s: float) -> list[Told | Heard]:
        """Ask if it is time, listen for up to `timeout_s` real seconds, and return what was learnt."""
        told: list[Told | Heard] = []
        try:
            told += self._ask()
            frame = self._bus.receive(timeout_s)
            for _ in range(FRAMES_AT_ONCE):
                if frame is None:
                    break
                told += self._take(frame)
                frame = self._bus.receive(0.0)
        except BusError as error:
            self.counts["bus_errors"] += 1
            log.warning("bus_error", reason=str(error))
            self.session.bus_lost(self._domain_s())
        if self._listener is not None:
            told += self._judged(self._listener.due(self._domain_s()))
        self._notice(told)
        self._follow()
        return told

    def _notice(self, told: Iterable[Told | Heard]) -> None:
        """Show the session what the car says of itself, asked or not."""
        for fact in (one.what if isinstance(one, Heard) else one for one in told):
            if not isinstance(fact, Reading) or fact.validity is not Validity.VALUE:
                continue
            if abs(fact.value) > RUNNING.get(fact.signal, inf):
                self.session.runs(self._now_s())
            elif fact.signal == AMBIENT_TEMPERATURE.path:
                self.session.temperature(fact.value)
            elif fact.signal == DOOR_LOCKED.path:
                self.session.locked(fact.value > 0.0)

    def _ask(self) -> list[Told]:
        if self.state is State.ASLEEP:
            return []
        now_s, domain_s = self._now_s(), self._domain_s()
        if self.session.doubts(now_s):
            self._poller.hasten(RUNNING, domain_s)
        request, told = self._poller.step(now_s, domain_s)
        if self.state is State.DISCOVERING and not self._poller.discovering:
            self.session.discovered(bool(self._poller.ecus), domain_s)
            return list(told)
        match None if request is None else self._guard.send(request, now_s):
            case Verdict.SENT:
                self._poller.sent(now_s)
                self.session.asked(now_s)
            case Verdict.STOPPED | Verdict.FORBIDDEN:
                self._poller.barred(now_s, domain_s)
            case Verdict.LISTEN_ONLY if self._overhears:
                self.session.discovered(True, domain_s)  # what would be asked for is told unasked
        return list(told)

    def _take(self, frame: CanFrame) -> list[Told | Heard]:
        now_s, domain_s = self._now_s(), self._domain_s()
        self.counts["frames"] += 1
        self._guard.observe(frame, now_s)
        told: list[Told | Heard] = []
        if (frame.can_id, frame.extended) not in self._diagnostic:
            self.session.frame(now_s)
            if self._listener is not None:
                told += self._judged(self._listener.feed(frame, now_s, domain_s))
                self._overhears = self._overhears or bool(told)
        if self.state is State.ASLEEP:
            return told
        flow_control, answers = self._poller.feed(frame, now_s, domain_s)
        if flow_control is not None:
            self._guard.send(flow_control, now_s)
        if self._poller.last_heard_s == now_s:
            self.session.answered(now_s)
        return told + self._judged(answers)

    def _judged(self, told: Iterable[Told | Heard]) -> list[Told | Heard]:
        """Return what was told together, with the readings that contradict the rest made invalid."""
        facts = list(told)
        judged = iter(self._plausibility.judge([one for one in facts if isinstance(one, Reading)], self._domain_s()))
        for place, one in enumerate(facts):
            if isinstance(one, Reading):
                facts[place] = next(judged)
            elif isinstance(one, Heard) and isinstance(one.what, Reading):
                facts[place] = one._replace(what=self._plausibility.judge([one.what], one.at_s)[0])
        return facts

    def _follow(self) -> None:
        """Let guard and poller follow where the session goes."""
        before = self._followed
        state = self._followed = self.session.check(self._now_s(), self._domain_s())
        if state is before:
            return
        if state is State.ASLEEP:
            self._guard.sleep()
            self._overhears = False
        elif before is State.ASLEEP:
            self._poller.restart()
            self._guard.wake()
        log.info("session", state=state.value, reason=self.session.reason, ecus=self._poller.ecus)
