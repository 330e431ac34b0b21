"""How much a configuration may ask of any car: what the agent holds it to, and the cloud before it sends one.

What only the car knows, which signals its sets ask for and which campaigns its owner has, the agent alone can check.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from contract.errors import ContractError
from contract.messages import Campaign
from contract.signals import SUPPLY_VOLTAGE

MOST_CAMPAIGNS: Final = 16
MOST_SIGNALS: Final = 32
SHORTEST_MS: Final = 100  # the guard lets ten requests a second go
LONGEST_MS: Final = 3_600_000
LONGEST_SIDE_S: Final = 120.0
MOST_STOPS: Final = 64
REQUESTS_PER_S: Final = 5.0  # half of the guard's rate; the rest is for what the sets ask anyway, fault codes among it


def check_campaigns(campaigns: Sequence[Campaign]) -> None:
    """Raise `ContractError` that names the campaign unless each can be and all together leave room.

    A campaign for the starter does not count towards the share: it ends by itself after half a minute.
    """
    if len(campaigns) > MOST_CAMPAIGNS:
        raise ContractError(f"{len(campaigns)} campaigns; at most {MOST_CAMPAIGNS} fit")
    names = [campaign.name for campaign in campaigns]
    for campaign in campaigns:
        if not campaign.name or names.count(campaign.name) > 1:
            raise ContractError(f"campaign {campaign.name!r}: every campaign needs a name of its own")
        _check_one(campaign)
    wanted = _requests_per_s(campaign for campaign in campaigns if campaign.when != "cranking")
    if wanted > REQUESTS_PER_S:
        raise ContractError(
            f"the campaigns want {wanted:.1f} requests a second of the car, and {REQUESTS_PER_S:g} are theirs:"
            " lengthen their periods or name fewer signals"
        )


def _check_one(campaign: Campaign) -> None:
    who = f"campaign {campaign.name!r}"
    if not 1 <= len(campaign.signals) <= MOST_SIGNALS:
        raise ContractError(f"{who}: it names {len(campaign.signals)} signals; 1 to {MOST_SIGNALS} are possible")
    if not SHORTEST_MS <= campaign.period_ms <= LONGEST_MS:
        raise ContractError(f"{who}: a period of {campaign.period_ms} ms; {SHORTEST_MS} to {LONGEST_MS} are possible")
    for side_s in (campaign.before_s, campaign.after_s):
        if not 0.0 <= side_s <= LONGEST_SIDE_S:
            raise ContractError(f"{who}: {side_s:g} s before or after; 0 to {LONGEST_SIDE_S:g} are possible")
    if (campaign.when == "bound") != (campaign.bound is not None):
        raise ContractError(f'{who}: a `bound` goes with when = "bound", and only with it')
    if campaign.bound is not None and campaign.bound.above is None and campaign.bound.below is None:
        raise ContractError(f"{who}: its bound needs `above` or `below`")


def _requests_per_s(campaigns: Iterable[Campaign]) -> float:
    """Return the most that `campaigns` can make the car be asked, one request a signal."""
    periods_ms: dict[str, int] = {}
    for campaign in campaigns:
        for signal in campaign.signals:
            if signal != SUPPLY_VOLTAGE.path:  # a wire of our own, no request
                periods_ms[signal] = min(campaign.period_ms, periods_ms.get(signal, LONGEST_MS))
    return sum(1_000.0 / period_ms for period_ms in periods_ms.values())
