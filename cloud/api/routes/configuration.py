"""What operators want of a vehicle's agent: campaigns, and what is not to be asked of the car."""

import msgspec
from fastapi import APIRouter

from cloud.api.models.configuration import CampaignWish, Configuration, ConfigurationWish
from cloud.api.parts import Operator, Reader, Serving
from cloud.api.translate import instant, shape
from cloud.store import configurations
from cloud.store.campaign_file import Written, campaign_of
from cloud.store.configurations import Wished
from contract.messages import Campaign

router = APIRouter(prefix="/vehicles/{vehicle_id}/configuration", tags=["vehicles"])


@router.get("")
def configuration(services: Serving, who: Reader, vehicle_id: str) -> Configuration:
    """Show what is wanted of the vehicle's agent, and what the agent made of it."""
    with services.store.read() as connection:
        return _said(configurations.wished(connection, vehicle_id))


@router.put("")
def configure(services: Serving, who: Operator, vehicle_id: str, wanted: ConfigurationWish) -> Configuration:
    """Want this of the vehicle's agent in the place of what was wanted before; empty clears it."""
    campaigns = [campaign_of(msgspec.convert(one.model_dump(), Written)) for one in wanted.campaigns]
    with services.store.write() as connection:
        found = configurations.wish(
            connection, vehicle_id, campaigns=campaigns, stop=wanted.stop, by=who.name, now_ms=services.now_ms()
        )
    return _said(found)


def _said(found: Wished) -> Configuration:
    return shape(
        Configuration,
        found,
        campaigns=[_campaign(one) for one in found.campaigns],
        stop=list(found.stop),
        changed_at=None if found.changed_ms is None else instant(found.changed_ms),
        answered_at=None if found.answered_ms is None else instant(found.answered_ms),
    )


def _campaign(campaign: Campaign) -> CampaignWish:
    known = msgspec.to_builtins(campaign)
    until_ms = known.pop("until_ms", None)
    return CampaignWish(**known, until=None if until_ms is None else instant(until_ms))
