"""From days to the features of a period. Pure; days add up in their order, so a result is the same bit for bit."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, Protocol

from cloud.trips.types import BINS, SOURCES, Counts, DayTotals, PeriodFeatures, Source

KINDS: Final = ("acceleration", "braking", "cornering")
ENOUGH_KM: Final = 50.0  # of one source, before a better source is preferred to one that saw more
LEAST_KM: Final = 200.0  # less than this says nothing of how somebody drives
LEAST_COMPLETENESS: Final = 0.9
# The fleet's prior for gamma-Poisson shrinkage by source: events, and the kilometres they are worth. With a weight of
# 300 km a car that drove 300 km is half its own and half the fleet's. Simulated drivers, see docs/trips.md.
PRIOR_KM: Final = 300.0
PRIOR_PER_100KM: Final[dict[Source, dict[str, float]]] = {
    "imu": {"acceleration": 1.0, "braking": 1.6, "cornering": 1.8},
    "fast_speed": {"acceleration": 0.9, "braking": 1.4},
    "slow_speed": {"acceleration": 0.6, "braking": 1.0},
}


class Roads(Protocol):
    """What a position under consent adds; the law: None wherever there is no consent or no map, never a guess."""

    def mix(self, vehicle: str, first_day: str, last_day: str) -> dict[str, float] | None:
        """Return the share of kilometres by kind of road."""
        ...

    def speeding_share(self, vehicle: str, first_day: str, last_day: str) -> float | None:
        """Return the share of kilometres above the limit."""
        ...


class NoRoads:
    """Nobody's position is known."""

    def mix(self, vehicle: str, first_day: str, last_day: str) -> dict[str, float] | None:
        """Return None; see `Roads`."""
        return None

    def speeding_share(self, vehicle: str, first_day: str, last_day: str) -> float | None:
        """Return None; see `Roads`."""
        return None


_NO_ROADS: Final = NoRoads()


def total(vehicle: str, days: Iterable[DayTotals]) -> DayTotals:
    """Return the sum of `days`, which are of one vehicle; its `day` is empty."""
    found = sorted(days, key=lambda one: one.day)
    excluded = Counter[str]()
    for one in found:
        excluded.update(one.excluded)
    return DayTotals(
        vehicle=vehicle,
        day="",
        trips=sum(one.trips for one in found),
        long_trips=sum(one.long_trips for one in found),
        unscored_trips=sum(one.unscored_trips for one in found),
        km=sum(one.km for one in found),
        hours=sum(one.hours for one in found),
        night_km=sum(one.night_km for one in found),
        peak_km=sum(one.peak_km for one in found),
        km_by_speed=tuple(sum(one.km_by_speed[bin_] for one in found) for bin_ in range(BINS)),
        by_source={
            source: joined(one.by_source[source] for one in found if source in one.by_source)
            for source in SOURCES
            if any(source in one.by_source for one in found)
        },
        excluded=dict(sorted(excluded.items())),
        observed_s=sum(one.observed_s for one in found),
        missing_s=sum(one.missing_s for one in found),
    )


def joined(counts: Iterable[Counts]) -> Counts:
    """Return the sum of what one kind of source saw; cornering is None only where nobody could see it."""
    found = list(counts)
    corners = [one.cornering for one in found if one.cornering is not None]
    return Counts(
        km=sum(one.km for one in found),
        acceleration=sum(one.acceleration for one in found),
        braking=sum(one.braking for one in found),
        cornering=sum(corners) if corners else None,
    )


def features(
    vehicle: str, first_day: str, last_day: str, days: Iterable[DayTotals], roads: Roads = _NO_ROADS
) -> PeriodFeatures:
    """Return the features of the days (ISO dates, both ends included) of `days` that lie in the period."""
    inside = [one for one in days if one.vehicle == vehicle and first_day <= one.day <= last_day]
    whole = total(vehicle, inside)
    source = best_source(whole)
    counts = Counts() if source is None else whole.by_source[source]
    seen_s = whole.observed_s + whole.missing_s
    completeness = whole.observed_s / seen_s if seen_s > 0.0 else None
    few = whole.km < LEAST_KM or completeness is None or completeness < LEAST_COMPLETENESS
    return PeriodFeatures(
        vehicle=vehicle,
        first_day=first_day,
        last_day=last_day,
        days=len(inside),
        km=whole.km,
        hours=whole.hours,
        trips=whole.trips,
        unscored_trips=whole.unscored_trips,
        night_share=_share(whole.night_km, whole.km),
        peak_share=_share(whole.peak_km, whole.km),
        long_trip_share=_share(float(whole.long_trips), float(whole.trips)),
        speed_shares=tuple(km / whole.km for km in whole.km_by_speed) if whole.km > 0.0 else None,
        source=source,
        source_km=counts.km,
        harsh_per_100km={kind: _rate(getattr(counts, kind), counts.km, source) for kind in KINDS},
        shrunk_per_100km={kind: _shrunk(getattr(counts, kind), counts.km, source, kind) for kind in KINDS},
        excluded=whole.excluded,
        data_completeness=completeness,
        insufficient_data=few,
        road_mix=roads.mix(vehicle, first_day, last_day),
        speeding_share=roads.speeding_share(vehicle, first_day, last_day),
    )


def best_source(whole: DayTotals) -> Source | None:
    """Return the best source with `ENOUGH_KM`, else the one that saw most, else None: sources are never mixed."""
    there = [source for source in SOURCES if source in whole.by_source and whole.by_source[source].km > 0.0]
    enough = [source for source in there if whole.by_source[source].km >= ENOUGH_KM]
    if enough:
        return enough[0]
    return max(there, key=lambda source: whole.by_source[source].km, default=None)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0.0 else None


def _rate(count: int | None, km: float, source: Source | None) -> float | None:
    return None if count is None or source is None or not km > 0.0 else 100.0 * count / km


def _shrunk(count: int | None, km: float, source: Source | None, kind: str) -> float | None:
    if count is None or source is None or not km > 0.0:
        return None
    prior = PRIOR_PER_100KM[source].get(kind)
    return None if prior is None else 100.0 * (prior * PRIOR_KM / 100.0 + count) / (PRIOR_KM + km)
