"""Partners as GeoJSON (whole: polygons and trucks too) and as CSV (one line each), read strictly and written back.

GeoJSON is RFC 7946: a FeatureCollection with one feature for each partner, whose geometry is its area (a Polygon, a
MultiPolygon or null) and whose properties are the fields of `PartnerEntry`. A CSV leaves polygons and trucks out, and
importing one leaves those that are kept as they are.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec

from cloud.rescue.network.hours import Hours
from cloud.rescue.network.terms import AreaClass, Equipment, Mode, Polygon, Price
from cloud.store.errors import FleetError
from cloud.store.fleet_file import Above, Entry, Id, Latitude, Longitude, Name, Service

Code = Annotated[str, msgspec.Meta(pattern=r"^\d{6}(\d{6})?$")]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_LEAST_RING: Final = 4
_NONE: Final = "none"  # an empty cell says nothing; this says that there is nothing
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
COLUMNS: Final = (
    *("id", "name", "services", "capacity", "lat", "lon", "crs", "hours_from", "hours_to", "utc_offset_min"),
    *("equipment", "mode", "codes", "prices", "city_min", "county_min", "remote_min", "score"),
)


class TruckEntry(Entry, frozen=True, kw_only=True):
    """One truck; equipment that is not said is its partner's."""

    id: Id
    name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    equipment: tuple[Equipment, ...] | None = None
    on_duty: bool = True


class PartnerEntry(Entry, frozen=True, kw_only=True):
    """One partner; None for `polygons` and `trucks` where the file cannot say."""

    id: Id
    name: Name
    services: tuple[Service, ...]
    capacity: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    lat: Latitude
    lon: Longitude
    crs: Literal["WGS84", "GCJ02"] = "WGS84"
    hours: Hours | None = None
    equipment: tuple[Equipment, ...] | None = None
    mode: Mode = "regional"
    codes: tuple[Code, ...] = ()
    prices: dict[Service, Price] = msgspec.field(default_factory=dict)
    promise_min: dict[AreaClass, Above] = msgspec.field(default_factory=dict)
    score: Share | None = None
    polygons: tuple[Polygon, ...] | None = None
    trucks: tuple[TruckEntry, ...] | None = None


def parse(data: bytes, *, is_csv: bool) -> tuple[PartnerEntry, ...]:
    """Return the partners in `data`, or raise `FleetError` naming the line or feature and the key."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FleetError("file", f"it is not UTF-8: {error}") from error
    rows = _rows_of_csv(text) if is_csv else _rows_of_geojson(text)
    found = tuple(_entry(where, row) for where, row in rows)
    _check(found)
    return found


def _entry(where: str, row: dict[str, Any]) -> PartnerEntry:
    try:
        entry = msgspec.convert(row, PartnerEntry)
    except (msgspec.ValidationError, RecursionError) as error:
        raise FleetError(where, str(error)) from error
    for key, clock in () if entry.hours is None else (("from", entry.hours.start), ("to", entry.hours.end)):
        if not _CLOCK.fullmatch(clock):
            raise FleetError(f"{where}.hours.{key}", f"{clock!r} is not HH:MM")
    for polygon in entry.polygons or ():
        for ring in polygon:
            if len(ring) < _LEAST_RING or ring[0] != ring[-1]:
                raise FleetError(f"{where}.geometry", "a ring has four points or more and ends where it began")
            if any(abs(lon) > 180.0 or abs(lat) > 90.0 for lon, lat in ring):
                raise FleetError(f"{where}.geometry", "a point is [longitude, latitude] in degrees of WGS 84")
    return entry


def _check(found: Sequence[PartnerEntry]) -> None:
    for what, ids in (
        ("partner", [entry.id for entry in found]),
        ("truck", [truck.id for entry in found for truck in entry.trucks or ()]),
    ):
        twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
        if twice is not None:
            raise FleetError(f"{what} {twice}", "it is there twice")


def _rows_of_geojson(text: str) -> Iterable[tuple[str, dict[str, Any]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FleetError("file", f"not JSON: {error}") from error
    features = found.get("features") if isinstance(found, dict) and found.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise FleetError("file", "not a GeoJSON FeatureCollection with its features")
    for i, feature in enumerate(features):
        where = f"features[{i}]"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or "polygons" in properties:
            raise FleetError(where, "a feature has properties, and its area as its geometry")
        yield where, {**properties, "polygons": _polygons(where, feature.get("geometry"))}


def _polygons(where: str, geometry: object) -> object:
    if geometry is None:
        return []
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise FleetError(f"{where}.geometry", "an area is a Polygon, a MultiPolygon or null")
    coordinates = geometry.get("coordinates")
    return [coordinates] if kind == "Polygon" else coordinates


def as_geojson(entries: Iterable[PartnerEntry]) -> str:
    """Return the partners as a FeatureCollection that `parse` reads back as they are."""
    features = []
    for entry in entries:
        properties = msgspec.to_builtins(entry)
        polygons = properties.pop("polygons") or []
        geometry = {"type": "MultiPolygon", "coordinates": polygons} if polygons else None
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)


def _rows_of_csv(text: str) -> Iterable[tuple[str, dict[str, Any]]]:
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise FleetError("file", f"not CSV: {error}") from error
    head = rows[0] if rows else []
    unknown = [name for name in head if name not in COLUMNS]
    if unknown or len(set(head)) < len(head) or "id" not in head:
        raise FleetError("line 1", f"the columns are some of {', '.join(COLUMNS)}, each once; id is one of them")
    for number, row in enumerate(rows[1:], start=2):
        if row:
            if len(row) != len(head):
                raise FleetError(f"line {number}", f"it has {len(row)} fields, the first line has {len(head)}")
            yield f"line {number}", _of_cells(f"line {number}", dict(zip(head, map(_unguarded, row), strict=True)))


def _of_cells(where: str, cells: dict[str, str]) -> dict[str, Any]:
    """Return what the cells of one line say; an empty cell says nothing."""
    said = {name: cell for name, cell in cells.items() if cell}
    row: dict[str, Any] = {name: said[name] for name in ("id", "name", "crs", "mode") if name in said}
    for name in ("lat", "lon", "score"):
        if name in said:
            row[name] = _number(where, name, said[name])
    if "capacity" in said:
        row["capacity"] = round(_number(where, "capacity", said["capacity"]))
    for name in ("services", "equipment", "codes"):
        if name in said:
            row[name] = [part for part in said[name].split(";") if part and part != _NONE]
    if "hours_from" in said or "hours_to" in said:
        offset = round(_number(where, "utc_offset_min", said.get("utc_offset_min", "0")))
        row["hours"] = {"from": said.get("hours_from", ""), "to": said.get("hours_to", ""), "utc_offset_min": offset}
    row["promise_min"] = {
        name: _number(where, f"{name}_min", said[f"{name}_min"])
        for name in ("city", "county", "remote")
        if f"{name}_min" in said
    }
    row["prices"] = dict(_price(where, part) for part in said.get("prices", "").split(";") if part)
    return row


def _price(where: str, text: str) -> tuple[str, dict[str, float]]:
    """Return one price of the form service:base[:per_km[:free_km]]."""
    service, *numbers = text.split(":")
    names = ("base", "per_km", "free_km")
    if not 1 <= len(numbers) <= len(names):
        raise FleetError(f"{where}.prices", f"{text!r} is not service:base, service:base:per_km or with :free_km")
    values = [_number(where, "prices", number) for number in numbers]
    return service, dict(zip(names, values, strict=False))


def _number(where: str, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise FleetError(f"{where}.{name}", f"{text!r} is not a number") from None
    if not abs(value) < 1e12:
        raise FleetError(f"{where}.{name}", f"{text!r} is out of range")
    return value


def as_csv(entries: Iterable[PartnerEntry]) -> str:
    """Return the partners as CSV; a cell that a spreadsheet would take for a formula is made a text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_guarded(cell) for cell in _cells(entry)])
    return out.getvalue()


def _cells(entry: PartnerEntry) -> list[str]:
    hours, promise = entry.hours, entry.promise_min
    classes: tuple[AreaClass, ...] = ("city", "county", "remote")
    prices = [f"{name}:{p.base:.15g}:{p.per_km:.15g}:{p.free_km:.15g}" for name, p in entry.prices.items()]
    return [
        *(entry.id, entry.name, ";".join(entry.services), str(entry.capacity)),
        *(repr(entry.lat), repr(entry.lon), entry.crs),
        *(("", "", "") if hours is None else (hours.start, hours.end, str(hours.utc_offset_min))),
        *(
            "" if entry.equipment is None else ";".join(entry.equipment) or _NONE,
            entry.mode,
            ";".join(entry.codes),
            ";".join(prices),
        ),
        *(f"{promise[name]:.15g}" if name in promise else "" for name in classes),
        "" if entry.score is None else repr(entry.score),
    ]


def _guarded(cell: str) -> str:
    # A number may be negative; a text that begins like a formula gets the apostrophe that spreadsheets hide.
    is_number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell) is not None
    return f"'{cell}" if cell.startswith((*_RISKY, "'")) and not is_number else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
