"""Which cars there are: class, age, city, use, and what the fleet's file would say of them."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import randomness
from firmware_sim.fleet.weather import CITIES


class Class(NamedTuple):
    """A kind of car; `use` weighs commuter, taxi, van, idle and long_park."""

    model: str
    powertrain: str
    weight: float
    use: tuple[float, float, float, float, float]
    placard_kpa: float
    battery_ah: float
    battery_type: str
    tank_l: float
    l_100km: float
    pack_kwh: float
    cells: int
    chemistry: str
    kwh_100km: float
    has_tyre_temperature: float


USES: Final = ("commuter", "taxi", "van", "idle", "long_park")
CLASSES: Final = (
    Class("petrol-small", "petrol", 0.22, (0.66, 0.04, 0.04, 0.10, 0.16), 220.0, 50.0, "flooded", 45.0, 6.4,
          0.0, 0, "", 0.0, 0.55),
    Class("petrol-family", "petrol", 0.22, (0.68, 0.06, 0.02, 0.10, 0.14), 230.0, 63.0, "efb", 58.0, 7.8,
          0.0, 0, "", 0.0, 0.8),
    Class("petrol-van", "petrol", 0.10, (0.10, 0.0, 0.75, 0.08, 0.07), 280.0, 72.0, "flooded", 60.0, 9.4,
          0.0, 0, "", 0.0, 0.4),
    Class("hybrid-family", "hybrid", 0.12, (0.60, 0.26, 0.0, 0.06, 0.08), 230.0, 45.0, "agm", 48.0, 4.9,
          1.4, 84, "nmc", 0.0, 0.7),
    Class("bev-city", "bev", 0.10, (0.74, 0.06, 0.04, 0.06, 0.10), 240.0, 40.0, "flooded", 0.0, 0.0,
          31.0, 96, "lfp", 11.2, 0.7),
    Class("bev-family", "bev", 0.16, (0.64, 0.20, 0.0, 0.06, 0.10), 250.0, 50.0, "agm", 0.0, 0.0,
          64.0, 96, "nmc", 15.2, 0.9),
    Class("bev-van", "bev", 0.08, (0.06, 0.0, 0.86, 0.04, 0.04), 300.0, 60.0, "agm", 0.0, 0.0,
          50.0, 108, "lfp", 21.0, 0.5),
)  # fmt: skip
CELL_V: Final = {"nmc": 3.68, "lfp": 3.22}
OLDEST_Y: Final = {"petrol": 13.0, "hybrid": 9.0, "bev": 7.0}


@dataclass(frozen=True)
class Car:
    """One vehicle: what it is, where and how it lives, and what of it can be read."""

    number: int
    name: str
    kind: Class
    age_years: float
    city: int
    usage: str
    pack_kwh: float
    pack_ah: float
    charger_km: float
    station_km: float
    has_supply_sensor: bool
    is_fast_supply: bool
    has_tyre_pressure: bool
    has_tyre_temperature: bool
    has_home_charger: bool
    has_garage: bool
    has_smart_alternator: bool
    care: float
    reads_warnings: bool

    @property
    def air_kpa(self) -> float:
        """The air pressure where it lives."""
        return CITIES[self.city].air_kpa

    @property
    def cranks(self) -> bool:
        """Whether a starter on the 12 V battery turns its engine."""
        return self.kind.powertrain == "petrol"

    @property
    def has_engine(self) -> bool:
        """Whether it burns petrol."""
        return self.kind.tank_l > 0.0


def _pick(rng: np.random.Generator, weights: list[float]) -> int:
    edges = np.cumsum(weights)
    return int(np.searchsorted(edges, rng.random() * edges[-1], side="right"))


def car(seed: int, number: int) -> Car:
    """Return vehicle `number` of the fleet of `seed`."""
    rng = randomness(seed, number, "garage")
    kind = CLASSES[_pick(rng, [entry.weight for entry in CLASSES])]
    city = _pick(rng, [entry.weight for entry in CITIES])
    usage = USES[_pick(rng, list(kind.use))]
    oldest = OLDEST_Y[kind.powertrain] * (0.6 if usage == "taxi" else 1.0)
    age = round(float(oldest * rng.beta(1.3, 1.7)), 2)
    size = float(rng.choice([0.85, 1.0, 1.2])) if kind.powertrain == "bev" else 1.0
    pack_kwh = round(kind.pack_kwh * size, 1)
    nominal_v = kind.cells * CELL_V.get(kind.chemistry, 0.0)
    place = CITIES[city]
    return Car(
        number=number,
        name=f"sim-{number:07d}",
        kind=kind,
        age_years=age,
        city=city,
        usage=usage,
        pack_kwh=pack_kwh,
        pack_ah=round(1_000.0 * pack_kwh / nominal_v, 1) if nominal_v else 0.0,
        charger_km=round(place.charger_km * float(rng.gamma(4.0, 0.25)) + 0.5, 1),
        station_km=round(place.station_km * float(rng.gamma(4.0, 0.25)) + 0.5, 1),
        has_supply_sensor=bool(rng.random() < 0.6),
        is_fast_supply=bool(rng.random() < 0.35),
        has_tyre_pressure=bool(rng.random() < 0.96),
        has_tyre_temperature=bool(rng.random() < kind.has_tyre_temperature),
        has_home_charger=bool(rng.random() < (0.25 if usage == "taxi" else 0.6)),
        has_garage=bool(rng.random() < 0.3),
        has_smart_alternator=bool(kind.battery_type != "flooded" and rng.random() < 0.8),
        care=float(rng.beta(2.0, 2.0)),
        reads_warnings=bool(rng.random() < 0.5),
    )
