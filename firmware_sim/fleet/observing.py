"""All readings of one car, from what each of its parts lived through."""

from typing import NamedTuple

import numpy as np

from firmware_sim.fleet import engine, low_voltage, pack, pack_sensing, sensing, trips, tyres
from firmware_sim.fleet.arrays import Floats, randomness
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.readings import Readings
from firmware_sim.fleet.rows import DRIVE, STOP, Rows

KPA_PER_M = 0.0115  # how the air thins
FASTEST_KMH = 185.0


class Story(NamedTuple):
    """What one car lived through, part by part; None where it has no such part."""

    car: Car
    legs: trips.Legs
    volts: low_voltage.Story
    held: tyres.Held
    engine: engine.Engine
    tank: engine.Tank | None
    pack: pack.Pack | None


def read(seed: int, story: Story, rows: Rows, outside: Floats, standing: Floats) -> Readings:
    """Return what the sensors say at `rows`; `outside` is the air's temperature, `standing` where the car stands."""
    one, legs, leg = story.car, story.legs, rows.leg
    readings = Readings(len(rows.t_s), randomness(seed, one.number, "sensors"))
    rng, driving, awake = readings.rng, rows.of(DRIVE), rows.of(DRIVE, STOP)
    degc = np.where(driving, outside, standing)
    length = np.append(legs.end_s - legs.start_s, 1.0)[leg]
    share = np.clip((rows.t_s - np.append(legs.start_s, 0.0)[leg]) / length, 0.0, 1.0)
    rise_kpa = KPA_PER_M * np.append(legs.rise_m, 0.0)[leg] * np.sin(np.pi * share)
    idle = rng.random(len(leg)) < np.append(legs.idling, 0.0)[leg]
    pace = np.append(legs.kmh, 0.0)[leg] * rng.gamma(6.0, 1.0 / 6.0, len(leg))
    kmh = np.where(driving & ~idle, np.minimum(pace, FASTEST_KMH), 0.0)
    km = np.concatenate(([0.0], np.cumsum(legs.km()), [0.0]))
    done = km[np.maximum(leg, 0)] + np.append(legs.km(), 0.0)[leg] * share
    readings.put("speed", awake, kmh)
    readings.put("distance", awake, 14_000.0 * one.age_years + done)
    readings.put("ambient", awake, outside + float(rng.normal(0.3, 0.8)))
    sensing.supply(readings, rows, one, story.volts, degc)
    sensing.tyre(readings, rows, one, story.held, legs, degc, one.air_kpa - rise_kpa)
    if story.tank is not None:
        engine.told(readings, rows, one, story.engine, story.tank, legs, degc, kmh)
    if story.pack is not None:
        pack_sensing.told(readings, rows, one, story.pack, legs, degc)
    return readings
