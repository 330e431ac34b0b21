"""Shapes that many answers share; times are ISO 8601 in UTC, `*_s` are domain seconds, null is "not known"."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Crs = Literal["WGS84", "GCJ02"]
Level = Literal["unknown", "ok", "watch", "risk", "critical"]
JobState = Literal[
    "proposed",
    "offered",
    "accepted",
    "en_route",
    "on_site",
    "towing",
    "at_destination",
    "completed",
    "cancelled",
    "gone_on_arrival",
    "unsuccessful",
]


class Model(BaseModel):
    """Unknown fields in a request are an error that names them."""

    model_config = ConfigDict(extra="forbid")


Item = TypeVar("Item")


class Page(Model, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[Item]
    next: str | None = None


class Position(Model):
    """A point with its coordinate reference system and how exact it was allowed to be."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    crs: Crs = "WGS84"
    precision: Literal["city", "cell", "exact", "pin"] = "pin"
    as_of: datetime | None = None


class Pin(Model):
    """A point that a person set."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    crs: Crs = "WGS84"


class Risk(Model):
    """The probability of a breakdown of one cause within `horizon_h` hours."""

    horizon_h: int
    p: float


class Words(Model):
    """One sentence in both languages, with a stable code."""

    code: str
    zh: str
    en: str


class Said(Model):
    """One sentence in both languages."""

    zh: str
    en: str


class VehicleRef(Model):
    """Which vehicle, in the words of people."""

    id: str | None
    name: str
    plate: str
    model: str


class PartnerRef(Model):
    """Which partner."""

    id: str
    name: str
