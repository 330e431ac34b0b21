"""How long to wait before connecting again: full jitter under a growing ceiling, to spare the broker."""

from collections.abc import Callable
from typing import Final

STABLE_S: Final = 60.0  # real; a link that fell sooner than this has proven nothing
FIRST_S: Final = 0.25
CAP_S: Final = 300.0
LOOPBACK_CAP_S: Final = 1.0  # nobody else is behind a loopback address, so nobody needs to be spared


class Backoff:
    """The ceiling doubles with every failure and falls back only after a link that held for `STABLE_S`."""

    def __init__(self, uniform: Callable[[float, float], float], *, cap_s: float = CAP_S) -> None:
        self._uniform = uniform
        self._cap_s = cap_s
        self._ceiling_s = FIRST_S

    def failed(self, link_held_s: float, at_least_s: float = 0.0) -> float:
        """Return how many real seconds to wait; the link that failed was up `link_held_s`, 0 for not at all.

        `at_least_s` is what the broker's reason asks for; the jitter comes on top, so that a fleet does not come back
        as one.
        """
        if link_held_s >= STABLE_S:
            self._ceiling_s = FIRST_S
        wait_s = at_least_s + self._uniform(0.0, min(self._ceiling_s, self._cap_s))
        self._ceiling_s = min(self._ceiling_s * 2.0, self._cap_s)
        return wait_s
