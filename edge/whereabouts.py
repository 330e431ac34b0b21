"""When the car says where it is: once for each job that was granted the point, or along the way where that was granted.

Pure, but for asking the position port when there is something to say.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import structlog

from contract.messages import ClockQuality, Config, Position, PositionGrant, Precision, Release
from contract.release import is_genuine
from edge import consent
from edge.ports import Fix

MAX_GRANTS: Final = 64
LONGEST_RELEASE_MS: Final = 48 * 3_600_000  # no signature holds for longer, whatever it says

log = structlog.get_logger()


class Said(NamedTuple):
    """A position, and the job it is for; without a job it is one point of the way."""

    position: Position
    job: str


class Limits(NamedTuple):
    """What the owner agreed to: `precision` for any grant, `ceiling` for a job's release signed with `key`."""

    vehicle: str = ""
    precision: Precision = "exact"
    ceiling: Precision = "exact"
    key: bytes = b""


ANYTHING: Final = Limits()  # the cloud's grants alone decide


class Whereabouts:
    """Holds the last good `Config`; a later one replaces it whole.

    `used` are the nonces of releases that were used, with the time (wall, ms) after which they are no good anyway;
    `keep_used` makes them outlive a restart, and says whether they will.
    """

    def __init__(
        self,
        fix: Callable[[], Fix | None],
        limits: Limits = ANYTHING,
        used: dict[str, int] | None = None,
        keep_used: Callable[[], bool] = lambda: True,
    ) -> None:
        self._fix = fix
        self._limits = limits
        self._used = {} if used is None else used
        self._keep_used = keep_used
        self._config: Config | None = None
        self._told: dict[PositionGrant, int] = {}

    def configure(self, config: Config) -> bool:
        """Take `config` if it is newer and sensible, and say whether it was taken."""
        if self._config is not None and config.revision <= self._config.revision:
            return False
        if len(config.grants) > MAX_GRANTS:
            log.warning("config_refused", revision=config.revision, reason=f"more than {MAX_GRANTS} grants")
            return False
        self._config = config
        self._told = {grant: told for grant, told in self._told.items() if grant in config.grants}
        return True

    def for_jobs(self, wall_ms: int, quality: ClockQuality) -> list[Said]:
        """Return the point for every job that may have it, and has not had it as finely yet."""
        owed: list[tuple[PositionGrant, Precision, Release | None]] = []
        for grant in self._running(wall_ms, quality):
            release = self._release(grant, wall_ms) if grant.job else None
            limit = self._limits.precision if release is None else self._limits.ceiling
            precision = consent.coarser(grant.precision, limit)
            if grant.job and consent.rank(precision) > self._told.get(grant, 0):
                owed.append((grant, precision, release))
        fix = self._fix() if owed else None
        return [] if fix is None else [said for one in owed if (said := self._say(fix, *one)) is not None]

    def along_the_way(self, wall_ms: int, quality: ClockQuality) -> Said | None:
        """Return the point for the fleet's own record, where somebody granted that without a job."""
        grant = consent.finest(grant for grant in self._running(wall_ms, quality) if not grant.job)
        precision: Precision = "none" if grant is None else consent.coarser(grant.precision, self._limits.precision)
        fix = self._fix() if precision != "none" else None
        position = None if fix is None else consent.position(fix, precision)
        return None if position is None else Said(position, "")

    def _say(self, fix: Fix, grant: PositionGrant, precision: Precision, release: Release | None) -> Said | None:
        if release is not None:
            # Before the point leaves: a release that was used twice would be worse than one that was lost.
            self._used[release.nonce] = release.until_ms
            if not self._keep_used():
                del self._used[release.nonce]
                return None
            log.info("position_released", job=grant.job, precision=precision)
        self._told[grant] = consent.rank(precision)
        position = consent.position(fix, precision)
        return None if position is None else Said(position, grant.job)

    def _release(self, grant: PositionGrant, wall_ms: int) -> Release | None:
        """Return the release that raises `grant` beyond the everyday precision, if there is one to be used."""
        limits = self._limits
        if not limits.key or self._config is None or consent.rank(grant.precision) <= consent.rank(limits.precision):
            return None
        for nonce in [nonce for nonce, until_ms in self._used.items() if wall_ms >= until_ms]:
            del self._used[nonce]
        for release in self._config.releases:
            if release.job != grant.job or release.nonce in self._used:
                continue
            if not wall_ms < release.until_ms <= wall_ms + LONGEST_RELEASE_MS:
                continue
            if is_genuine(limits.key, limits.vehicle, release):
                return release
            log.warning("release_refused", job=release.job, reason="it is not signed with this car's key")
        return None

    def _running(self, wall_ms: int, quality: ClockQuality) -> tuple[PositionGrant, ...]:
        return consent.running(self._config, wall_ms, quality)
