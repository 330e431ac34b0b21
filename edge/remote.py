"""What the cloud wants of the agent: taken whole or refused whole, the last good one kept. Pure but for its store."""

from collections.abc import Container, Sequence
from typing import Final, Protocol

import msgspec
import structlog

from contract.configuration import MOST_STOPS
from contract.messages import Campaign, Config, ConfigOutcome
from edge import campaign_rules
from edge.errors import ConfigError, SpoolError
from edge.ports import Unreadable

MOST_GRANTS: Final = 64
MOST_RELEASES: Final = 64
REASON_LENGTH: Final = 200

log = structlog.get_logger()


class ConfigStore(Protocol):
    """Where the last good configuration outlives a power cut."""

    def load(self) -> Config | None:
        """Return it, or None where there is none or nothing readable."""

    def save(self, config: Config) -> None:
        """Keep `config` whole in the place of the one before, or raise `SpoolError` and keep that."""


class Remote:
    """`asked` are the signals that the car is asked for; `local` the owner's campaigns, which the cloud's add to."""

    def __init__(self, store: ConfigStore, asked: Container[str], local: Sequence[Campaign]) -> None:
        self._store = store
        self._asked = asked
        self._local = local
        self._revision = -1
        self._is_restored = False
        self.outcome: ConfigOutcome | None = None

    def restore(self) -> Config | None:
        """Return what held before the restart, without its grants: nobody knows whether those were withdrawn since."""
        kept = self._store.load()
        if kept is None:
            return None
        kept = msgspec.structs.replace(kept, grants=(), releases=())
        try:
            self._check(kept)
        except ConfigError as error:  # the owner's settings have changed
            log.warning("config_not_restored", revision=kept.revision, reason=str(error))
            return None
        self._revision, self._is_restored = kept.revision, True
        return kept

    def take(self, heard: Config | Unreadable) -> Config | None:
        """Return the configuration if it is to hold from now on; `outcome` says what became of it."""
        if isinstance(heard, Unreadable):
            self._refuse(None, heard.reason)
            return None
        if heard.revision < self._revision:
            self._refuse(heard.revision, f"revision {self._revision} holds already, and a later one never goes back")
            return None
        if heard.revision == self._revision and not self._is_restored:
            return None  # retained, and heard again with every connection
        try:
            self._check(heard)
        except ConfigError as error:
            self._refuse(heard.revision, str(error))
            return None
        self._revision, self._is_restored = heard.revision, False
        reason = ""
        try:
            self._store.save(heard)
        except SpoolError as error:
            reason = f"not kept over a restart: {error}"[:REASON_LENGTH]
        self.outcome = ConfigOutcome(revision=heard.revision, taken=True, reason=reason)
        log.info("config", revision=heard.revision, taken=True, reason=reason)
        return heard

    def _check(self, config: Config) -> None:
        for what, count, most in (
            ("grants", len(config.grants), MOST_GRANTS),
            ("stops", len(config.stop), MOST_STOPS),
            ("releases", len(config.releases), MOST_RELEASES),
        ):
            if count > most:
                raise ConfigError(f"{count} {what}; at most {most} fit")
        campaign_rules.check(self._local, config.campaigns, self._asked)

    def _refuse(self, revision: int | None, reason: str) -> None:
        self.outcome = ConfigOutcome(revision=revision, taken=False, reason=reason[:REASON_LENGTH])
        log.warning("config_refused", revision=revision, reason=reason[:REASON_LENGTH])
