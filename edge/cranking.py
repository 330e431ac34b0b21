"""The lowest supply during a start: captured where it is read a hundred times a second, or only met by polling. Pure.

A starter pulls a good battery down to ten volts for a few hundred milliseconds; one reading a second rarely meets it.
"""

from collections import deque
from itertools import pairwise
from typing import Final, NamedTuple

from edge.levels import Levels

BEFORE_S: Final = 1.5  # kept from before the dip
AFTER_S: Final = 1.5
DIP_V: Final = 1.0  # so far below the level just before it
CAPTURE_HZ: Final = 100.0
LONGEST_GAP_S: Final = 0.03  # real: in a capture no two readings lie further apart
POLLED_BEFORE_S: Final = 5.0  # where there is no fast reading, how old the level before may be
_STARTS_BELOW_V: Final = 11.8  # a charged supply that drops to a resting one is no start


class Cranking(NamedTuple):
    """One start: the lowest supply in volts, and whether the whole of it was captured."""

    low_v: float
    is_captured: bool


class CrankWatch:
    """Tell it every reading in order; it says when a start is over. `at_s` is real monotonic time."""

    def __init__(self) -> None:
        self._ring: deque[tuple[float, float]] = deque(maxlen=4_096)
        self._dip_s: float | None = None

    def read(self, at_s: float, voltage_v: float, levels: Levels) -> Cranking | None:
        """Take one reading and return the start that ended with it, if one did."""
        keep_s = BEFORE_S if self._is_dense() else POLLED_BEFORE_S
        while self._dip_s is None and self._ring and at_s - self._ring[0][0] > keep_s:
            self._ring.popleft()
        if self._dip_s is None and self._is_dip(voltage_v, levels):
            self._dip_s = at_s
        self._ring.append((at_s, voltage_v))
        if self._dip_s is None or at_s - self._dip_s < AFTER_S:
            return None
        cranking = Cranking(min(volts for _, volts in self._ring), self._is_capture(self._dip_s))
        self._dip_s = None
        self._ring.clear()
        self._ring.append((at_s, voltage_v))
        return cranking

    def _is_dip(self, voltage_v: float, levels: Levels) -> bool:
        before_v = max((volts for _, volts in self._ring), default=voltage_v)
        is_low = voltage_v < levels.factor * _STARTS_BELOW_V
        return is_low and voltage_v <= before_v - levels.factor * DIP_V

    def _is_dense(self) -> bool:
        return len(self._ring) > 1 and self._ring[-1][0] - self._ring[-2][0] <= LONGEST_GAP_S

    def _is_capture(self, dip_s: float) -> bool:
        """Say whether the three seconds around the dip were read often enough to have met its lowest point."""
        times = [at_s for at_s, _ in self._ring]
        spans = times[0] <= dip_s - BEFORE_S + LONGEST_GAP_S
        gaps = [after - before for before, after in pairwise(times)]
        is_even = max(gaps, default=LONGEST_GAP_S + 1.0) <= LONGEST_GAP_S
        return spans and is_even and len(gaps) >= CAPTURE_HZ * (times[-1] - times[0])
