"""What the car may say of where it is: nothing without a running grant, nothing finer than granted and set."""

import math
from collections.abc import Iterable
from typing import Final

from contract.messages import ClockQuality, Config, Position, PositionGrant, Precision
from edge.config_tables import PRECISIONS
from edge.ports import Fix

CELL_KM: Final = 1.0
CITY_KM: Final = 20.0
_KM_PER_DEGREE: Final = 111.32  # of latitude, and of longitude at the equator


def running(config: Config | None, wall_ms: int, quality: ClockQuality) -> tuple[PositionGrant, ...]:
    """Return the grants of `config` that allow something now; none while nobody knows what time it is."""
    if config is None or quality == "unset":
        return ()
    return tuple(grant for grant in config.grants if grant.precision != "none" and wall_ms < grant.until_ms)


def rank(precision: Precision) -> int:
    """Return how much `precision` says, 0 for nothing."""
    return PRECISIONS.index(precision)


def coarser(one: Precision, other: Precision) -> Precision:
    """Return the one that says less."""
    return min(one, other, key=rank)


def finest(grants: Iterable[PositionGrant]) -> PositionGrant | None:
    """Return the grant that allows the most, or None."""
    return max(grants, key=lambda grant: rank(grant.precision), default=None)


def position(fix: Fix, precision: Precision) -> Position | None:
    """Return `fix` as precisely as that."""
    match precision:
        case "none":
            return None
        case "exact":
            latitude_deg, longitude_deg = fix
        case "cell":
            latitude_deg, longitude_deg = cell(fix)
        case "city":
            latitude_deg, longitude_deg = cell(fix, CITY_KM)
    return Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg, crs="WGS84", precision=precision)


def cell(fix: Fix, size_km: float = CELL_KM) -> Fix:
    """Return the middle of the cell of `size_km` around `fix`; every point of a cell gives the same."""
    step_deg = size_km / _KM_PER_DEGREE
    latitude_deg = _middle(fix.latitude_deg, step_deg, 90.0)
    # A degree of longitude shrinks towards the poles, where the last cells are made no narrower.
    width_deg = step_deg / max(math.cos(math.radians(latitude_deg)), 0.01)
    return Fix(latitude_deg, _middle(fix.longitude_deg, width_deg, 180.0))


def _middle(angle_deg: float, step_deg: float, limit_deg: float) -> float:
    middle = (math.floor(angle_deg / step_deg) + 0.5) * step_deg
    return round(min(max(middle, -limit_deg), limit_deg), 6)
