"""From the stories of a car's parts to readings: 12 V and tyres."""

import math
from typing import Final

import numpy as np

from firmware_sim.fleet import tyres
from firmware_sim.fleet.arrays import HOUR_S, Bools, Floats, Ints
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.low_voltage import Story
from firmware_sim.fleet.readings import Readings
from firmware_sim.fleet.rows import CRANK, DRIVE, FAILED_CRANK, FAILED_WAKE, REST, STOP, WAKE, Rows
from firmware_sim.fleet.trips import Legs

INRUSH_S: Final = 0.07  # the starter's first peak dies away so
POLLED_HZ: Final = (3.0, 8.0)
TYRES_EVERY_S: Final = 300.0
_PSI_FIFTH: Final = 1.373


def supply(readings: Readings, rows: Rows, car: Car, story: Story, degc: Floats) -> None:
    """Add what is told of the 12 V system: at rest, waking, cranking, running."""
    rng, count = readings.rng, len(rows.t_s)
    bias = float(rng.normal(0.0, 0.03))
    leg = np.maximum(rows.leg, 0)
    noise = rng.normal(0.0, 0.012, count)
    if car.has_supply_sensor:
        rest = rows.of(REST)
        volts = story.parks.rest_v(rows.t_s, rows.park, degc, car.kind.battery_type == "agm")
        readings.put("supply_v", rest, volts + bias + noise)
    waking, running = rows.of(WAKE), rows.of(DRIVE, STOP)
    wake_v, run_v = np.append(story.wake_v, np.nan)[leg], np.append(story.run_v, np.nan)[leg]
    failed_wake, failed_crank = rows.of(FAILED_WAKE), rows.of(FAILED_CRANK)
    wake_v[failed_wake] = [volts for _, volts, _ in story.failed][: int(failed_wake.sum())]
    name = "module_v" if car.has_engine else "battery_v"
    # A car that does not wake answers nothing.
    answers = wake_v > 8.0
    readings.put(name, (waking | failed_wake) & answers, wake_v + 0.5 * bias + noise)
    swing = rng.uniform(-1.6, 0.5, count) * (rng.random(count) < 0.45) if car.has_smart_alternator else 0.0
    healthy = run_v > 13.2
    regulator_v = float(np.clip(rng.normal(-0.3, 0.25), -0.75, 0.3))  # each car's regulator has its own mind
    volts = np.where(healthy, run_v + regulator_v + swing, run_v - 0.0004 * rng.uniform(0.0, 600.0, count))
    readings.put(name, running, volts + 0.5 * bias + rng.normal(0.0, 0.05, count))
    _cranks(readings, rows, car, story, failed_crank)
    readings.put("awake", waking | failed_wake, 1.0)
    readings.put("awake", rows.of(STOP), 0.0)
    if car.has_supply_sensor:
        watched = rng.random(count) < 0.97
        readings.put("night", waking & _long_rest(rows, story), watched.astype(np.float64))


def _long_rest(rows: Rows, story: Story) -> Bools:
    park = rows.park
    return np.asarray(rows.t_s - story.parks.since_s[park] >= HOUR_S)


def _cranks(readings: Readings, rows: Rows, car: Car, story: Story, failed: Bools) -> None:
    """Add the lowest voltage of each start, captured at a hundred readings a second or met by polling."""
    if not car.cranks:
        return
    rng, leg = readings.rng, np.maximum(rows.leg, 0)
    low_v, held_v = np.append(story.crank_low_v, np.nan)[leg], np.append(story.crank_held_v, np.nan)[leg]
    failures = np.array([held for _, _, held in story.failed][: int(failed.sum())])
    held_v[failed], low_v[failed] = failures, failures - 1.5
    captured = car.has_supply_sensor and car.is_fast_supply
    # One reading in 1/f seconds falls anywhere into the start; the peak is long over where it falls late.
    late_s = rng.uniform(0.0, 1.0, len(leg)) / rng.uniform(*POLLED_HZ)
    seen = low_v if captured else held_v - (held_v - low_v) * np.exp(-late_s / INRUSH_S)
    where = (rows.of(CRANK) | failed) & (captured | (rng.random(len(leg)) < 0.85))
    readings.put("crank_v", where, seen + rng.normal(0.0, 0.06, len(leg)))
    readings.put("crank_captured", where & readings.present["crank_v"], float(captured))


def tyre(readings: Readings, rows: Rows, car: Car, held: tyres.Held, legs: Legs, degc: Floats, air_kpa: Floats) -> None:
    """Add tyre pressures and temperatures; a sensor that sleeps repeats what it said before the rest."""
    if not car.has_tyre_pressure or not len(rows.t_s):
        return
    rng = readings.rng
    step = float(rng.choice([_PSI_FIFTH, 2.5, 1.0, 4.0], p=[0.5, 0.3, 0.15, 0.05]))
    driving, waking = rows.of(DRIVE, STOP), rows.of(WAKE)
    since_start = rows.t_s - np.append(legs.start_s, 0.0)[rows.leg]
    turn = np.floor(since_start / TYRES_EVERY_S)
    told = driving & (np.concatenate(([True], turn[1:] != turn[:-1])) | rows.of(STOP)) & (since_start > 40.0)
    warm = tyres.heat(legs, rows.t_s, rows.leg, driving)
    content, _ = held.seen(rows.t_s)
    lost_from = float(rng.uniform(0.0, 2.0)) * float(rows.t_s[-1] + 1.0) if rng.random() < 0.02 else math.inf
    lost = int(rng.integers(tyres.WHEELS))
    for wheel in range(tyres.WHEELS):
        air_degc = degc + warm * (1.03 if wheel < 2 else 0.97) + rng.normal(0.0, 0.6, len(degc))
        kpa = tyres.gauge(content[:, wheel], air_degc, air_kpa, car.air_kpa) + rng.normal(0.0, 0.7, len(degc))
        kpa = np.maximum(kpa, 2.0)
        if wheel == lost:  # a sensor's cell is empty: the ECU says that it has no value
            kpa = np.where(rows.t_s > lost_from, np.nan, kpa)
        stale = _last(told, np.arange(len(told)))
        kpa, air_degc = (np.where(waking, column[stale], column) for column in (kpa, air_degc))
        readings.put(f"tyre_{wheel}", told | (waking & (stale > 0)), kpa, step=step)
        if car.has_tyre_temperature:
            readings.put(f"tyre_air_{wheel}", told | (waking & (stale > 0)), air_degc, step=1.0)


def _last(where: Bools, numbers: Ints) -> Ints:
    """Return for each row the number of the last row of `where` before it, 0 where there was none."""
    return np.maximum.accumulate(np.where(where, numbers, 0))
