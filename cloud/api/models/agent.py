"""How the agent in a car fares, as it said itself."""

from datetime import datetime

from cloud.api.models.base import Model


class ConfigOutcome(Model):
    """What became of the last configuration that came; `revision` is null when it could not even be read."""

    revision: int | None
    taken: bool
    reason: str


class AgentHealth(Model):
    """Null is "not measured" everywhere; counts are since the agent's start, `polls` and `verdicts` by name."""

    as_of: datetime
    age_s: float
    uptime_s: float
    starts: int
    waiting: int
    waiting_bytes: int
    lag_s: float | None
    rejected: int
    unsealed: int
    frames: int
    bus_errors: int
    polls: dict[str, int]
    verdicts: dict[str, int]
    takeovers: int
    cpu_degc: float | None
    disk_free_bytes: int | None
    disk_written_bytes: int | None
    disk_life_used_pct: float | None
    config: ConfigOutcome | None
