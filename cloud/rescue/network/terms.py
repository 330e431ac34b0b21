"""What a partner has agreed to: services, equipment, area, hours, prices, promise, place in the contract: pure.

Contract modes: in the area of an *exclusive* partner nobody else is asked; *regional* partners compete by cost; a
*national* partner is the net below, asked when no regional one is left. A network that has both is the hybrid one.
"""

from collections.abc import Sequence
from typing import Final, Literal, TypeVar

import msgspec

Equipment = Literal["flatbed", "hv_trained", "charging_truck"]
Mode = Literal["exclusive", "regional", "national"]
AreaClass = Literal["city", "county", "remote"]
# One ring of (longitude, latitude) pairs, closed, as GeoJSON has it; the first is the outline, the others are holes.
Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]

_BY_SERVICE: Final[dict[str, Equipment]] = {"flatbed_tow": "flatbed", "mobile_charge": "charging_truck"}
_HIGH_VOLTAGE: Final = frozenset({"traction_cells", "traction_battery_fault", "insulation"})


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a service costs: `base`, and `per_km` for every kilometre of the way beyond `free_km`."""

    base: float
    per_km: float = 0.0
    free_km: float = 0.0

    def for_km(self, km: float | None) -> float:
        """Return the price with a way of `km`, the base alone where the way is not known."""
        return self.base if km is None else self.base + self.per_km * max(0.0, km - self.free_km)


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a partner works: administrative codes (each with all below it) and polygons; both empty: everywhere."""

    codes: tuple[str, ...] = ()
    polygons: tuple[Polygon, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        """Whether no limit was said."""
        return not self.codes and not self.polygons


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """One partner's terms; `equipment` is None where nobody has said what it has, `score` None before it has one."""

    equipment: frozenset[Equipment] | None = None
    mode: Mode = "regional"
    area: Area = Area()
    prices: dict[str, Price] = {}
    promise_s: dict[AreaClass, float] = {}
    score: float | None = None


def needed(service: str, cause: str) -> frozenset[Equipment]:
    """Return what a truck must carry for `service`; by a high-voltage fault its people must be trained."""
    found: set[Equipment] = set()
    if service in _BY_SERVICE:
        found.add(_BY_SERVICE[service])
    if cause in _HIGH_VOLTAGE:
        found.add("hv_trained")
    return frozenset(found)


Asked = TypeVar("Asked")


def in_contract_order(able: Sequence[tuple[Mode, Asked]], *, exclusive_there: bool) -> list[Asked]:
    """Return those of `able` (who can and were not asked yet) that the contracts let us ask now.

    Args:
        able: each with its mode.
        exclusive_there: whether an exclusive partner has this place and service, able now or not; then only such
            partners are asked, and when none is left it is a person's matter.
    """
    if exclusive_there:
        return [one for mode, one in able if mode == "exclusive"]
    near = [one for mode, one in able if mode != "national"]
    return near or [one for _, one in able]
