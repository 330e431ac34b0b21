"""Waiting for what must come true, never for time to pass."""

import time
from collections.abc import Callable
from threading import Event
from typing import Final, TypeVar

DEADLINE_S: Final = 20.0
LOOK_S: Final = 0.01

_Found = TypeVar("_Found")


def until(look: Callable[[], _Found], *, within_s: float = DEADLINE_S, what: str = "it") -> _Found:
    """Return what `look` finds as soon as that is true; fail when it has not come true in time."""
    deadline_s = time.monotonic() + within_s
    pause = Event()
    while not (found := look()):
        assert time.monotonic() < deadline_s, f"{what} did not come true within {within_s} s"
        pause.wait(LOOK_S)
    return found
