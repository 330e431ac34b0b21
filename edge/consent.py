"""What the car may say of where it is: nothing without a running grant, nothing finer than granted."""

import math
from collections.abc import Iterable
from typing import Final

from contract.messages import ClockQuality, Config, Position, PositionGrant
from edge.ports import Fix

CELL_KM: Final = 1.0
_KM_PER_DEGREE: Final = 111.32  # of latitude, and of longitude at the equator
_STEP_DEG: Final = CELL_KM / _KM_PER_DEGREE
_RANK: Final = {"none": 0, "cell": 1, "exact": 2}


def running(config: Config | None, wall_ms: int, quality: ClockQuality) -> tuple[PositionGrant, ...]:
    """Return the grants of `config` that allow something now; none while nobody knows what time it is."""
    if config is None or quality == "unset":
        return ()
    return tuple(grant for grant in config.grants if grant.precision != "none" and wall_ms < grant.until_ms)


def finest(grants: Iterable[PositionGrant]) -> PositionGrant | None:
    """Return the grant that allows the most, or None."""
    return max(grants, key=lambda grant: _RANK[grant.precision], default=None)


def position(fix: Fix, grant: PositionGrant) -> Position | None:
    """Return `fix` as precisely as `grant` allows."""
    match grant.precision:
        case "exact":
            latitude_deg, longitude_deg = fix
        case "cell":
            latitude_deg, longitude_deg = cell(fix)
        case _:
            return None
    return Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg, crs="WGS84", precision=grant.precision)


def cell(fix: Fix) -> Fix:
    """Return the middle of the 1 km cell around `fix`; every point of a cell gives the same."""
    latitude_deg = _middle(fix.latitude_deg, _STEP_DEG, 90.0)
    # A degree of longitude shrinks towards the poles, where the last cells are made no narrower.
    width_deg = _STEP_DEG / max(math.cos(math.radians(latitude_deg)), 0.01)
    return Fix(latitude_deg, _middle(fix.longitude_deg, width_deg, 180.0))


def _middle(angle_deg: float, step_deg: float, limit_deg: float) -> float:
    middle = (math.floor(angle_deg / step_deg) + 0.5) * step_deg
    return round(min(max(middle, -limit_deg), limit_deg), 6)
