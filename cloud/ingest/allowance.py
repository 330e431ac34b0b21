"""How much one vehicle may send before the others come first: a token bucket each. Pure."""

from typing import Final

FORGET_ABOVE: Final = 100_000


class Allowance:
    """Messages a vehicle may have handled: `burst` at once, `rate_per_s` a real second in the long run."""

    def __init__(self, rate_per_s: float, burst: float) -> None:
        """Start with every bucket full."""
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._left: dict[str, tuple[float, float]] = {}

    def admits(self, vehicle: str, real_s: float) -> bool:
        """Take one message of `vehicle` into account at monotonic time `real_s`; False when it is over its share."""
        left, since_s = self._left.get(vehicle, (self._burst, real_s))
        left = min(self._burst, left + (real_s - since_s) * self._rate_per_s)
        admitted = left >= 1.0
        if len(self._left) > FORGET_ABOVE:
            self._left.clear()
        self._left[vehicle] = (left - 1.0 if admitted else left, real_s)
        return admitted
