"""Importing the fleet file: into the store, and each vehicle's facts into the log, where scoring reads them.

Importing the same file again changes nothing. A vehicle or partner that a later file leaves out stays; a consent that
a file gave and that a later one leaves out of a vehicle is withdrawn. A consent given otherwise is not touched, and one
that the driver has stopped is not switched on again by a file that was written before.
"""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection, select

from cloud.log.ports import FACTS_STREAM, Log, Record
from cloud.scoring.types import FACTS_KIND, VehicleFacts, encode_facts
from cloud.store import consents, tokens
from cloud.store.feed import note
from cloud.store.fleet_file import Fleet, Vehicle, insurer_of, parse
from cloud.store.once import insert_once, upsert
from cloud.store.tables import consents as consents_table
from cloud.store.tables import partners, plans, vehicle_state, vehicles

__all__ = ["append_facts", "import_fleet", "mqtt_passwords", "parse"]

FILE: Final = "fleet_file"


def import_fleet(connection: Connection, fleet: Fleet, now_ms: int) -> None:
    """Write the fleet into the store; `RefusedError` when a token is in use for somebody else."""
    for vehicle in fleet.vehicles:
        _keep_vehicle(connection, vehicle)
        _keep_consents(connection, vehicle, now_ms)
        _keep_plans(connection, vehicle, now_ms)
        note(connection, "vehicle", vehicle.id, now_ms)
    for partner in fleet.partners:
        row = {
            "id": partner.id,
            "name": partner.name,
            "services": list(partner.services),
            "capacity": partner.capacity,
            "latitude_deg": partner.lat,
            "longitude_deg": partner.lon,
            "crs": partner.crs,
            "hours": None,
        }
        if partner.hours is not None:
            hours = partner.hours
            row["hours"] = {"start": hours.start, "end": hours.end, "utc_offset_min": hours.utc_offset_min}
        upsert(connection, partners, row)
        if partner.token is not None:
            tokens.create(connection, "partner", partner.id, now_ms, partner.token)
    for token in fleet.tokens:
        subject = insurer_of(fleet, token) if token.role == "insurer" else token.subject
        tokens.create(connection, token.role, subject, now_ms, token.token)


def mqtt_passwords(fleet: Fleet) -> dict[str, str]:
    """Return every vehicle's broker password by its user name, which is the vehicle's id."""
    return {vehicle.id: vehicle.mqtt_password for vehicle in fleet.vehicles}


def append_facts(log: Log, fleet: Fleet, now_ms: int) -> int:
    """Append the facts that the log does not have as its latest yet; return how many. Raises `LogError`."""
    fresh = []
    for vehicle in fleet.vehicles:
        payload = encode_facts(_facts(vehicle))
        last = log.last(vehicle.id, FACTS_STREAM)
        if last is None or last.payload != payload:
            seq = 1 if last is None else last.seq + 1
            fresh.append(Record(vehicle.id, FACTS_STREAM, seq, FACTS_KIND, now_ms, payload))
    if fresh:
        log.append(fresh)
    return len(fresh)


def _facts(vehicle: Vehicle) -> VehicleFacts:
    return VehicleFacts(
        powertrain=vehicle.powertrain,
        placard_kpa=vehicle.placard_kpa,
        pack_kwh=vehicle.pack_kwh,
        nominal_v=vehicle.nominal_v,
        charger_km=vehicle.charger_km,
        tank_l=vehicle.tank_l,
        station_km=vehicle.station_km,
        connector=vehicle.connector,
        air_kpa=vehicle.air_kpa,
    )


def _keep_vehicle(connection: Connection, vehicle: Vehicle) -> None:
    contact, home = vehicle.contact, vehicle.home
    upsert(
        connection,
        vehicles,
        {
            "id": vehicle.id,
            "name": vehicle.name,
            "plate": vehicle.plate,
            "model": vehicle.model,
            "powertrain": vehicle.powertrain,
            "placard_kpa": vehicle.placard_kpa,
            "pack_kwh": vehicle.pack_kwh,
            "contact_channel": "" if contact is None else contact.channel,
            "contact_address": "" if contact is None else contact.address,
            "home_latitude_deg": None if home is None else home.lat,
            "home_longitude_deg": None if home is None else home.lon,
            "home_crs": "" if home is None else home.crs,
        },
    )
    # What the car has said of itself since goes before the file.
    insert_once(connection, vehicle_state, {"vehicle_id": vehicle.id, "odometer_km": vehicle.odometer_km})


def _keep_consents(connection: Connection, vehicle: Vehicle, now_ms: int) -> None:
    query = select(consents_table.c.purpose, consents_table.c.recipient).where(
        consents_table.c.vehicle_id == vehicle.id, consents_table.c.how.in_(("", FILE))
    )
    known = {(row.purpose, row.recipient) for row in connection.execute(query)}
    given = select(consents_table.c.purpose, consents_table.c.recipient).where(
        consents_table.c.vehicle_id == vehicle.id,
        consents_table.c.how.not_in(("", FILE)),
        consents.standing(now_ms),
    )
    elsewhere = {(row.purpose, row.recipient) for row in connection.execute(given)}
    for consent in vehicle.consents:
        terms = consents.Terms(
            until_ms=None if consent.until is None else _ms(consent.until),
            covers_ms=None if consent.covers_from is None else _ms(consent.covers_from),
            fields=consent.fields,
            text_version=consent.text_version,
            locale=consent.locale,
            how=FILE,
        )
        known.discard((consent.purpose, consent.recipient))
        stopped_by = consents.was_stopped_by(connection, vehicle.id, consent.purpose, consent.recipient)
        if stopped_by == consents.DRIVER:
            continue  # the driver's word goes before the file
        if (consent.purpose, consent.recipient) in elsewhere:
            continue
        consents.grant(connection, vehicle.id, consent.purpose, consent.recipient, terms, now_ms)
    for purpose, recipient in sorted(known):
        consents.withdraw(connection, vehicle.id, purpose, recipient, FILE, now_ms)


def _keep_plans(connection: Connection, vehicle: Vehicle, now_ms: int) -> None:
    for plan in vehicle.maintenance:
        key = (plans.c.vehicle_id == vehicle.id) & (plans.c.kind == plan.kind)
        known = connection.execute(select(plans).where(key)).one_or_none()
        last_ms = None if plan.last_date is None else _ms(_midnight(plan.last_date))
        row = {
            "vehicle_id": vehicle.id,
            "kind": plan.kind,
            "every_km": plan.every_km,
            "every_days": plan.every_days,
            "last_km": _later(plan.last_km, None if known is None else known.last_km),
            "last_ms": _later(last_ms, None if known is None else known.last_ms),
        }
        upsert(connection, plans, row)


def _later(said: float | None, known: float | None) -> float | None:
    """Return the later of both: work that was done since goes before the file."""
    both = [value for value in (said, known) if value is not None]
    return max(both, default=None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000.0)
