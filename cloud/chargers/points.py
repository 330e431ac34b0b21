"""Charging points out of a table or a map: CSV with a header, or GeoJSON points. Pure: text in, points out.

Columns or properties: latitude, longitude (GeoJSON: its coordinates), power_kw, connectors (separated by `;`), hours
(`24/7` or `HH:MM-HH:MM`) and utc_offset_min. All but the place may be missing.
"""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from cloud.rescue.network.hours import Hours
from cloud.rescue.place import distance_km

DETOUR: Final = 1.3  # roads against the straight line, as for travel times
ALWAYS: Final = frozenset({"", "24/7"})


class ChargePoint(msgspec.Struct, frozen=True, kw_only=True):
    """One charging point; no connectors said means that it suits whoever asks, no hours that it is always open."""

    latitude_deg: float
    longitude_deg: float
    power_kw: float | None = None
    connectors: tuple[str, ...] = ()
    hours: Hours | None = None

    def suits(self, connector: str | None) -> bool:
        """Say whether a car with `connector` (None: not known) can charge here."""
        return connector is None or not self.connectors or connector.casefold() in self.connectors


def parse(text: str) -> Iterator[ChargePoint | str]:
    """Yield every point of a file, and for each row that is none a sentence that says which and why."""
    if not text.lstrip().startswith("{"):
        try:
            for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
                yield _read(f"line {number}", row)
        except csv.Error as error:
            yield f"no CSV: {error}"
        return
    try:
        features = json.loads(text)["features"]
        if not isinstance(features, list):
            raise TypeError("`features` is no list")
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        yield f"no GeoJSON feature collection: {error}"
        return
    yield from (_feature(f"feature {number}", feature) for number, feature in enumerate(features, start=1))


def _feature(name: str, feature: Any) -> ChargePoint | str:
    try:
        longitude, latitude = feature["geometry"]["coordinates"][:2]
        row = dict(feature.get("properties") or {}) | {"latitude": latitude, "longitude": longitude}
    except (LookupError, TypeError, ValueError, AttributeError):
        return f"{name}: it has no point"
    return _read(name, row)


def _read(name: str, row: Mapping[str, Any]) -> ChargePoint | str:
    try:
        latitude, longitude = _number(row, "latitude", 90.0), _number(row, "longitude", 180.0)
        power = _word(row, "power_kw")
        point = ChargePoint(
            latitude_deg=latitude,
            longitude_deg=longitude,
            power_kw=_number(row, "power_kw", 10_000.0) if power else None,
            connectors=tuple(word.strip().casefold() for word in _word(row, "connectors").split(";") if word.strip()),
            hours=_hours(row),
        )
    except ValueError as error:
        return f"{name}: {error}"
    return point


def _word(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None else str(value).strip()


def _number(row: Mapping[str, Any], key: str, most: float) -> float:
    word = _word(row, key)
    try:
        value = float(word)
    except ValueError:
        raise ValueError(f"{key} {word!r} is no number") from None
    if not math.isfinite(value) or abs(value) > most:
        raise ValueError(f"{key} {word!r} is out of range")
    return value


def _hours(row: Mapping[str, Any]) -> Hours | None:
    word = _word(row, "hours")
    if word in ALWAYS:
        return None
    start, dash, end = word.partition("-")
    clock = all(len(part) == 5 and part[2] == ":" and (part[:2] + part[3:]).isdecimal() for part in (start, end))
    if not dash or not clock:
        raise ValueError(f"hours {word!r} are neither 24/7 nor HH:MM-HH:MM")
    offset = _number(row, "utc_offset_min", 900.0) if _word(row, "utc_offset_min") else 0.0
    return Hours(start=start, end=end, utc_offset_min=round(offset))


def nearest_km(
    points: Iterable[ChargePoint], latitude_deg: float, longitude_deg: float, connector: str | None, now_ms: int
) -> float | None:
    """Return the road distance to the nearest open point that suits, None where there is none."""
    found = (
        distance_km(latitude_deg, longitude_deg, point.latitude_deg, point.longitude_deg)
        for point in points
        if point.suits(connector) and (point.hours is None or point.hours.open_at(now_ms))
    )
    nearest = min(found, default=None)
    return None if nearest is None else DETOUR * nearest
