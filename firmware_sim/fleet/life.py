"""One vehicle's whole window: what it lived through, what its agent told, and what was true."""

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from firmware_sim.fleet import low_voltage, rows, sensing, trips, tyres
from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Floats, randomness
from firmware_sim.fleet.garage import Car, car
from firmware_sim.fleet.readings import Readings
from firmware_sim.fleet.transport import Sent, send
from firmware_sim.fleet.truth import Event, within
from firmware_sim.fleet.weather import CITIES, Weather, weather


class Fleet(NamedTuple):
    """What a fleet is made from; two fleets of the same one are the same."""

    seed: int
    vehicles: int
    days: int
    first: date
    start_ms: int
    rate: float
    cadence_s: float


class Life(NamedTuple):
    """One vehicle: what it is, its readings by row, how they arrive, and the truth."""

    car: Car
    readings: Readings
    sent: Sent
    stream: str
    codes: list[tuple[int, int, str, str, str]]  # arrival and wall (ms), ECU, code, status
    events: list[Event]


def skies(fleet: Fleet) -> list[Weather]:
    """Return the weather of every city."""
    return [weather(fleet.seed, number, fleet.first, fleet.days) for number in range(len(CITIES))]


def live(fleet: Fleet, sky: list[Weather], number: int) -> Life:
    """Return the life of vehicle `number`."""
    one = car(fleet.seed, number)
    air, days = sky[one.city], fleet.days
    legs = trips.legs(fleet.seed, one, days, fleet.first.weekday())
    held, events = tyres.live(fleet.seed, one, days, fleet.rate, _changes(fleet, one))
    for event in events:
        if not math.isnan(event.breakdown_s):
            legs.interrupt(event.breakdown_s, tyres.REPAIR_S)
    legs = legs.kept()
    warm = min(1.0, max(0.0, float(np.mean(CITIES[one.city].months_degc)) / 22.0))
    volts = low_voltage.live(fleet.seed, one, days, fleet.rate, legs, _stands(one, air, legs.start_s), warm)
    legs = legs.kept()
    failed_s = np.array([t_s for t_s, _, _ in volts.failed])
    rest_s = rows.rests(volts.parks.since_s, volts.parks.until_s) if one.has_supply_sensor else np.empty(0)
    table = rows.build(
        legs, rest_s, np.empty(0), failed_s, volts.parks.since_s, fleet.cadence_s, days, cranks=one.cranks
    )
    readings = _read(fleet, one, air, legs, table, volts, held)
    sent = send(fleet.seed, number, table.t_s, fleet.start_ms, days)
    stream = randomness(fleet.seed, number, "rows").bytes(16).hex()
    return Life(one, readings, sent, stream, [], within([*events, *volts.events], days))


def _read(
    fleet: Fleet, one: Car, air: Weather, legs: trips.Legs, table: rows.Rows, volts: low_voltage.Story, held: tyres.Held
) -> Readings:
    readings = Readings(len(table.t_s), randomness(fleet.seed, one.number, "sensors"))
    degc = _stands(one, air, table.t_s)
    outside = air.at(table.t_s)
    driving = table.of(rows.DRIVE)
    degc = np.where(driving, outside, degc)
    rng = readings.rng
    leg = table.leg
    within_leg = (table.t_s - np.append(legs.start_s, 0.0)[leg]) / np.append(legs.end_s - legs.start_s, 1.0)[leg]
    rise_kpa = 0.0115 * np.append(legs.rise_m, 0.0)[leg] * np.sin(np.pi * np.clip(within_leg, 0.0, 1.0))
    idle = rng.random(len(leg)) < np.append(legs.idling, 0.0)[leg]
    kmh = np.where(driving & ~idle, np.append(legs.kmh, 0.0)[leg] * rng.gamma(6.0, 1.0 / 6.0, len(leg)), 0.0)
    awake = table.of(rows.DRIVE, rows.STOP)
    km = np.concatenate(([0.0], np.cumsum(legs.km())))
    odometer = (
        14_000.0 * one.age_years
        + km[np.maximum(leg, 0)]
        + np.append(legs.km(), 0.0)[leg] * np.clip(within_leg, 0.0, 1.0)
    )
    readings.put("speed", awake, np.minimum(kmh, 185.0))
    readings.put("distance", awake, odometer)
    readings.put("ambient", awake, outside + float(rng.normal(0.3, 0.8)))
    sensing.supply(readings, table, one, volts, degc)
    sensing.tyre(readings, table, one, held, legs, degc, one.air_kpa - rise_kpa, kmh)
    return readings


def _stands(one: Car, air: Weather, t_s: Floats) -> Floats:
    """Return the temperature where the car stands; a garage damps the nights and the frost."""
    outside = air.at(t_s)
    if not one.has_garage:
        return outside
    day = np.clip((t_s / DAY_S).astype(np.int64), 0, len(air.mean_degc) - 1)
    return 0.35 * outside + 0.65 * (air.mean_degc[day] + np.maximum(0.0, 6.0 - 0.4 * air.mean_degc[day]))


def _changes(fleet: Fleet, one: Car) -> list[float]:
    """Return when winter tyres go on and off."""
    if not CITIES[one.city].has_winter_tyres:
        return []
    first = fleet.first
    dates = [date(first.year + ahead, month, 1) for ahead in (-1, 0, 1, 2) for month in (4, 11)]
    last = first + timedelta(days=fleet.days)
    return [(day - first).days * DAY_S + 10.0 * HOUR_S for day in dates if first <= day < last]
