"""The car's own traffic as a sign of life: what counts is that it begins, not that it goes on. Pure; real seconds.

A car that was just switched off goes on talking for minutes, and a car that was asked in its sleep talks because of us.
"""

from math import inf
from typing import Final

FRAMES: Final = 3  # within BEGINNING_S: one stray frame is no traffic
BEGINNING_S: Final = 1.0
QUIET_S: Final = 3.0  # a bus that is awake is never silent for so long
OURS_S: Final = 3.0  # what begins so soon after our request began because of it


class Traffic:
    """Tell it every frame that is no diagnostic one, and when something was asked."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing could be heard for a while: whatever comes next is a beginning."""
        self._frames_s: list[float] = []
        self._since_s = -inf
        self.last_s = -inf
        self._asked_s = -inf
        self._is_old = False
        self.is_ours = False

    def note(self, now_s: float) -> None:
        """A frame came."""
        if now_s - self.last_s >= QUIET_S:
            self._since_s = now_s
            self._frames_s.clear()
            self._is_old = self.is_ours = now_s - self._asked_s <= OURS_S
        self.last_s = now_s
        self._frames_s = [*self._frames_s[1 - FRAMES :], now_s]

    def asked(self, now_s: float) -> None:
        """We put a request on the bus."""
        self._asked_s = now_s

    def grow_old(self, now_s: float) -> None:
        """What is being said now is known, and is no sign of life any more; only the next beginning is."""
        self._is_old = now_s - self.last_s < QUIET_S
        self._frames_s.clear()
        self._since_s = now_s

    def drop_past(self, now_s: float) -> None:
        """Traffic that is over is forgotten: what matters from now on is whether there is any, and then its end."""
        if not self.flows(now_s):
            self._frames_s.clear()

    def flows(self, now_s: float) -> bool:
        """Say whether the bus is talking."""
        return len(self._frames_s) == FRAMES and now_s - self.last_s < QUIET_S

    def ended(self, now_s: float) -> bool:
        """Say whether the bus talked and then fell silent."""
        return len(self._frames_s) == FRAMES and now_s - self.last_s >= QUIET_S

    def began(self, now_s: float) -> bool:
        """Say whether the car has begun to talk by itself."""
        is_dense = len(self._frames_s) == FRAMES and now_s - self._frames_s[0] <= BEGINNING_S
        return is_dense and not self._is_old

    def lasts(self, now_s: float, dwell_s: float) -> bool:
        """Say whether it has been talking for so long without a break, whatever began it."""
        return self.flows(now_s) and now_s - self._since_s >= dwell_s
