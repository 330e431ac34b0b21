"""What operators want of a vehicle's agent, and what it made of that."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from cloud.api.models.base import Model
from contract.configuration import LONGEST_MS, LONGEST_SIDE_S, MOST_CAMPAIGNS, MOST_SIGNALS, MOST_STOPS, SHORTEST_MS
from contract.messages import CampaignWhen

Side = Annotated[float, Field(ge=0.0, le=LONGEST_SIDE_S)]


class CampaignBound(Model):
    """Holds while the newest value of `signal`, in the catalogue's unit, is above and below these."""

    signal: str
    above: Annotated[float, Field(allow_inf_nan=False)] | None = None
    below: Annotated[float, Field(allow_inf_nan=False)] | None = None


class CampaignWish(Model):
    """Named signals, collected every `period_ms` under a condition, until then; null is without an end."""

    name: str = Field(min_length=1, max_length=128)
    signals: list[str] = Field(min_length=1, max_length=MOST_SIGNALS)
    period_ms: int = Field(ge=SHORTEST_MS, le=LONGEST_MS)
    when: CampaignWhen = "awake"
    bound: CampaignBound | None = None
    before_s: Side = 0.0
    after_s: Side = 0.0
    until: AwareDatetime | None = None


class ConfigurationWish(Model):
    """All that is wanted from now on; what is left out is wanted no more."""

    campaigns: list[CampaignWish] = Field(default=[], max_length=MOST_CAMPAIGNS)
    stop: list[str] = Field(default=[], max_length=MOST_STOPS, description="services (22) and request ids (7A0)")


class Configuration(Model):
    """What is wanted, and the agent's word on it: `waiting` for it, `taken`, or `refused` with its `reason`.

    `none` where nothing was ever wanted. Campaigns that were refused are sent no more until they are put again.
    """

    vehicle_id: str
    campaigns: list[CampaignWish]
    stop: list[str]
    changed_at: datetime | None
    changed_by: str
    revision: int | None
    outcome: Literal["none", "waiting", "taken", "refused"]
    reason: str
    answered_at: datetime | None
