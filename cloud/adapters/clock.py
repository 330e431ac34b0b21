"""Domain time read off the machine's own clocks."""

import time

from contract.clock import Scale, parse_scale


class ScaledClock:
    """The clock that a spec such as `real` or `scaled:240@2026-01-15T08:00:00Z` names."""

    def __init__(self, scale: Scale) -> None:
        """Take `scale`; reading starts with each call."""
        self._scale = scale

    def wall_s(self) -> float:
        """Return domain seconds since the Unix epoch."""
        return self._scale.domain_s(time.time())

    def mono_s(self) -> float:
        """Return domain seconds that only grow."""
        return time.monotonic() * self._scale.factor

    def real_s(self, domain_s: float) -> float:
        """Return how many real seconds `domain_s` domain seconds last."""
        return domain_s / self._scale.factor


def clock_of(spec: str) -> ScaledClock:
    """Return the clock that `spec` names; raise `ContractError` when it names none."""
    return ScaledClock(parse_scale(spec))
