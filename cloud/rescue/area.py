"""In which administrative area a job lies, and what is promised there."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from cloud.rescue.network.areas import UNKNOWN, Found, Seat, find
from cloud.store.tables import jobs, seats, vehicles
from cloud.store.views import Point

_NEAR_DEG = 1.0


def area_of(connection: Connection, place: Point | None) -> Found:
    """Return the area of `place`; unknown where no areas were imported, remote where none is near."""
    if place is None:
        return UNKNOWN
    near = (
        seats.c.latitude_deg.between(place.latitude_deg - _NEAR_DEG, place.latitude_deg + _NEAR_DEG),
        seats.c.longitude_deg.between(place.longitude_deg - 2 * _NEAR_DEG, place.longitude_deg + 2 * _NEAR_DEG),
    )
    rows = connection.execute(
        select(seats.c.code, seats.c.name, seats.c.latitude_deg, seats.c.longitude_deg).where(*near)
    )
    around = [Seat(*row) for row in rows]
    if around:
        return find(around, place)
    is_any = connection.execute(select(seats.c.code).limit(1)).scalar() is not None
    return Found("", "remote") if is_any else UNKNOWN


def columns(connection: Connection, place: Point | None) -> dict[str, object]:
    """Return the area of `place` as the columns that a job has for it."""
    found = area_of(connection, place)
    return {"area_code": found.code, "area_class": found.area_class or ""}


def promise(connection: Connection, job_id: str, promises: Mapping[str, float], now_ms: int) -> None:
    """Put a new job's area on it and the promise of its class, where that is known; an appointment keeps its own."""
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one()
    found = area_of(connection, _place(connection, row["latitude_deg"], row["longitude_deg"], row["vehicle_id"]))
    values: dict[str, object] = {"area_code": found.code, "area_class": found.area_class or ""}
    if row["window_to_ms"] is not None:
        values["promise_ms"] = row["window_to_ms"]
    elif found.area_class is not None and found.area_class in promises:
        values["promise_ms"] = now_ms + round(promises[found.area_class] * 1000.0)
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))


def _place(
    connection: Connection, latitude: float | None, longitude: float | None, vehicle_id: str | None
) -> Point | None:
    """Return the place, else the car's home: its county is no secret of the job's, and is shown to nobody."""
    if latitude is None or longitude is None:
        home = select(vehicles.c.home_latitude_deg, vehicles.c.home_longitude_deg).where(vehicles.c.id == vehicle_id)
        found = connection.execute(home).one_or_none()
        latitude, longitude = (None, None) if found is None else (found[0], found[1])
    if latitude is None or longitude is None:
        return None
    return Point(latitude_deg=latitude, longitude_deg=longitude, crs="", precision="")
