"""What to ask next: the longest overdue first, so that under a scarce bus everything still gets its turn.

Cadence is domain time. A task that nobody answers is asked ten times less often; an ECU that has never said anything
is most likely not there and is tried ever more rarely; what was refused is not asked again in this ignition cycle.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Final

from edge.obd.addressing import Functional, Link
from edge.obd.services import current_data
from edge.obd.signalset import Command

MISSES_BEFORE_BACK_OFF: Final = 5
BACK_OFF: Final = 10.0
FIRST_SILENCE_S: Final = 60.0
SILENCE_GROWTH: Final = 4.0
LONGEST_SILENCE_S: Final = 3_600.0
ASK_AGAIN_S: Final = 5.0
HOLD_S: Final = 1.0  # real; a late answer to a request that was given up must not pass for the answer to the next


@dataclass(slots=True, eq=False)
class Task:
    """One thing asked again and again: of one ECU by a signal set's command, or of everybody."""

    target: Link | Functional
    request: bytes
    period_s: float
    due_s: float
    command: Command | None = None
    once: bool = False  # its first answer is enough
    alone: bool = False  # the ECU does not take it together with others
    refused: bool = False
    misses: int = 0
    busy: int = 0
    not_before_s: float = -inf  # real

    @property
    def _can_share(self) -> bool:
        return self.request[0] == current_data.SID and isinstance(self.target, Link) and not self.alone

    def shares_with(self, other: "Task") -> bool:
        """Say whether both fit into one request."""
        return self._can_share and other._can_share and self.target == other.target


class Agenda:
    """The tasks of one ignition cycle."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self._heard: set[Link | Functional] = set()
        self._silences: dict[Link | Functional, int] = {}

    def add(self, tasks: Iterable[Task]) -> None:
        """Take on what is not asked yet; what is keeps its history."""
        known = {(task.target, task.request) for task in self.tasks}
        self.tasks += [task for task in tasks if (task.target, task.request) not in known]

    def pace(self, wanted: Mapping[str, float], domain_s: float) -> None:
        """Ask for the signals in `wanted` every so many seconds, where their set would ask more rarely."""
        for task in self.tasks:
            if task.command is None or task.once:
                continue
            base_s = task.command.period_s
            period_s = min((wanted.get(field.signal.path, base_s) for field in task.command.fields), default=base_s)
            period_s = min(period_s, base_s)
            if period_s < task.period_s and task.misses == 0:
                task.due_s = min(task.due_s, domain_s + period_s)
            task.period_s = period_s

    def ask_once(self, target: Link | Functional, request: bytes, domain_s: float) -> None:
        """Ask at `domain_s`, and every few seconds again until it is answered or dropped; not what was refused."""
        self.add([Task(target, request, ASK_AGAIN_S, domain_s, once=True)])
        self.soon(target, request, domain_s)

    def soon(self, target: Link | Functional, request: bytes, domain_s: float) -> None:
        """Ask what is on the agenda already at `domain_s`, if it was not due before."""
        for task in self._of(target, request):
            task.due_s = min(task.due_s, domain_s)

    def drop(self, target: Link | Functional, request: bytes) -> None:
        """Ask this no more."""
        self.tasks = [task for task in self.tasks if (task.target, task.request) != (target, request)]

    def is_refused(self, target: Link | Functional, request: bytes) -> bool:
        """Say whether the ECU refused this; asking again in this ignition cycle would not help."""
        return any(task.refused for task in self._of(target, request))

    def due(self, domain_s: float, now_s: float) -> list[Task]:
        """Return what to ask now in one request: the longest overdue, and what else fits with it and is due."""
        ready = [t for t in self.tasks if not t.refused and t.due_s <= domain_s and t.not_before_s <= now_s]
        if not ready:
            return []
        ready.sort(key=lambda task: task.due_s)
        first = ready[0]
        return [first, *(t for t in ready[1:] if t.shares_with(first))][: current_data.MAX_PIDS]

    def hasten(self, paths: Container[str], domain_s: float) -> None:
        """Make what reads one of `paths` due now."""
        for task in self.tasks:
            if task.command is not None and any(field.signal.path in paths for field in task.command.fields):
                task.due_s = min(task.due_s, domain_s)

    def heard(self, target: Link | Functional) -> None:
        """Something answered at `target`, whatever it said."""
        self._heard.add(target)

    def answered(self, task: Task, domain_s: float) -> None:
        """`task` got its answer."""
        task.misses = task.busy = 0
        task.due_s = inf if task.once else domain_s + task.period_s

    def missed(self, task: Task, domain_s: float, now_s: float) -> None:
        """Nobody answered `task`, or not with what was asked."""
        task.misses += 1
        task.not_before_s = now_s + HOLD_S
        if task.target in self._heard:
            backed_off = task.misses >= MISSES_BEFORE_BACK_OFF
            task.due_s = domain_s + task.period_s * (BACK_OFF if backed_off else 1.0)
            return
        silences = self._silences[task.target] = self._silences.get(task.target, -1) + 1
        wait_s = min(FIRST_SILENCE_S * SILENCE_GROWTH**silences, LONGEST_SILENCE_S)
        for other in self.tasks:
            if other.target == task.target:
                other.due_s = domain_s + max(wait_s, other.period_s)

    def _of(self, target: Link | Functional, request: bytes) -> list[Task]:
        return [task for task in self.tasks if task.target == target and task.request == request]
