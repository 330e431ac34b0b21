"""A petrol engine: speed, coolant, oil pressure and fuel, and how each of them lets a car down."""

import math
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import HOUR_S, Bools, Floats, arrivals, randomness
from firmware_sim.fleet.decline import Course, Decline, declines, worst
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.readings import Readings
from firmware_sim.fleet.rows import DRIVE, STOP, WAKE, Rows
from firmware_sim.fleet.trips import Legs
from firmware_sim.fleet.truth import Event

COOLANT: Final = Course("coolant", 0.005, 6.0, 0.8, 0.25, ("leak", "fan", "pump", "thermostat"))
OIL: Final = Course("oil", 0.002, 9.0, 0.7, 0.25, ("leak", "pump", "pickup"))
FORGETS_A_YEAR: Final = 0.002  # drivers who let the tank run dry
WARMING_S: Final = 400.0
COOLING_S: Final = 7_500.0
THERMOSTAT_DEGC: Final = 90.0
BOILS_OVER_K: Final = 33.0  # above the thermostat's point, where the engine must stop
IDLE_RPM: Final = 780.0
CAN_L: Final = 10.0


class Engine(NamedTuple):
    """What becomes of coolant and oil, and what the tank holds at each leg's start and end (0..1)."""

    coolant: list[Decline]
    oil: list[Decline]
    events: list[Event]
    tells_oil: bool


class Tank(NamedTuple):
    """The tank's level at each leg's start and end, 0..1, and what became of those who forgot it."""

    start: Floats
    end: Floats
    events: list[Event]


def live(seed: int, car: Car, days: int, rate: float, legs: Legs) -> Engine:
    """Return the declines of one engine; breakdowns shorten `legs`."""
    if not car.has_engine:
        return Engine([], [], [], False)
    tells_oil = bool(randomness(seed, car.number, "engine").random() < 0.6)
    aged = 0.4 + car.age_years / 6.0
    coolant, first = declines(randomness(seed, car.number, "coolant"), COOLANT, legs, rate * aged, days)
    oil, second = declines(randomness(seed, car.number, "oil"), OIL, legs, rate * aged, days, visible=float(tells_oil))
    return Engine(coolant, oil, [*first, *second], tells_oil)


def tank(seed: int, car: Car, days: int, rate: float, legs: Legs) -> Tank:
    """Walk over the legs with the tank; who runs dry stops there."""
    rng = randomness(seed, car.number, "fuel")
    count, events = len(legs), list[Event]()
    forgets = arrivals(rng, FORGETS_A_YEAR * rate, days)
    habit = float(rng.uniform(0.12, 0.35))
    level, start, end = float(rng.uniform(0.3, 1.0)), np.zeros(count), np.zeros(count)
    use = legs.km() * car.kind.l_100km / 100.0 / car.kind.tank_l * rng.gamma(40.0, 1 / 40.0, count)
    use += legs.idling * (legs.end_s - legs.start_s) / HOUR_S * 0.7 / car.kind.tank_l
    fills = rng.random(count)
    open_event: Event | None = None
    for at, (need, chance) in enumerate(zip(use.tolist(), fills.tolist(), strict=True)):
        begun_s = float(legs.start_s[at])
        if open_event is None and forgets and begun_s >= forgets[0] and level < habit + 0.1:
            forgets.pop(0)
            open_event = Event("fuel", begun_s, {"level_pct": round(100.0 * level, 1)})
            events.append(open_event)
        is_low = (level < habit and chance < 0.7) or level < need * 1.4 + 0.03
        if open_event is not None and level < 0.05 and chance < 0.12:
            open_event.treated_s, open_event = begun_s, None
        elif open_event is None and is_low:
            level = float(rng.uniform(0.85, 1.0)) if chance < 0.6 else min(1.0, level + float(rng.uniform(0.3, 0.6)))
        start[at] = level
        if need < level:
            level -= need
        else:
            legs.end_s[at] = begun_s + max(60.0, (float(legs.end_s[at]) - begun_s) * level / max(need, 1e-9))
            if open_event is not None:
                open_event.breakdown_s, open_event = float(legs.end_s[at]), None
            end[at] = 0.0
            level = CAN_L / car.kind.tank_l
            continue
        end[at] = level
    return Tank(start, end, events)


def told(
    readings: Readings, rows: Rows, car: Car, engine: Engine, fuel: Tank, legs: Legs, degc: Floats, kmh: Floats
) -> None:
    """Add engine speed, coolant, oil pressure and fuel level."""
    rng, count, leg = readings.rng, len(rows.t_s), rows.leg
    awake = rows.of(DRIVE, STOP)
    since_s = np.maximum(rows.t_s - np.append(legs.start_s, 0.0)[leg], 0.0)
    gear = np.where(kmh < 5.0, 0.0, 950.0 + 13.0 * kmh + rng.normal(0.0, 160.0, count))
    rpm = np.maximum(gear, IDLE_RPM + rng.normal(0.0, 18.0, count))
    if car.kind.powertrain == "hybrid":
        rpm = np.where((kmh < 60.0) & (rng.random(count) < 0.55), 0.0, rpm)
    readings.put("rpm", awake, np.where(rows.of(STOP), 0.0, rpm))
    begin, first = _coolant_at_start(legs, degc, rows)
    point = THERMOSTAT_DEGC + float(rng.normal(0.0, 2.5))
    warm = 1.0 - np.exp(-since_s / WARMING_S)
    bad = worst(engine.coolant, rows.t_s)
    lost = BOILS_OVER_K * (0.12 * bad + 0.88 * bad**4) * warm
    coolant = begin + (point - begin) * warm + lost + rng.normal(0.0, 0.9, count)
    readings.put("coolant", awake, np.minimum(np.where(first, point, coolant), 214.0))
    if engine.tells_oil:
        weak = 1.0 - 0.86 * worst(engine.oil, rows.t_s) ** 1.5
        hot = 1.35 - 0.35 * warm
        kpa = np.where(rpm > 0.0, (95.0 + 0.105 * rpm) * hot * weak, 0.0) + rng.normal(0.0, 4.0, count)
        readings.put("oil_pressure", rows.of(DRIVE), np.maximum(kpa, 0.0))
    length = np.append(legs.end_s - legs.start_s, 1.0)[leg]
    share = np.clip(since_s / length, 0.0, 1.0)
    level = np.append(fuel.start, 0.5)[leg] * (1.0 - share) + np.append(fuel.end, 0.5)[leg] * share
    slosh = rng.normal(0.0, 1.1, count) * (kmh > 3.0)
    readings.put("fuel", awake | rows.of(WAKE), np.clip(100.0 * level + slosh, 0.0, 100.0))


def _coolant_at_start(legs: Legs, degc: Floats, rows: Rows) -> tuple[Floats, Bools]:
    """Return for each row the coolant's temperature at its leg's start; an engine keeps warm for hours."""
    gap_s = np.concatenate(([math.inf], legs.start_s[1:] - legs.end_s[:-1])) if len(legs) else np.empty(0)
    kept = np.append(np.exp(-gap_s / COOLING_S), 0.0)[rows.leg]
    return degc + (THERMOSTAT_DEGC - degc) * kept, rows.leg < 0
