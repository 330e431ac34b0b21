"""Where the car in need is: nothing by default, the exact point for one job after a yes, nothing a day after it."""

from typing import Final

from sqlalchemy import Connection, RowMapping, func, select, update

from cloud.rescue import area
from cloud.rescue.place import cell_of
from cloud.store.feed import note
from cloud.store.outbox import put
from cloud.store.tables import jobs, vehicle_state, vehicles
from cloud.store.views import Point

_CITY_DIGITS: Final = 4
_UNKNOWN: Final = {
    "latitude_deg": None,
    "longitude_deg": None,
    "crs": "",
    "precision": "",
    "position_ms": None,
}


def columns(place: Point | None) -> dict[str, object]:
    """Return a place as the columns that a job and a vehicle's state have for it."""
    if place is None:
        return dict(_UNKNOWN)
    return {
        "latitude_deg": place.latitude_deg,
        "longitude_deg": place.longitude_deg,
        "crs": place.crs,
        "precision": place.precision,
        "position_ms": place.as_of_ms,
    }


def ask_vehicle(connection: Connection, job_id: str, vehicle_id: str, until_ms: int, now_ms: int) -> None:
    """Let the car say exactly where it is, for this job alone, until `until_ms`."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(grant_until_ms=until_ms))
    put(connection, f"grant/{job_id}", "grant", vehicle_id, {"job": job_id}, now_ms)


def release_grant(connection: Connection, job: RowMapping, now_ms: int) -> None:
    """Take the grant back when the job is over."""
    if job["grant_until_ms"] is not None:
        connection.execute(update(jobs).where(jobs.c.id == job["id"]).values(grant_until_ms=now_ms))
        put(connection, f"grant-end/{job['id']}", "grant", job["vehicle_id"], {"job": job["id"]}, now_ms)


def granted(connection: Connection, vehicle_id: str, now_ms: int) -> list[tuple[str, int]]:
    """Return (job, until in ms) of every grant that stands for this vehicle."""
    query = select(jobs.c.id, jobs.c.grant_until_ms).where(
        jobs.c.vehicle_id == vehicle_id, jobs.c.closed_ms.is_(None), jobs.c.grant_until_ms > now_ms
    )
    return [(job_id, until_ms) for job_id, until_ms in connection.execute(query.order_by(jobs.c.id))]


def place_from_vehicle(connection: Connection, vehicle_id: str, place: Point, now_ms: int) -> bool:
    """Put the car's own word on the job that asked for it; return False, keeping nothing, where no job did."""
    stands = granted(connection, vehicle_id, now_ms)
    if not stands:
        return False
    for job_id, _ in stands:
        values = columns(place) | area.columns(connection, place)
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values, version=jobs.c.version + 1))
        note(connection, "job", job_id, now_ms)
    connection.execute(update(vehicle_state).where(vehicle_state.c.vehicle_id == vehicle_id).values(**columns(place)))
    note(connection, "vehicle", vehicle_id, now_ms)
    return True


def search_place(connection: Connection, job: RowMapping) -> tuple[Point | None, bool]:
    """Return the place to look for partners from, and whether it may be shown (a home is only for the search)."""
    if job["latitude_deg"] is not None:
        known = Point(
            latitude_deg=job["latitude_deg"],
            longitude_deg=job["longitude_deg"],
            crs=job["crs"],
            precision=job["precision"],
        )
        return known, True
    home = vehicles.c.home_latitude_deg, vehicles.c.home_longitude_deg, vehicles.c.home_crs
    row = connection.execute(select(*home).where(vehicles.c.id == job["vehicle_id"])).one_or_none()
    if row is None or row.home_latitude_deg is None:
        return None, False
    place = Point(
        latitude_deg=row.home_latitude_deg, longitude_deg=row.home_longitude_deg, crs=row.home_crs, precision="cell"
    )
    return cell_of(place), False


def forget(connection: Connection, now_ms: int, after_s: float) -> int:
    """Wipe places, phones and callers' words of jobs closed longer ago than `after_s`; return how many jobs."""
    before_ms = now_ms - round(after_s * 1000.0)
    due = select(jobs.c.id, jobs.c.vehicle_id).where(jobs.c.closed_ms <= before_ms, jobs.c.forgotten_ms.is_(None))
    rows = connection.execute(due.limit(100)).all()
    for job_id, vehicle_id in rows:
        connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(
                **_UNKNOWN,
                phone="",
                note="",
                problem="",
                key_holder="",
                place_by="",
                area_code=func.substr(jobs.c.area_code, 1, _CITY_DIGITS),  # the pace of trucks is learned by city
                forgotten_ms=now_ms,
            )
        )
        if vehicle_id is not None and not granted(connection, vehicle_id, now_ms):
            connection.execute(update(vehicle_state).where(vehicle_state.c.vehicle_id == vehicle_id).values(**_UNKNOWN))
    return len(rows)
