"""Travel time without a map: the straight line, a detour and a pace that completed jobs correct by area and hour: pure.

A pace is minutes for each straight kilometre. Before anything is learned it is one detour and one speed; every
completed job then pulls the paces of its area and block of hours, of its area, and of everywhere towards what it was,
each in proportion to how many jobs speak for it. The interval is that of the jobs themselves (split conformal): it is
as wide as the ways were different, so it holds nine of ten whatever their distribution, as long as tomorrow is like
the days that were learned from.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.rescue.place import EARTH_RADIUS_KM, distance_km
from cloud.rescue.ports import Eta
from cloud.store.views import Point

_DETOUR: Final = 1.3
_MS_PER_H: Final = 3_600_000
_BLOCK_H: Final = 3
# As many jobs as one belief counts for before its own jobs outweigh it.
_PRIOR_JOBS: Final = 10.0
_COVERAGE: Final = 0.9
# Before anything is learned: half to twice as long.
_UNLEARNED: Final = (0.5, 2.0)
# Fewer completed jobs than this say nothing of one way in ten.
_LEAST_JOBS: Final = 40
# What no truck does is a report made early or late: under 100 m, over 200 km/h, slower than one on foot.
_LEAST_KM: Final = 0.1
_FASTEST: Final = 0.3
_SLOWEST: Final = 20.0


class Way(NamedTuple):
    """One completed way: its straight line, what it took, in which area (a code's stem, or empty) and when."""

    km: float
    minutes: float
    area: str
    at_ms: int


class Paces(NamedTuple):
    """What completed jobs say of the pace: factors over the unlearned one, and the interval's ends."""

    everywhere: float = 1.0
    by_area: Mapping[str, float] = {}
    by_block: Mapping[tuple[str, int], float] = {}
    low: float = _UNLEARNED[0]
    high: float = _UNLEARNED[1]
    jobs: int = 0

    def factor(self, area: str, at_ms: int) -> float:
        """Return the factor of an area at an hour, of what is nearest to it where neither is known."""
        found = self.by_block.get((area, block_of(at_ms)))
        return found if found is not None else self.by_area.get(area, self.everywhere)


def block_of(at_ms: int) -> int:
    """Return which block of three hours of the day (UTC) an instant lies in."""
    return at_ms // _MS_PER_H % 24 // _BLOCK_H


def learn(ways: Sequence[Way], speed_kmh: float) -> Paces:
    """Return what `ways` say; the interval from every second of them, by the paces of the others."""
    usable = [way for way in ways if way.km >= _LEAST_KM and _FASTEST <= way.minutes / way.km <= _SLOWEST]
    if len(usable) < _LEAST_JOBS:
        return Paces()
    in_order = sorted(usable, key=lambda way: (way.at_ms, way.km))
    fitted = _factors(in_order[::2], speed_kmh)
    spread = sorted(
        way.minutes / (_plain_min(way.km, speed_kmh) * fitted.factor(way.area, way.at_ms)) for way in in_order[1::2]
    )
    tail = (1.0 - _COVERAGE) / 2.0
    # Split conformal: one more than there are, so that the interval is never too narrow for so few.
    n = len(spread)
    low = spread[max(0, math.floor((n + 1) * tail) - 1)]
    high = spread[min(n - 1, math.ceil((n + 1) * (1.0 - tail)) - 1)]
    return fitted._replace(low=low, high=high, jobs=len(usable))


def _factors(ways: Iterable[Way], speed_kmh: float) -> Paces:
    logs: dict[tuple[str, int], list[float]] = defaultdict(list)
    for way in ways:
        logs[way.area, block_of(way.at_ms)].append(math.log(way.minutes / _plain_min(way.km, speed_kmh)))
    areas: dict[str, list[float]] = defaultdict(list)
    for (area, _), values in logs.items():
        areas[area].extend(values)
    everywhere = _shrunk([value for values in areas.values() for value in values], 0.0)
    by_area = {area: _shrunk(values, everywhere) for area, values in areas.items()}
    by_block = {key: _shrunk(values, by_area[key[0]]) for key, values in logs.items()}
    return Paces(
        math.exp(everywhere),
        {area: math.exp(value) for area, value in by_area.items()},
        {key: math.exp(value) for key, value in by_block.items()},
    )


def _shrunk(values: Sequence[float], belief: float) -> float:
    return (sum(values) + _PRIOR_JOBS * belief) / (len(values) + _PRIOR_JOBS)


def _plain_min(km: float, speed_kmh: float) -> float:
    return 60.0 * km * _DETOUR / speed_kmh


class StraightLine:
    """Great-circle distance, lengthened as roads are, at `speed_kmh`, corrected by what was learned."""

    def __init__(
        self, speed_kmh: float, paces: Paces | None = None, area_of: Callable[[Point], str] = lambda _: ""
    ) -> None:
        """Take a speed, what was learned of it, and in which area a way's end lies."""
        self._speed_kmh, self._paces, self._area_of = speed_kmh, Paces() if paces is None else paces, area_of

    def minutes(self, start: Point, end: Point, at_ms: int) -> Eta:
        """Return domain minutes from `start` to `end`."""
        km = distance_km(start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
        middle = self._pace(end, at_ms) * km
        return Eta(middle, middle * self._paces.low, middle * self._paces.high)

    def table(self, starts: Sequence[Point | None], ends: Sequence[Point | None], at_ms: int) -> NDArray[np.float64]:
        """Return (n_starts, n_ends) domain minutes; NaN where either place is None."""
        a_lat, a_lon = _radians(starts)
        b_lat, b_lon = _radians(ends)
        north = (b_lat[None, :] - a_lat[:, None]) / 2.0
        east = (b_lon[None, :] - a_lon[:, None]) / 2.0
        chord = np.sin(north) ** 2 + np.cos(a_lat)[:, None] * np.cos(b_lat)[None, :] * np.sin(east) ** 2
        km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
        paces = np.array([math.nan if end is None else self._pace(end, at_ms) for end in ends], dtype=np.float64)
        found: NDArray[np.float64] = km * paces[None, :]
        return found

    def _pace(self, end: Point, at_ms: int) -> float:
        return _plain_min(1.0, self._speed_kmh) * self._paces.factor(self._area_of(end), at_ms)


def _radians(places: Sequence[Point | None]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    degrees = [(math.nan, math.nan) if place is None else (place.latitude_deg, place.longitude_deg) for place in places]
    pairs = np.radians(np.array(degrees, dtype=np.float64).reshape(-1, 2))
    return pairs[:, 0], pairs[:, 1]
