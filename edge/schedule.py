"""What the agent itself does again and again, in domain seconds: pure. The ECUs have their own list, `obd.agenda`."""

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Task = TypeVar("Task", bound=Hashable)

NEVER_S: Final = float("inf")


class Schedule(Generic[Task]):
    """Tasks with periods; what is overdue comes in order of lateness, counted in periods."""

    def __init__(self) -> None:
        self._period_s: dict[Task, float] = {}
        self._due_s: dict[Task, float] = {}

    def every(self, task: Task, period_s: float, now_s: float) -> None:
        """Do `task` every `period_s`, first now; a task that is there already keeps its pace but comes no later."""
        if task not in self._period_s:
            self._due_s[task] = now_s
        elif period_s < self._period_s[task]:
            self._due_s[task] = min(self._due_s[task], now_s + period_s)
        self._period_s[task] = period_s

    def soon(self, task: Task, now_s: float) -> None:
        """Do `task` at the next occasion."""
        self._due_s[task] = min(self._due_s[task], now_s)

    def drop(self, task: Task) -> None:
        """Do `task` no more."""
        self._period_s.pop(task, None)
        self._due_s.pop(task, None)

    def due(self, now_s: float) -> list[Task]:
        """Return the tasks that are due, the latest first; each is due again one period from now."""
        late = {task: (now_s - due_s) / self._period_s[task] for task, due_s in self._due_s.items() if now_s >= due_s}
        for task in late:
            self._due_s[task] = now_s + self._period_s[task]
        return sorted(late, key=lambda task: -late[task])

    def next_s(self) -> float:
        """Return when the next task is due."""
        return min(self._due_s.values(), default=NEVER_S)
