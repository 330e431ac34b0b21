"""Keeping the network: partners with their terms and trucks, and the county seats that area codes stand on."""

import csv
import io
import math
from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, RowMapping, select, update

from cloud.rescue.network.areas import CODE_DIGITS, Seat
from cloud.rescue.network.hours import Hours
from cloud.rescue.network.terms import Area
from cloud.store.errors import FleetError, MissingError
from cloud.store.once import upsert
from cloud.store.partners_file import PartnerEntry, TruckEntry
from cloud.store.tables import partners, seats, trucks
from cloud.store.views import Point

_SEAT_COLUMNS: Final = ("adcode", "name", "longitude", "latitude")


def keep_partners(connection: Connection, entries: Sequence[PartnerEntry]) -> None:
    """Write partners and their trucks.

    A partner that is not named stays, a truck that its partner no longer names goes. Raises `FleetError`
    where an area is said by codes that were not imported.
    """
    known = set(connection.execute(select(seats.c.code)).scalars())
    for entry in entries:
        strange = [code for code in entry.codes if not _is_known(code, known)]
        if strange:
            advice = "import the administrative areas first: outrider partners areas FILE"
            raise FleetError(f"partner {entry.id}, codes", f"no area {', '.join(strange)} is known; {advice}")
        before = connection.execute(select(partners.c.area).where(partners.c.id == entry.id)).scalar()
        polygons = (before or {}).get("polygons", []) if entry.polygons is None else entry.polygons
        upsert(connection, partners, _row(entry, {"codes": entry.codes, "polygons": polygons}))
        if entry.trucks is not None:
            _keep_trucks(connection, entry)


def _is_known(code: str, known: set[str]) -> bool:
    short = code[:CODE_DIGITS]
    while short.endswith("00"):
        short = short[:-2]
    return any(one.startswith(short) for one in known)


def _row(entry: PartnerEntry, area: dict[str, object]) -> dict[str, object]:
    return {
        "id": entry.id,
        "name": entry.name,
        "services": list(entry.services),
        "capacity": entry.capacity,
        "latitude_deg": entry.lat,
        "longitude_deg": entry.lon,
        "crs": entry.crs,
        "hours": None if entry.hours is None else _hours(entry.hours),
        "equipment": None if entry.equipment is None else list(entry.equipment),
        "mode": entry.mode,
        "area": msgspec.to_builtins(area),
        "prices": msgspec.to_builtins(entry.prices),
        "promise_s": {name: minutes * 60.0 for name, minutes in entry.promise_min.items()},
        "score": entry.score,
    }


def _hours(hours: Hours) -> dict[str, object]:
    return {"start": hours.start, "end": hours.end, "utc_offset_min": hours.utc_offset_min}


def _keep_trucks(connection: Connection, entry: PartnerEntry) -> None:
    named = entry.trucks or ()
    for truck in named:
        owner = connection.execute(select(trucks.c.partner_id).where(trucks.c.id == truck.id)).scalar()
        if owner not in (None, entry.id):
            raise FleetError(f"truck {truck.id}", f"it is a truck of partner {owner}")
        carried = None if truck.equipment is None else list(truck.equipment)
        row = {"id": truck.id, "partner_id": entry.id, "name": truck.name, "equipment": carried}
        upsert(connection, trucks, row | {"on_duty": truck.on_duty})
    others = trucks.c.id.not_in([truck.id for truck in named])
    connection.execute(trucks.delete().where(trucks.c.partner_id == entry.id, others))


def kept_partners(connection: Connection) -> list[PartnerEntry]:
    """Return every partner as a file has it."""
    own: dict[str, list[TruckEntry]] = {}
    for row in connection.execute(select(trucks).order_by(trucks.c.id)).mappings():
        carried = None if row["equipment"] is None else tuple(row["equipment"])
        made = TruckEntry(id=row["id"], name=row["name"], equipment=carried, on_duty=row["on_duty"])
        own.setdefault(row["partner_id"], []).append(made)
    rows = connection.execute(select(partners).order_by(partners.c.id)).mappings()
    return [_entry(row, own.get(row["id"], [])) for row in rows]


def _entry(row: RowMapping, own: Sequence[TruckEntry]) -> PartnerEntry:
    area = Area() if row["area"] is None else msgspec.convert(row["area"], Area)
    known = {name: row[name] for name in ("id", "name", "services", "capacity", "crs", "mode", "score")}
    said = known | {
        "lat": row["latitude_deg"],
        "lon": row["longitude_deg"],
        "hours": None if row["hours"] is None else msgspec.to_builtins(Hours(**row["hours"])),
        "equipment": row["equipment"],
        "codes": area.codes,
        "polygons": area.polygons,
        "prices": row["prices"] or {},
        "promise_min": {name: s / 60.0 for name, s in (row["promise_s"] or {}).items()},
        "trucks": [msgspec.to_builtins(truck) for truck in own],
    }
    return msgspec.convert(msgspec.to_builtins(said), PartnerEntry)


def place_truck(
    connection: Connection, truck_id: str, *, partner_id: str, place: Point | None, on_duty: bool | None, now_ms: int
) -> None:
    """Keep where a partner's truck is and whether it is on duty; `MissingError` for anybody else's."""
    values: dict[str, object] = {}
    if place is not None:
        where = {"latitude_deg": place.latitude_deg, "longitude_deg": place.longitude_deg, "crs": place.crs}
        values |= where | {"position_ms": now_ms}
    if on_duty is not None:
        values["on_duty"] = on_duty
    mine = (trucks.c.id == truck_id) & (trucks.c.partner_id == partner_id)
    known = connection.execute(select(trucks.c.id).where(mine)).scalar()
    if known is None:
        raise MissingError(f"no truck {truck_id} of yours")
    if values:
        connection.execute(update(trucks).where(mine).values(**values))


def parse_seats(data: bytes) -> list[Seat]:
    """Return the county seats of a CSV with the columns adcode, name, longitude, latitude; or raise `FleetError`.

    Provinces and cities are left out: every place lies in a county or a district, and their seats would hide it.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FleetError("file", f"not CSV in UTF-8: {error}") from error
    found = []
    for number, row in enumerate(rows, start=2):
        if row.get("longitude") == row.get("latitude") == "":
            continue  # an area whose place nobody has noted
        try:
            code, name, lon, lat = (row[column] for column in _SEAT_COLUMNS)
            seat = Seat(code[:CODE_DIGITS], name, float(lat), float(lon))
        except (KeyError, TypeError, ValueError) as error:
            raise FleetError(f"line {number}", f"it needs {', '.join(_SEAT_COLUMNS)}: {error}") from error
        if not (seat.code.isdecimal() and len(seat.code) == CODE_DIGITS and _is_on_earth(seat)):
            raise FleetError(f"line {number}", f"{code!r} at {lat!r}, {lon!r} is no area with its place")
        if not seat.code.endswith("00"):
            found.append(seat)
    return found


def _is_on_earth(seat: Seat) -> bool:
    where = seat.latitude_deg, seat.longitude_deg
    return all(map(math.isfinite, where)) and abs(where[0]) <= 90.0 and abs(where[1]) <= 180.0


def keep_seats(connection: Connection, found: Sequence[Seat]) -> None:
    """Write the seats; those that are kept already are brought up to date."""
    for seat in found:
        upsert(connection, seats, seat._asdict())
