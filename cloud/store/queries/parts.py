"""Pieces that several views share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from cloud.store.tables import vehicles
from cloud.store.views import Point, VehicleRef, Words

NOBODY = VehicleRef(id=None, name="", plate="", model="")


def refs(connection: Connection, ids: Sequence[str]) -> dict[str, VehicleRef]:
    """Return who the vehicles `ids` are."""
    columns = (vehicles.c.id, vehicles.c.name, vehicles.c.plate, vehicles.c.model)
    rows = connection.execute(select(*columns).where(vehicles.c.id.in_(set(ids))))
    return {row.id: VehicleRef(id=row.id, name=row.name, plate=row.plate, model=row.model) for row in rows}


def words(stored: Sequence[dict[str, Any]]) -> list[Words]:
    """Return stored reasons."""
    return [Words(reason["code"], reason["zh"], reason["en"]) for reason in stored]


def horizons(stored: Sequence[Sequence[float]] | None) -> list[tuple[int, float]] | None:
    """Return stored risks as (hours, probability) pairs, None when nothing was measured."""
    return None if stored is None else [(int(horizon_h), float(p)) for horizon_h, p in stored]


def point(row: RowMapping) -> Point | None:
    """Return the place in a row that has the columns of one, None when it is not known."""
    if row["latitude_deg"] is None or row["longitude_deg"] is None:
        return None
    return Point(
        latitude_deg=row["latitude_deg"],
        longitude_deg=row["longitude_deg"],
        crs=row["crs"],
        precision=row["precision"],
        as_of_ms=row["position_ms"],
    )


def masked(phone: str) -> str | None:
    """Return the last four digits of a phone number behind stars, None without one."""
    return "*" * max(0, len(phone) - 4) + phone[-4:] if len(phone) > 4 else ("****" if phone else None)
