"""What the cloud and the owner want collected, and word of how the agent fares: the agent's one partner for both."""

from collections.abc import Callable, Iterable

from contract.columns import Sample
from contract.messages import Config, ConfigOutcome
from edge.campaign import Campaigns, Kept
from edge.ports import Unreadable
from edge.remote import Remote


class Forgetful:
    """A `ConfigStore` for those who keep nothing."""

    def load(self) -> Config | None:
        return None

    def save(self, config: Config) -> None:
        """Nothing is kept."""


class Guidance:
    """`report` tells how the agent fares; times are `domain_s` monotonic and `wall_ms` of the domain."""

    def __init__(self, remote: Remote, campaigns: Campaigns, report: Callable[[], None]) -> None:
        self._remote = remote
        self._campaigns = campaigns
        self._told: ConfigOutcome | None = None
        self.report = report

    def restore(self) -> Config | None:
        """Return what the cloud wanted before the restart, and go on collecting for it."""
        return self._holding(self._remote.restore())

    def hear(self, heard: Config | Unreadable) -> Config | None:
        """Return the configuration if it is to hold now; the cloud is told what became of it."""
        config = self._holding(self._remote.take(heard))
        if self._remote.outcome != self._told:
            self._told = self._remote.outcome
            self.report()
        return config

    def paces(self, domain_s: float, wall_ms: int) -> dict[str, float]:
        """See `Campaigns.paces`."""
        return self._campaigns.paces(domain_s, wall_ms)

    def note(self, domain_s: float, *, is_awake: bool, starter_turns: bool) -> list[Kept]:
        """See `Campaigns.note`."""
        return self._campaigns.note(domain_s, is_awake=is_awake, starter_turns=starter_turns)

    def codes(self, found: Iterable[tuple[str, str]], domain_s: float) -> list[Kept]:
        """See `Campaigns.codes`."""
        return self._campaigns.codes(found, domain_s)

    def take(self, signal: str, ecu: str, sample: Sample, domain_s: float) -> list[Kept]:
        """See `Campaigns.take`."""
        return self._campaigns.take(signal, ecu, sample, domain_s)

    def _holding(self, config: Config | None) -> Config | None:
        if config is not None:
            self._campaigns.replace(config.campaigns)
        return config


def unguided() -> Guidance:
    """Return the guidance of an agent that collects what its sets say and tells nobody how it fares."""
    return Guidance(Remote(Forgetful(), (), ()), Campaigns({}), lambda: None)
