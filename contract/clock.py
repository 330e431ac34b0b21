"""What a clock is here, and the arithmetic of a scaled one; reading the machine's clock is the adapters' work.

Domain time is what samples, rest, dwell, freshness, offers, ETA and lead time are measured in. Time-outs of CAN, MQTT,
HTTP and TLS and the guard's request rate stay in real time.
"""

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from contract.errors import ContractError

MAX_FACTOR: Final = 1e6

_SCALED: Final = re.compile(r"scaled:(?P<factor>\d+(?:\.\d+)?)@(?P<epoch>\S+)")


class Clock(Protocol):
    """Domain time: seconds since the Unix epoch, and seconds that only ever grow while this process lives."""

    def wall_s(self) -> float: ...

    def mono_s(self) -> float: ...

    def real_s(self, domain_s: float) -> float:
        """Return how many real seconds `domain_s` domain seconds last."""


class Scale(NamedTuple):
    """Domain time runs `factor` times real time and agrees with it at `epoch_s`."""

    factor: float
    epoch_s: float

    def domain_s(self, real_wall_s: float) -> float:
        """Return the domain's Unix time at the real Unix time `real_wall_s`."""
        return self.epoch_s + (real_wall_s - self.epoch_s) * self.factor


REAL: Final = Scale(1.0, 0.0)


def parse_scale(spec: str) -> Scale:
    """Return the scale that `spec` names: `real`, or `scaled:FACTOR@EPOCH` with EPOCH in ISO 8601 and an offset."""
    if spec == "real":
        return REAL
    match = _SCALED.fullmatch(spec)
    if match is None:
        raise ContractError(
            f"clock {spec[:80]!r} must be 'real' or 'scaled:FACTOR@EPOCH', e.g. scaled:240@2026-01-15T08:00:00Z"
        )
    try:
        epoch = datetime.fromisoformat(match["epoch"])
        factor = float(match["factor"])
        epoch_s = epoch.astimezone(UTC).timestamp()
    except (ValueError, OverflowError) as error:
        raise ContractError(f"clock {spec[:80]!r}: {error}") from error
    if epoch.tzinfo is None or not 0.0 < factor <= MAX_FACTOR:
        raise ContractError(
            f"clock {spec[:80]!r}: the epoch needs an offset such as Z, the factor must be within 0..{MAX_FACTOR:g}"
        )
    return Scale(factor, epoch_s)
