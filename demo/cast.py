"""Who plays in the demo: the cars with their scenarios, the partners, and what the fleet file says of them."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

EXPECTED: Final = {
    "low_voltage_battery": "car-1",
    "tyre": "car-2",
    "traction_battery": "car-3",
    "dtc": "car-4",
}
REMINDED: Final = "car-5"
CALLER: Final = "car-6"
HEALTHY: Final = "car-7"
INTERVAL_KM: Final = 10_000.0


def _secret() -> str:
    return secrets.token_urlsafe(18)


@dataclass(frozen=True)
class Car:
    """One simulated car: what it is, what will happen to it, and where it lives."""

    id: str
    scenario: str
    name: str
    plate: str
    model: str
    powertrain: str
    lat: float
    lon: float
    odometer_km: float
    last_service_km: float
    password: str = field(default_factory=_secret, repr=False)

    @property
    def signal_sets(self) -> list[str]:
        """The agent's signal sets for this model."""
        return ["sae-j1979", "e-gmp"] if self.powertrain == "bev" else ["sae-j1979"]


@dataclass(frozen=True)
class Partner:
    """One simulated rescue partner."""

    id: str
    name: str
    services: tuple[str, ...]
    lat: float
    lon: float
    token: str = field(default_factory=_secret, repr=False)


def cars() -> list[Car]:
    """Return the seven cars: four that will fail, one due for service, one whose driver calls, one healthy."""
    petrol, electric = ("Compact 1.5 petrol", "petrol"), ("Crossover E-GMP 77 kWh", "bev")
    rows = (
        ("car-1", "dying_12v", "Van 1", "沪A10001", petrol, 31.2304, 121.4737, 61_200.0, 58_000.0),
        ("car-2", "slow_leak", "Taxi 2", "沪AD10002", electric, 31.2222, 121.4581, 30_400.0, 28_000.0),
        ("car-3", "low_charge", "Taxi 3", "沪AD10003", electric, 31.1956, 121.4365, 22_150.0, 20_000.0),
        ("car-4", "stranding_dtc", "Van 4", "沪A10004", petrol, 31.2453, 121.5061, 88_700.0, 85_000.0),
        ("car-5", "service_due", "Van 5", "沪A10005", petrol, 31.2989, 121.5151, 49_700.0, 40_000.0),
        ("car-6", "caller", "Van 6", "沪A10006", petrol, 31.1799, 121.4274, 15_300.0, 12_000.0),
        ("car-7", "healthy", "Taxi 7", "沪AD10007", electric, 31.2615, 121.4893, 12_900.0, 10_000.0),
    )
    return [
        Car(id_, scenario, name, plate, *model, lat, lon, odometer, last)
        for id_, scenario, name, plate, model, lat, lon, odometer, last in rows
    ]


def partners() -> list[Partner]:
    """Return three partners around the cars, each able to do a part of the work."""
    battery, tow = (
        ("jump_start", "battery_exchange", "tyre_change"),
        ("mobile_mechanic", "tow", "flatbed_tow"),
    )
    return [
        Partner("partner-1", "Bund Roadside", (*battery, "mobile_mechanic"), 31.2400, 121.4900),
        Partner("partner-2", "Xuhui Recovery", (*tow, "mobile_charge", "fuel_delivery"), 31.1900, 121.4400),
        Partner(
            "partner-3",
            "Pudong Assist",
            (*battery, *tow, "mobile_charge", "fuel_delivery"),
            31.2300,
            121.5300,
        ),
    ]


def fleet_file(fleet: list[Car], crew: list[Partner], notices: str, operator: str, now: datetime) -> dict[str, Any]:
    """Return the fleet file that `outrider fleet import` reads; the owners' consents are recorded in it."""
    return {
        "vehicles": [_vehicle(car, notices, now) for car in fleet],
        "partners": [
            {
                "id": partner.id,
                "name": partner.name,
                "services": list(partner.services),
                "capacity": 2,
                "lat": partner.lat,
                "lon": partner.lon,
                "token": partner.token,
            }
            for partner in crew
        ],
        "tokens": [{"role": "operator", "token": operator}],
    }


def _vehicle(car: Car, notices: str, now: datetime) -> dict[str, Any]:
    until = (now.astimezone(UTC) + timedelta(days=365)).isoformat()
    consents = [{"purpose": purpose, "recipient": to, "until": until} for purpose, to in _CONSENTS]
    return {
        "id": car.id,
        "name": car.name,
        "plate": car.plate,
        "model": car.model,
        "powertrain": car.powertrain,
        "mqtt_password": car.password,
        "placard_kpa": 250.0 if car.powertrain == "bev" else 230.0,
        "pack_kwh": 77.4 if car.powertrain == "bev" else None,
        "odometer_km": car.odometer_km,
        "contact": {"channel": "webhook", "address": notices},
        "consents": consents,
        "home": {"lat": car.lat, "lon": car.lon, "crs": "WGS84"},
        "maintenance": [
            {
                "kind": "service",
                "every_km": INTERVAL_KM,
                "every_days": 365,
                "last_km": car.last_service_km,
                "last_date": (now.date() - timedelta(days=120)).isoformat(),
            }
        ],
    }


_CONSENTS: Final = (("position", "rescue"), ("insurer", "demo-insurer"))
