"""How a vehicle is driven; never with a place."""

from cloud.api.models.base import Model


class SourceCounts(Model):
    """What one kind of source saw on its kilometres; cornering is null where it cannot be seen."""

    km: float
    acceleration: int
    braking: int
    cornering: int | None


class TripRow(Model):
    """One trip; `day` is the local date of its start. A trip with more than a tenth of gaps is not scored."""

    vehicle: str
    start_ms: int
    end_ms: int
    day: str
    km: float
    night_km: float
    peak_km: float
    km_by_speed: list[float]
    by_source: dict[str, SourceCounts]
    excluded: dict[str, int]
    observed_s: float
    missing_s: float
    scored: bool


class ScoreReason(Model):
    """Why points were lost, with its numbers, in Chinese and English."""

    code: str
    value: float
    group: float
    points: int
    zh: str
    en: str


class Driving(Model):
    """The driving of a period, with the score of a table that was learned on simulated drivers; not for pricing."""

    vehicle: str
    first_day: str
    last_day: str
    days: int
    km: float
    hours: float
    trips: int
    unscored_trips: int
    night_share: float | None
    peak_share: float | None
    long_trip_share: float | None
    speed_shares: list[float] | None
    source: str | None
    source_km: float
    harsh_per_100km: dict[str, float | None]
    shrunk_per_100km: dict[str, float | None]
    excluded: dict[str, int]
    data_completeness: float | None
    insufficient_data: bool
    road_mix: dict[str, float] | None
    speeding_share: float | None
    version: str
    score: int | None
    score_reasons: list[ScoreReason]
    score_version: str
    score_learned_on: str
