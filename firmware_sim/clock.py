"""Domain time of the simulated world: `real`, or `scaled:FACTOR@EPOCH`."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from firmware_sim.errors import UsageError

_SPEC: Final = re.compile(r"scaled:(?P<factor>[0-9]+(?:\.[0-9]+)?)@(?P<epoch>.+)")


@dataclass(frozen=True)
class DomainClock:
    """Unix seconds that run `factor` times as fast as real ones and agree with them at `epoch_s`."""

    factor: float = 1.0
    epoch_s: float = 0.0
    read_s: Callable[[], float] = time.time

    def now_s(self) -> float:
        """Return domain Unix seconds."""
        return self.epoch_s + (self.read_s() - self.epoch_s) * self.factor

    def real_s(self, domain_s: float) -> float:
        """Return how many real seconds `domain_s` domain seconds last."""
        return domain_s / self.factor


def parse_clock(spec: str) -> DomainClock:
    """Return the clock that `spec` names, or raise `UsageError`."""
    if spec == "real":
        return DomainClock()
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise UsageError(f"--clock {spec!r}: write real, or scaled:FACTOR@EPOCH as in scaled:240@2026-01-15T08:00:00Z")
    try:
        epoch = datetime.fromisoformat(match["epoch"])
    except ValueError as error:
        raise UsageError(f"--clock {spec!r}: {error}; write the epoch as in 2026-01-15T08:00:00Z") from error
    factor = float(match["factor"])
    if epoch.tzinfo is None or factor <= 0.0:
        raise UsageError(f"--clock {spec!r}: end the epoch in Z or an offset, and give a factor above zero")
    return DomainClock(factor, epoch.timestamp())
