"""One vehicle's whole window: what it lived through, what its agent told, and what was true."""

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from firmware_sim.fleet import codes, engine, low_voltage, observing, pack, pack_sensing, rows, trips, tyres
from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Floats, randomness
from firmware_sim.fleet.garage import Car, car
from firmware_sim.fleet.observing import Story
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
    """Return the life of vehicle `number`: what stops it shortens its legs before the next part is looked at."""
    one = car(fleet.seed, number)
    seed, days, rate, air = fleet.seed, fleet.days, fleet.rate, sky[one.city]
    legs = trips.legs(seed, one, days, fleet.first.weekday())
    held, events = tyres.live(seed, one, days, rate, _changes(fleet, one))
    for event in events:
        if not math.isnan(event.breakdown_s):
            legs.interrupt(event.breakdown_s, tyres.REPAIR_S)
    motor = engine.live(seed, one, days, rate, legs)
    told = codes.Codes(seed, one, days)
    told.strand(rate, legs)
    legs = legs.kept()
    warm = min(1.0, max(0.0, float(np.mean(CITIES[one.city].months_degc)) / 22.0))
    volts = low_voltage.live(seed, one, days, rate, legs, _stands(one, air, legs.start_s), warm)
    legs = legs.kept()
    story = _energy(fleet, one, legs, air, Story(one, legs, volts, held, motor, None, None))
    legs = story.legs
    events = [*events, *motor.events, *volts.events, *told.events]
    events += [*(story.tank.events if story.tank else []), *(story.pack.events if story.pack else [])]
    events = within(events, days)
    told.beside(events, legs)
    told.harmless(legs)
    told.bursts([t_s for t_s, _, _ in volts.failed], legs)
    table = _table(fleet, story)
    readings = observing.read(fleet.seed, story, table, air.at(table.t_s), _stands(one, air, table.t_s))
    readings.put("mil", table.of(rows.STOP), codes.lamp(told.told, table.t_s))
    sent = send(seed, number, table.t_s, fleet.start_ms, days)
    stream = randomness(seed, number, "rows").bytes(16).hex()
    return Life(one, readings, sent, stream, _delivered(told.told, table.t_s, sent), events)


def _energy(fleet: Fleet, one: Car, legs: trips.Legs, air: Weather, story: Story) -> Story:
    """Walk over the legs with tank and pack, and leave out what could not be driven."""
    fuel = engine.tank(fleet.seed, one, fleet.days, fleet.rate, legs) if one.has_engine else None
    cells = None
    if one.kind.powertrain == "bev":
        cells = pack.live(fleet.seed, one, fleet.days, fleet.rate, legs, air.at(legs.start_s))
        keep = ~legs.gone
        cells = cells._replace(start=cells.start[keep], end=cells.end[keep], kw=cells.kw[keep])
        volts = story.volts
        volts = volts._replace(
            wake_v=volts.wake_v[keep],
            crank_low_v=volts.crank_low_v[keep],
            crank_held_v=volts.crank_held_v[keep],
            run_v=volts.run_v[keep],
        )
        return story._replace(legs=legs.kept(), volts=volts, tank=fuel, pack=cells)
    return story._replace(tank=fuel)


def _table(fleet: Fleet, story: Story) -> rows.Rows:
    """Return the rows of one car."""
    parks = story.volts.parks
    return rows.build(
        story.legs,
        rows.rests(parks.since_s, parks.until_s) if story.car.has_supply_sensor else np.empty(0),
        pack_sensing.charge_rows(story.pack) if story.pack else np.empty(0),
        np.array([t_s for t_s, _, _ in story.volts.failed]),
        parks.since_s,
        fleet.cadence_s,
        fleet.days,
        cranks=story.car.cranks,
    )


def _delivered(told: list[codes.Told], t_s: Floats, sent: Sent) -> list[tuple[int, int, str, str, str]]:
    """Return codes as they arrive: with the row after them, by the clock that this row had."""
    if not len(t_s):
        return []
    arrival, wall = np.full(len(t_s), np.iinfo(np.int64).max), np.zeros(len(t_s), np.int64)
    np.minimum.at(arrival, sent.row, sent.arrival_ms)
    wall[sent.row] = sent.wall_ms
    found = []
    for one in told:
        at = min(int(np.searchsorted(t_s, one.t_s)), len(t_s) - 1)
        ahead_ms = round((one.t_s - float(t_s[at])) * 1_000.0)
        found.append((int(arrival[at]), int(wall[at]) + ahead_ms, one.ecu, one.code, one.status))
    return sorted(found)


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
