"""Word to systemd (sd_notify(3)): that the agent is ready, that its loop still turns, that it leaves."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

READY: Final = b"READY=1"
ALIVE: Final = b"WATCHDOG=1"
STOPPING: Final = b"STOPPING=1"


class ServiceManager:
    """Speaks where `environment` says that somebody listens, and is silent elsewhere.

    `alive` is to be called from the loop itself, every turn: it speaks three times in the time that the watchdog gives.
    """

    def __init__(
        self, environment: Mapping[str, str] = os.environ, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._now_s = now_s
        self._every_s = _period_s(environment)
        self._due_s = float("-inf")

    def ready(self) -> None:
        self._say(READY)

    def alive(self) -> None:
        if self._every_s is not None and self._now_s() >= self._due_s:
            self._due_s = self._now_s() + self._every_s
            self._say(ALIVE)

    def stopping(self) -> None:
        self._say(STOPPING)

    def _say(self, word: bytes) -> None:
        if not self._address:
            return
        # A leading @ is systemd's spelling of Linux' abstract namespace.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(word, address)


def _period_s(environment: Mapping[str, str]) -> float | None:
    """Return how often the watchdog is to be told, None when there is none for this process."""
    text, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not text.isdecimal() or (pid and pid != str(os.getpid())):
        return None
    return int(text) / 3e6 if int(text) else None
