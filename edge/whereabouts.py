"""When the car says where it is: once for each job that was granted the point, or along the way where that was granted.

Pure, but for asking the position port when there is something to say.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import structlog

from contract.messages import ClockQuality, Config, Position, PositionGrant
from edge import consent
from edge.ports import Fix

MAX_GRANTS: Final = 64

log = structlog.get_logger()


class Said(NamedTuple):
    """A position, and the job it is for; without a job it is one point of the way."""

    position: Position
    job: str


class Whereabouts:
    """Holds the last good `Config`; a later one replaces it whole."""

    def __init__(self, fix: Callable[[], Fix | None]) -> None:
        self._fix = fix
        self._config: Config | None = None
        self._told: set[PositionGrant] = set()

    def configure(self, config: Config) -> bool:
        """Take `config` if it is newer and sensible, and say whether it was taken."""
        if self._config is not None and config.revision <= self._config.revision:
            return False
        if len(config.grants) > MAX_GRANTS:
            log.warning("config_refused", revision=config.revision, reason=f"more than {MAX_GRANTS} grants")
            return False
        self._config = config
        self._told &= set(config.grants)
        return True

    def for_jobs(self, wall_ms: int, quality: ClockQuality) -> list[Said]:
        """Return the point for every job that may have it and has not had it yet."""
        waiting = [grant for grant in self._running(wall_ms, quality) if grant.job and grant not in self._told]
        fix = self._fix() if waiting else None
        if fix is None:
            return []
        self._told |= set(waiting)
        said = ((consent.position(fix, grant), grant.job) for grant in waiting)
        return [Said(position, job) for position, job in said if position is not None]

    def along_the_way(self, wall_ms: int, quality: ClockQuality) -> Said | None:
        """Return the point for the fleet's own record, where somebody granted that without a job."""
        grant = consent.finest(grant for grant in self._running(wall_ms, quality) if not grant.job)
        fix = self._fix() if grant is not None else None
        if grant is None or fix is None:
            return None
        position = consent.position(fix, grant)
        return None if position is None else Said(position, "")

    def _running(self, wall_ms: int, quality: ClockQuality) -> tuple[PositionGrant, ...]:
        return consent.running(self._config, wall_ms, quality)
