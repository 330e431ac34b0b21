"""The dongle's own supply wire: an ADC as the Linux IIO subsystem shows it, one text file of millivolts."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Final

import structlog

MAX_V: Final = 100.0  # beyond it the wire is not what it is thought to be
FAST_S: Final = 0.005  # twice as often as a start asks for, because a busy host is late now and then
KEPT: Final = 4_096

log = structlog.get_logger()


class IioSupply:
    """A `Supply` that reads the file at `path` anew each time; an outage is logged once, and its end too."""

    is_fast = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_out = False

    def voltage_v(self) -> float | None:
        try:
            voltage_v, reason = _volts(self._path.read_bytes()[:64]), ""
        except (OSError, ValueError) as error:
            voltage_v, reason = 0.0, str(error)
        if bool(reason) != self._is_out:
            self._is_out = bool(reason)
            log.warning("supply_out" if reason else "supply_back", path=str(self._path), reason=reason)
        return None if reason else voltage_v

    def recent(self) -> list[tuple[float, float]]:
        return []

    def close(self) -> None:
        """Nothing is open between two readings."""


class FastIioSupply(IioSupply):
    """The same wire, read two hundred times a second by a thread of its own, for what lasts less than a second.

    Only where the converter and the host can do that: it costs processor time while the car is parked, too.
    """

    is_fast = True

    def __init__(self, path: Path, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(path)
        self._now_s = now_s
        self._read: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._closing = Event()
        self._thread = Thread(target=self._follow, name="supply", daemon=True)
        self._thread.start()

    def recent(self) -> list[tuple[float, float]]:
        return [self._read.popleft() for _ in range(len(self._read))]

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._closing.wait(FAST_S):
            try:
                self._read.append((self._now_s(), _volts(self._path.read_bytes()[:64])))
            except (OSError, ValueError):
                continue  # `voltage_v` tells of it


def _volts(text: bytes) -> float:
    """Return the volts in `text`, millivolts as IIO writes them, or raise `ValueError`."""
    voltage_v = float(text) / 1000.0
    if not 0.0 <= voltage_v <= MAX_V:
        raise ValueError(f"{voltage_v} V is no supply voltage")
    return voltage_v
