"""The stories a car can live through: what it is, what its day is like, what goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from firmware_sim.errors import UsageError
from firmware_sim.faults import Code, Drain, Fault, Leak, Shortage
from firmware_sim.physics.engine import Engine
from firmware_sim.physics.lead_acid import LeadAcid
from firmware_sim.physics.traction import Pack
from firmware_sim.physics.tyre import Tyre
from firmware_sim.usage import Phase, charge, drive, idle, park
from firmware_sim.vehicle import WHEELS, Build, Vehicle
from firmware_sim.vin import made_up_vin

PETROL: Final = "petrol"
PETROL_UDS: Final = "petrol-uds"
E_GMP: Final = "e-gmp"
HOME: Final = (31.2304, 121.4737)
_PLACARDS_KPA: Final = {PETROL: 230.0, PETROL_UDS: 230.0, E_GMP: 250.0}
_PACK_KWH: Final = 77.4
_YOUNG_BATTERY: Final = LeadAcid(60.0, 0.92, 0.88)


@dataclass(frozen=True)
class Call:
    """A driver's own call for help: when, for what; and what the driver does once it is served."""

    at_h: float
    problem: str
    service: str
    afterwards: tuple[Phase, ...]


@dataclass(frozen=True)
class Scenario:
    """One story; `tyre_kpa` are the cold pressures at the start, where they differ from the placard."""

    name: str
    title: str
    model: str
    day: tuple[Phase, ...]
    odometer_km: float
    battery: LeadAcid = _YOUNG_BATTERY
    soc: float = 0.8
    auxiliary_kw: float = 1.2
    tyre_kpa: dict[str, float] = field(default_factory=dict)
    fault: Callable[[], Fault] | None = None
    call: Call | None = None
    service_due_km: float | None = None

    @property
    def placard_kpa(self) -> float:
        """The pressure on the placard."""
        return _PLACARDS_KPA[self.model]

    def vehicle(self, vehicle: str, seed: int, home: tuple[float, float], odometer_km: float) -> Vehicle:
        """Return the car at its start: warm, awake, ignition on."""
        electric = self.model == E_GMP
        vin = made_up_vin(vehicle, seed)
        build = Build(vehicle, self.model, vin, seed, home, self.placard_kpa, auxiliary_kw=self.auxiliary_kw)
        return Vehicle(
            build=build,
            odometer_km=odometer_km,
            battery=replace(self.battery, surface_v=0.1),
            tyres=[Tyre(self.tyre_kpa.get(wheel, self.placard_kpa), 17.0) for wheel in WHEELS],
            engine=None if electric else Engine(coolant_degc=40.0, fuel_l=44.0),
            pack=Pack(_PACK_KWH, self.soc) if electric else None,
        )

    def facts(self) -> dict[str, Any]:
        """Return what a fleet file has to know of such a car."""
        fault = None if self.fault is None else self.fault()
        return {
            "name": self.name,
            "title": self.title,
            "model": self.model,
            "powertrain": "bev" if self.model == E_GMP else "petrol",
            "cause": None if fault is None else fault.cause,
            "service": None if fault is None else fault.service,
            "placard_kpa": self.placard_kpa,
            "pack_kwh": _PACK_KWH if self.model == E_GMP else None,
            "odometer_km": self.odometer_km,
            "service_due_km": self.service_due_km,
            "calls_at_h": None if self.call is None else self.call.at_h,
        }


_TAXI_HOURS: Final = tuple(phase for _ in range(5) for phase in (drive(0.8, 32.0, 10.0), idle(0.2)))
_TAXI_AGAIN: Final = tuple(phase for _ in range(8) for phase in (drive(0.8, 32.0, 10.0), idle(0.2)))

SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "dying_12v",
            "an aged 12 V battery is drained while the car is parked, and the driver wants to leave at hour 10",
            PETROL,
            (drive(0.8, 42.0), park(9.2), drive(1.0, 42.0), park(13.0)),
            61_200.0,
            battery=LeadAcid(60.0, 0.5, 0.8),
            fault=lambda: Drain(onset_h=1.0, current_a=2.5),
        ),
        Scenario(
            "stranding_dtc",
            "the crankshaft sensor fails now and then, then for good, and the engine dies at hour 7",
            PETROL,
            (drive(3.5, 58.0, 12.0), park(0.2), drive(5.3, 58.0, 12.0), park(15.0)),
            88_700.0,
            fault=lambda: Code(pending_h=2.0, confirmed_h=4.0, dies_h=7.0, code="P0335"),
        ),
        Scenario(
            "stranding_dtc_uds",
            "the same in a car of model year 2027, whose control units answer UDS only (SAE J1979-2)",
            PETROL_UDS,
            (drive(3.5, 58.0, 12.0), park(0.2), drive(5.3, 58.0, 12.0), park(15.0)),
            8_700.0,
            fault=lambda: Code(pending_h=2.0, confirmed_h=4.0, dies_h=7.0, code="P0335"),
        ),
        Scenario(
            "service_due",
            "a healthy car drives 700 km and passes its service interval on the way",
            PETROL,
            (drive(5.0, 72.0, 10.0), park(0.15, refuel=True), drive(5.0, 72.0, 10.0), park(13.85, refuel=True)),
            49_700.0,
            service_due_km=50_000.0,
        ),
        Scenario(
            "caller",
            "a healthy car hits a kerb, and its driver calls for help at hour 3 the ordinary way",
            PETROL,
            (drive(2.9, 45.0), park(21.1)),
            15_300.0,
            call=Call(3.0, "flat tyre after hitting a kerb", "tyre_change", (drive(0.6, 40.0),)),
        ),
        Scenario(
            "slow_leak",
            "a taxi's rear right tyre loses 60 kPa a day",
            E_GMP,
            (*_TAXI_HOURS, charge(0.5, 60.0), *_TAXI_AGAIN, charge(1.5, 40.0), park(9.0)),
            30_400.0,
            battery=LeadAcid(45.0, 0.95, 0.9),
            soc=0.92,
            tyre_kpa={"front_left": 251.0, "front_right": 249.0, "rear_left": 250.0, "rear_right": 238.0},
            fault=lambda: Leak(onset_h=0.5, wheel="rear_right", kpa_per_day=60.0),
        ),
        Scenario(
            "low_charge",
            "a holiday jam on the motorway empties the traction battery from 45 % in eight or nine hours",
            E_GMP,
            (drive(23.0, 20.0, 7.0), charge(1.0, 60.0)),
            22_150.0,
            battery=LeadAcid(45.0, 0.95, 0.9),
            soc=0.45,
            auxiliary_kw=1.6,
            fault=Shortage,
        ),
        Scenario(
            "healthy",
            "an electric car is driven, parked and charged, and nothing is wrong with it",
            E_GMP,
            (drive(1.0, 45.0), park(2.5), drive(0.8, 45.0), charge(2.7, 7.0), park(2.5), drive(1.0, 45.0), park(13.5)),
            12_900.0,
            battery=LeadAcid(45.0, 0.95, 0.9),
            soc=0.78,
        ),
    )
}


def scenario(name: str) -> Scenario:
    """Return the scenario called `name`, or raise `UsageError` that lists them all."""
    try:
        return SCENARIOS[name]
    except KeyError:
        raise UsageError(f"--scenario {name!r} is none of: {', '.join(sorted(SCENARIOS))}") from None
