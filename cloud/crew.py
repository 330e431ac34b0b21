"""Running several parts in one process: a thread each, one sign to stop, and no part that dies in silence."""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread
from types import FrameType
from typing import Final

import structlog

STOP_S: Final = 4.0
LOOK_S: Final = 0.1


class Crew:
    """The threads of a process. When one fails, all are asked to stop, and the process says so and fails."""

    def __init__(self) -> None:
        """Nobody works yet."""
        self.stop = Event()
        self.closing = ExitStack()
        self._threads: list[Thread] = []
        self._failed: list[str] = []
        self._told = False

    def sign_on(self, name: str, work: Callable[[Event], None]) -> None:
        """Start `work`, which must return soon after the event that it is given is set."""
        thread = Thread(target=self._work, args=(name, work), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait_for_the_end(self) -> int:
        """Wait for SIGINT, SIGTERM or a failure; stop everything; return the exit status."""
        while not self._told and not self.stop.wait(LOOK_S):
            pass
        return self.end()

    def end(self) -> int:
        """Stop every thread, then close what they stood on, last opened first; return the exit status."""
        self.stop.set()
        deadline_s = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        lingering = [thread.name for thread in self._threads if thread.is_alive()]
        if lingering:
            structlog.get_logger().error("parts_did_not_stop", parts=",".join(lingering))
        self.closing.close()
        return 1 if self._failed or lingering else 0

    def listen_to_signals(self) -> None:
        """Take SIGINT and SIGTERM as the sign to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told_to_stop)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        # Nothing but a note: this runs in the middle of whatever the main thread does, and setting an event there
        # would wait for a lock that the main thread itself may hold.
        self._told = True

    def _work(self, name: str, work: Callable[[Event], None]) -> None:
        try:
            work(self.stop)
        except Exception:
            self._failed.append(name)
            structlog.get_logger().exception("part_failed", part=name)
            self.stop.set()
            raise
