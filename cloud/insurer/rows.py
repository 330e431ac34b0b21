"""One vehicle and month as it is stored for the feed: how it was driven, and apart from that, its condition."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

from cloud.insurer.fields import SPEED_BINS

FAST_BINS: Final = 2  # of the speed bins, how many lie above 110 km/h


class Driven(Protocol):
    """The driving of one vehicle in a period; None is what nothing measured. `cloud.trips` makes these."""

    @property
    def vehicle(self) -> str: ...
    @property
    def km(self) -> float: ...
    @property
    def hours(self) -> float: ...
    @property
    def trips(self) -> int: ...
    @property
    def unscored_trips(self) -> int: ...
    @property
    def night_share(self) -> float | None: ...
    @property
    def peak_share(self) -> float | None: ...
    @property
    def long_trip_share(self) -> float | None: ...
    @property
    def speed_shares(self) -> tuple[float, ...] | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def harsh_per_100km(self) -> Mapping[str, float | None]: ...
    @property
    def shrunk_per_100km(self) -> Mapping[str, float | None]: ...
    @property
    def excluded(self) -> Mapping[str, int]: ...
    @property
    def data_completeness(self) -> float | None: ...
    @property
    def insufficient_data(self) -> bool: ...
    @property
    def speeding_share(self) -> float | None: ...
    @property
    def version(self) -> str: ...


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """How a vehicle is, and what it was helped with; None is what nothing measured."""

    battery_band: str | None = None
    tyre_band: str | None = None
    open_dtc_families: tuple[str, ...] | None = None
    days_unrepaired: float | None = None
    maintenance_adherence: float | None = None
    rescues_used: int = 0
    rescue_quota: int | None = None


def row(vehicle: str, driven: Driven | None, condition: Condition) -> dict[str, Any]:
    """Return the row that is stored."""
    families = condition.open_dtc_families
    return {
        "vehicle": vehicle,
        **_driving(driven),
        "battery_band": condition.battery_band,
        "tyre_band": condition.tyre_band,
        "open_dtc_families": None if families is None else " ".join(sorted(families)),
        "days_unrepaired": condition.days_unrepaired,
        "maintenance_adherence": condition.maintenance_adherence,
        "rescues_used": condition.rescues_used,
        "rescue_quota": condition.rescue_quota,
    }


def _driving(driven: Driven | None) -> dict[str, Any]:
    if driven is None:
        return {"insufficient_data": True}
    shares = driven.speed_shares
    bins = dict.fromkeys(SPEED_BINS) if shares is None else dict(zip(SPEED_BINS, shares, strict=True))
    return {
        "km": driven.km,
        "hours": driven.hours,
        "trips": driven.trips,
        "unscored_trips": driven.unscored_trips,
        "night_share": driven.night_share,
        "peak_share": driven.peak_share,
        "long_trip_share": driven.long_trip_share,
        **{f"share_{name}": share for name, share in bins.items()},
        "fast_share": None if shares is None else sum(shares[-FAST_BINS:]),
        "source": driven.source,
        **{f"harsh_{kind}": driven.harsh_per_100km.get(kind) for kind in KINDS},
        **{f"shrunk_{kind}": driven.shrunk_per_100km.get(kind) for kind in KINDS},
        "excluded_samples": sum(driven.excluded.values()),
        "data_completeness": driven.data_completeness,
        "insufficient_data": driven.insufficient_data,
        "speeding_share": driven.speeding_share,
        "features_version": driven.version,
    }


KINDS: Final = ("acceleration", "braking", "cornering")
TEXTS: Final = ("vehicle", "source", "features_version", "battery_band", "tyre_band", "open_dtc_families")
WHOLES: Final = ("trips", "unscored_trips", "excluded_samples", "rescues_used", "rescue_quota")
FLAGS: Final = ("insufficient_data",)
NUMBERS: Final = (
    "km",
    "hours",
    "night_share",
    "peak_share",
    "long_trip_share",
    *(f"share_{name}" for name in SPEED_BINS),
    "fast_share",
    *(f"harsh_{kind}" for kind in KINDS),
    *(f"shrunk_{kind}" for kind in KINDS),
    "data_completeness",
    "speeding_share",
    "days_unrepaired",
    "maintenance_adherence",
)
