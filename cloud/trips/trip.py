"""A trip that ended, as it is kept, and the sums of a day made of such. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cloud.trips.features import joined
from cloud.trips.layout import CORNERING, FAST, IMU, KINDS, SLOW
from cloud.trips.types import BINS, SOURCES, Counts, DayTotals, Source

MOST_MISSING: Final = 0.1
LONG_S: Final = 7_200.0
_PLACE: Final[dict[Source, int]] = {"imu": IMU, "fast_speed": FAST, "slow_speed": SLOW}


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """One trip; `day` is the local date of its start. Rates are of its sources, each with its own kilometres."""

    vehicle: str
    start_ms: int
    end_ms: int
    day: str
    km: float
    night_km: float
    peak_km: float
    km_by_speed: tuple[float, ...]
    by_source: dict[Source, Counts]
    excluded: dict[str, int]
    observed_s: float
    missing_s: float

    @property
    def scored(self) -> bool:
        """Whether enough of it was measured."""
        whole_s = self.observed_s + self.missing_s
        return whole_s > 0.0 and self.missing_s <= MOST_MISSING * whole_s


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One event by the car's own speed or acceleration; `side` is 1 to the left, -1 to the right, 0 neither."""

    vehicle: str
    kind: str
    source: Source
    side: int
    start_ms: int
    end_ms: int
    peak_g: float


def trip_of(vehicle: str, record: Any) -> Trip:
    """Return the kernel's record of a trip."""
    sources: dict[Source, Counts] = {}
    for source in SOURCES:
        place = _PLACE[source]
        km, counts = float(record["source_km"][place]), record["counts"][place]
        corners = int(counts[CORNERING]) if source == "imu" and record["corner_km"] > 0.0 else None
        if km > 0.0:
            sources[source] = Counts(km=km, acceleration=int(counts[0]), braking=int(counts[1]), cornering=corners)
    reasons = {"impossible_speed": int(record["impossible"]), "stuck": int(record["stuck"])}
    day = datetime.fromtimestamp(float(record["start_s"]) + float(record["offset_s"]), UTC).date().isoformat()
    return Trip(
        vehicle=vehicle,
        start_ms=round(float(record["start_s"]) * 1000.0),
        end_ms=round(float(record["end_s"]) * 1000.0),
        day=day,
        km=float(record["km"]),
        night_km=float(record["night_km"]),
        peak_km=float(record["peak_km"]),
        km_by_speed=tuple(record["bins_km"].tolist()),
        by_source=sources,
        excluded={why: count for why, count in reasons.items() if count},
        observed_s=float(record["observed_s"]),
        missing_s=float(record["missing_s"]),
    )


def happened(vehicle: str, record: Any) -> Happened:
    """Return the kernel's record of an event."""
    return Happened(
        vehicle=vehicle,
        kind=KINDS[int(record["kind"])],
        source=SOURCES[int(record["source"])],
        side=int(record["side"]),
        start_ms=round(float(record["start_s"]) * 1000.0),
        end_ms=round(float(record["end_s"]) * 1000.0),
        peak_g=float(record["peak_g"]),
    )


def days_of(trips: Iterable[Trip]) -> list[DayTotals]:
    """Return the sums of `trips` by vehicle and day, in that order; trips add up in the order of their starts."""
    grouped: dict[tuple[str, str], list[Trip]] = {}
    for trip in sorted(trips, key=lambda one: (one.vehicle, one.start_ms)):
        grouped.setdefault((trip.vehicle, trip.day), []).append(trip)
    return [_day(vehicle, day, found) for (vehicle, day), found in sorted(grouped.items())]


def _day(vehicle: str, day: str, trips: list[Trip]) -> DayTotals:
    scored = [trip for trip in trips if trip.scored]
    reasons = sorted({why for trip in trips for why in trip.excluded})
    return DayTotals(
        vehicle=vehicle,
        day=day,
        trips=len(scored),
        long_trips=sum(trip.end_ms - trip.start_ms >= LONG_S * 1000.0 for trip in scored),
        unscored_trips=len(trips) - len(scored),
        km=sum(trip.km for trip in scored),
        hours=sum(trip.observed_s for trip in scored) / 3600.0,
        night_km=sum(trip.night_km for trip in scored),
        peak_km=sum(trip.peak_km for trip in scored),
        km_by_speed=tuple(sum(trip.km_by_speed[place] for trip in scored) for place in range(BINS)),
        by_source={
            source: joined(trip.by_source[source] for trip in scored if source in trip.by_source)
            for source in SOURCES
            if any(source in trip.by_source for trip in scored)
        },
        excluded={why: sum(trip.excluded.get(why, 0) for trip in trips) for why in reasons},
        observed_s=sum(trip.observed_s for trip in trips),
        missing_s=sum(trip.missing_s for trip in trips),
    )
