"""Was the car watched while it rested? What was not watched is no quiet night, and is told as such. Pure."""

from typing import Final

SHORTEST_REST_S: Final = 3_600.0  # domain; a stop at the shop is no night
LONGEST_GAP_S: Final = 900.0  # domain: between two readings of the supply


class NightWatch:
    """Tell it every reading; it says at the end of a rest whether the supply was watched all through it."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._read_s = 0.0
        self._is_whole = False
        self._is_first = True

    def read(self, voltage_v: float | None, domain_s: float, *, is_asleep: bool) -> bool | None:
        """Take one reading, None where nothing was measured; None comes back where no rest has ended.

        The rest before the first waking began before anybody watched.
        """
        if not is_asleep:
            return self._end(domain_s)
        if self._since_s is None:
            self._since_s = self._read_s = domain_s
            self._is_whole = True
        self._is_whole = self._is_whole and domain_s - self._read_s <= LONGEST_GAP_S
        if voltage_v is not None:
            self._read_s = domain_s
        return None

    def _end(self, domain_s: float) -> bool | None:
        since_s, self._since_s = self._since_s, None
        is_first, self._is_first = self._is_first, False
        if is_first:
            return False
        if since_s is None or domain_s - since_s < SHORTEST_REST_S:
            return None
        return self._is_whole and domain_s - self._read_s <= LONGEST_GAP_S
