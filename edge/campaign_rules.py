"""Which campaigns a car takes: what they may ask for at all, and how much of the bus they may want. Pure."""

from collections.abc import Container, Sequence
from typing import Final

from contract.configuration import check_campaigns
from contract.errors import ContractError
from contract.messages import Campaign
from contract.signals import SUPPLY_VOLTAGE
from edge.errors import ConfigError

LONGEST_CRANK_S: Final = 30.0  # starters are not built to turn for longer


def check(local: Sequence[Campaign], remote: Sequence[Campaign], asked: Container[str]) -> None:
    """Raise `ConfigError` that names the campaign unless `asked` has its signals and all together leave room."""
    campaigns = [*local, *remote]
    try:
        check_campaigns(campaigns)
    except ContractError as error:
        raise ConfigError(str(error)) from error
    for campaign in campaigns:
        bound = () if campaign.bound is None else (campaign.bound.signal,)
        for signal in (*campaign.signals, *bound):
            if signal != SUPPLY_VOLTAGE.path and signal not in asked:
                raise ConfigError(
                    f"campaign {campaign.name!r}: no signal set of this car asks for {signal!r};"
                    " see `outrider-edge signals list`"
                )
