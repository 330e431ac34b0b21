"""What is said of a vehicle's driving: sums of a day, which add up to any period, and the features of a period."""

from typing import Final, Literal

import msgspec

FEATURES: Final = "trips-1"
Source = Literal["imu", "fast_speed", "slow_speed"]
# Best first: acceleration at 25 Hz or more; speed at 3 Hz or more; speed about once a second.
SOURCES: Final[tuple[Source, ...]] = ("imu", "fast_speed", "slow_speed")
# Upper ends of the speed bins, km/h; the last bin has none.
SPEED_BINS_KMH: Final = (30.0, 50.0, 70.0, 90.0, 110.0, 130.0)
BINS: Final = len(SPEED_BINS_KMH) + 1


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of source saw: the kilometres it watched, and the harsh events on them.

    Cornering is None where the source cannot see it, which is not the same as none.
    """

    km: float = 0.0
    acceleration: int = 0
    braking: int = 0
    cornering: int | None = None


class DayTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The trips of one vehicle that began on one day, in the time zone of the vehicle.

    Totals are of scored trips; a trip with more than a tenth of its time missing is counted in `unscored_trips` only.
    `excluded` counts samples that were not believed, by why (impossible_speed, stuck, clock). `observed_s` and
    `missing_s` are of all trips, for the data completeness.
    """

    vehicle: str
    day: str
    trips: int = 0
    long_trips: int = 0
    unscored_trips: int = 0
    km: float = 0.0
    hours: float = 0.0
    night_km: float = 0.0
    peak_km: float = 0.0
    km_by_speed: tuple[float, ...] = (0.0,) * BINS
    by_source: dict[Source, Counts] = {}
    excluded: dict[str, int] = {}
    observed_s: float = 0.0
    missing_s: float = 0.0
    version: str = FEATURES


class PeriodFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """The driving of one vehicle from `first_day` up to and with `last_day`; None is what nothing measured.

    Shares are parts of `km`. The harsh rates are events per 100 km of one source only, the best with enough kilometres,
    named by `source`; `shrunk_per_100km` are the same drawn towards the fleet (gamma-Poisson) as little was driven.
    `data_completeness` is 0..1; `road_mix` and `speeding_share` need a position under consent. `insufficient_data` says
    that too little was driven to say anything of a person.
    """

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
    speed_shares: tuple[float, ...] | None
    source: Source | None
    source_km: float
    harsh_per_100km: dict[str, float | None]
    shrunk_per_100km: dict[str, float | None]
    excluded: dict[str, int]
    data_completeness: float | None
    insufficient_data: bool
    road_mix: dict[str, float] | None = None
    speeding_share: float | None = None
    version: str = FEATURES
