"""The fleet file: vehicles, partners and tokens as JSON, read whole and strictly; an error names the key."""

import re
from datetime import date, datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec

from cloud.insurer.fields import OF_PURPOSE
from cloud.rescue.network.hours import Hours
from cloud.store.errors import FleetError
from contract.errors import ContractError
from contract.identity import check_vehicle

Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Above = Annotated[float, msgspec.Meta(gt=0)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Secret = Annotated[str, msgspec.Meta(min_length=8, max_length=200)]
Service = Literal[
    "jump_start",
    "battery_exchange",
    "tyre_change",
    "mobile_charge",
    "fuel_delivery",
    "mobile_mechanic",
    "tow",
    "flatbed_tow",
]
_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?$", re.DOTALL)
_FIELD: Final = re.compile(r"field `(?P<name>[^`]*)`")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the file; a key that it does not know is an error."""


class Contact(Entry, frozen=True, kw_only=True):
    """How the driver is reached."""

    channel: Literal["webhook"]
    address: str


class Consent(Entry, frozen=True, kw_only=True):
    """What the owner has agreed to, towards whom and until when (None: until withdrawn).

    `fields` None is all that the purpose knows; `covers_from` None is from the consent on.
    """

    purpose: Literal["position", "insurer", "pricing", "standing_dispatch"]
    recipient: str = ""
    until: Instant | None = None
    covers_from: Instant | None = None
    fields: tuple[Name, ...] | None = None
    text_version: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] = "1"
    locale: Literal["zh", "en"] = "zh"


class Home(Entry, frozen=True, kw_only=True):
    """Where the car usually is; used to look for partners, shown to nobody."""

    lat: Latitude
    lon: Longitude
    crs: Literal["WGS84", "GCJ02"] = "WGS84"


class Plan(Entry, frozen=True, kw_only=True):
    """One maintenance item: how often, and when it was last done."""

    kind: Name
    every_km: Above | None = None
    every_days: Above | None = None
    last_km: float | None = None
    last_date: date | None = None


class Vehicle(Entry, frozen=True, kw_only=True):
    """One car."""

    id: Id
    name: Name
    plate: Annotated[str, msgspec.Meta(max_length=20)]
    model: Annotated[str, msgspec.Meta(max_length=120)]
    powertrain: Literal["petrol", "bev"]
    mqtt_password: Secret
    placard_kpa: Above | None = None
    pack_kwh: Above | None = None
    nominal_v: Above = 12.0
    charger_km: Above | None = None
    tank_l: Above | None = None
    station_km: Above | None = None
    connector: Name | None = None
    air_kpa: Above | None = None
    odometer_km: Annotated[float, msgspec.Meta(ge=0)] | None = None
    contact: Contact | None = None
    consents: tuple[Consent, ...] = ()
    home: Home | None = None
    maintenance: tuple[Plan, ...] = ()


class Partner(Entry, frozen=True, kw_only=True):
    """One rescue partner and its base."""

    id: Id
    name: Name
    services: tuple[Service, ...]
    capacity: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    lat: Latitude
    lon: Longitude
    crs: Literal["WGS84", "GCJ02"] = "WGS84"
    hours: Hours | None = None
    token: Secret | None = None


class Token(Entry, frozen=True, kw_only=True):
    """A token that works from the start; `subject` is the partner's id, or the recipient's name for an insurer."""

    role: Literal["operator", "partner", "insurer", "viewer"]
    token: Secret
    subject: str = ""


class Fleet(Entry, frozen=True, kw_only=True):
    """The whole file."""

    vehicles: tuple[Vehicle, ...] = ()
    partners: tuple[Partner, ...] = ()
    tokens: tuple[Token, ...] = ()


_decoder: Final = msgspec.json.Decoder(Fleet)


def parse(data: bytes) -> Fleet:
    """Return the fleet in `data`, or raise `FleetError` naming the key that is wrong."""
    try:
        fleet = _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise _named(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FleetError("file", f"not JSON: {error}") from error
    _check_vehicles(fleet)
    _check_partners(fleet)
    _check_tokens(fleet)
    return fleet


def insurer_of(fleet: Fleet, token: Token) -> str:
    """Return the recipient that an insurer's token speaks for: the one it names, else the only one in the file."""
    recipients = {c.recipient for v in fleet.vehicles for c in v.consents if c.purpose == "insurer"}
    if token.subject or len(recipients) != 1:
        return token.subject
    return recipients.pop()


def _named(message: str) -> FleetError:
    found = _AT.match(message)
    what, where = (message, "") if found is None else (found["what"], found["where"] or "")
    field = _FIELD.search(what)
    if field is not None:
        where = f"{where}.{field['name']}" if where else field["name"]
    return FleetError(where or "file", what)


def _check_vehicles(fleet: Fleet) -> None:
    _check_unique("vehicles", [vehicle.id for vehicle in fleet.vehicles])
    for i, vehicle in enumerate(fleet.vehicles):
        where = f"vehicles[{i}]"
        try:
            check_vehicle(vehicle.id)
        except ContractError as error:
            raise FleetError(f"{where}.id", str(error)) from error
        if vehicle.contact is not None:
            _check_address(f"{where}.contact.address", vehicle.contact.address)
        _check_unique(f"{where}.maintenance", [plan.kind for plan in vehicle.maintenance], key="kind")
        for k, plan in enumerate(vehicle.maintenance):
            if plan.every_km is None and plan.every_days is None:
                raise FleetError(f"{where}.maintenance[{k}]", "it needs every_km, every_days or both")
        said = [f"{consent.purpose} for {consent.recipient}" for consent in vehicle.consents]
        _check_unique(f"{where}.consents", said, key="purpose")
        for k, consent in enumerate(vehicle.consents):
            if consent.purpose in ("insurer", "pricing") and not consent.recipient:
                raise FleetError(f"{where}.consents[{k}].recipient", "a consent for an insurer names the insurer")
            unknown = [name for name in consent.fields or () if name not in OF_PURPOSE.get(consent.purpose, ())]
            if unknown:
                raise FleetError(f"{where}.consents[{k}].fields", f"no field {unknown[0]!r} in docs/insurer-feed.md")


def _check_partners(fleet: Fleet) -> None:
    _check_unique("partners", [partner.id for partner in fleet.partners])
    for i, partner in enumerate(fleet.partners):
        if partner.hours is not None:
            for key, clock in (("from", partner.hours.start), ("to", partner.hours.end)):
                if not _CLOCK.fullmatch(clock):
                    raise FleetError(f"partners[{i}].hours.{key}", f"{clock!r} is not HH:MM")


def _check_tokens(fleet: Fleet) -> None:
    known = {partner.id for partner in fleet.partners}
    for i, token in enumerate(fleet.tokens):
        if token.role == "partner" and token.subject not in known:
            raise FleetError(f"tokens[{i}].subject", f"no partner {token.subject!r} in this file")
        if token.role == "insurer" and not insurer_of(fleet, token):
            raise FleetError(f"tokens[{i}].subject", "name the recipient that this insurer's token speaks for")


def _check_unique(where: str, values: list[str], key: str = "id") -> None:
    seen: set[str] = set()
    for i, value in enumerate(values):
        if value in seen:
            raise FleetError(f"{where}[{i}].{key}", f"{value!r} is there twice")
        seen.add(value)


def _check_address(where: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise FleetError(where, f"{address[:80]!r} is not an http or https address")
