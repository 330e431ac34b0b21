"""Which campaigns a car takes: what they may ask for at all, and how much of the bus they may want. Pure."""

from collections.abc import Container, Iterable, Sequence
from typing import Final

from contract.messages import Campaign
from contract.signals import SUPPLY_VOLTAGE
from edge.errors import ConfigError
from edge.obd.guard import REQUESTS_PER_S

MOST: Final = 16
MOST_SIGNALS: Final = 32
SHORTEST_MS: Final = 100  # the guard lets ten requests a second go
LONGEST_MS: Final = 3_600_000
LONGEST_SIDE_S: Final = 120.0
LONGEST_CRANK_S: Final = 30.0  # starters are not built to turn for longer
SHARE: Final = 0.5  # of the guard's rate; the rest is for what the sets ask anyway, fault codes among it


def check(local: Sequence[Campaign], remote: Sequence[Campaign], asked: Container[str]) -> None:
    """Raise `ConfigError` that names the campaign unless `asked` has its signals and all together leave room.

    A campaign for the starter does not count towards the share: it ends by itself after `LONGEST_CRANK_S`.
    """
    campaigns = [*local, *remote]
    if len(campaigns) > MOST:
        raise ConfigError(f"{len(campaigns)} campaigns; at most {MOST} fit")
    names = [campaign.name for campaign in campaigns]
    for campaign in campaigns:
        if not campaign.name or names.count(campaign.name) > 1:
            raise ConfigError(f"campaign {campaign.name!r}: every campaign needs a name of its own")
        _check_one(campaign, asked)
    wanted = _requests_per_s(campaign for campaign in campaigns if campaign.when != "cranking")
    if wanted > SHARE * REQUESTS_PER_S:
        raise ConfigError(
            f"the campaigns want {wanted:.1f} requests a second of the car, and {SHARE * REQUESTS_PER_S:g} are theirs:"
            " lengthen their periods or name fewer signals"
        )


def _check_one(campaign: Campaign, asked: Container[str]) -> None:
    who = f"campaign {campaign.name!r}"
    if not 1 <= len(campaign.signals) <= MOST_SIGNALS:
        raise ConfigError(f"{who}: it names {len(campaign.signals)} signals; 1 to {MOST_SIGNALS} are possible")
    bound = () if campaign.bound is None else (campaign.bound.signal,)
    for signal in (*campaign.signals, *bound):
        if signal != SUPPLY_VOLTAGE.path and signal not in asked:
            raise ConfigError(f"{who}: no signal set of this car asks for {signal!r}; see `outrider-edge signals list`")
    if not SHORTEST_MS <= campaign.period_ms <= LONGEST_MS:
        raise ConfigError(f"{who}: a period of {campaign.period_ms} ms; {SHORTEST_MS} to {LONGEST_MS} are possible")
    for side_s in (campaign.before_s, campaign.after_s):
        if not 0.0 <= side_s <= LONGEST_SIDE_S:
            raise ConfigError(f"{who}: {side_s:g} s before or after; 0 to {LONGEST_SIDE_S:g} are possible")
    if (campaign.when == "bound") != (campaign.bound is not None):
        raise ConfigError(f'{who}: a `bound` goes with when = "bound", and only with it')
    if campaign.bound is not None and campaign.bound.above is None and campaign.bound.below is None:
        raise ConfigError(f"{who}: its bound needs `above` or `below`")


def _requests_per_s(campaigns: Iterable[Campaign]) -> float:
    """Return the most that `campaigns` can make the car be asked, one request a signal."""
    periods_ms: dict[str, int] = {}
    for campaign in campaigns:
        for signal in campaign.signals:
            if signal != SUPPLY_VOLTAGE.path:  # a wire of our own, no request
                periods_ms[signal] = min(campaign.period_ms, periods_ms.get(signal, LONGEST_MS))
    return sum(1_000.0 / period_ms for period_ms in periods_ms.values())
