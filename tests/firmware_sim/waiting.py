"""Waiting for something to become true, with a deadline."""

import threading
import time
from collections.abc import Callable


def until(happened: Callable[[], bool], timeout_s: float = 20.0) -> bool:
    """Return whether `happened` came true before the deadline."""
    pause, end_s = threading.Event(), time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > end_s:
            return False
        pause.wait(0.02)
    return True
