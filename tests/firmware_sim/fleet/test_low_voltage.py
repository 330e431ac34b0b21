"""The 12 V system: a worn battery, a cold morning, a drain and a dead alternator end where they should."""

import math
from dataclasses import replace

import numpy as np

from firmware_sim.fleet import low_voltage
from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Floats
from firmware_sim.fleet.battery import emf_v
from firmware_sim.fleet.garage import CLASSES, Car, car
from firmware_sim.fleet.low_voltage import Story, live
from firmware_sim.fleet.trips import Legs

DAYS = 150
PETROL: Car = replace(car(1, 0), kind=CLASSES[0], has_smart_alternator=False, usage="commuter", care=0.0)


def commutes(days: int = DAYS) -> Legs:
    """Return two legs of half an hour a day."""
    start = np.sort(np.concatenate([np.arange(days) * DAY_S + hour * HOUR_S for hour in (8.0, 18.0)]))
    count = len(start)
    return Legs(
        start, start + 1_800.0, np.full(count, 35.0), np.zeros(count), np.zeros(count), np.zeros(count, np.bool_)
    )


def lived(rate: float, seed: int, degc: float = 10.0) -> tuple[Story, Legs]:
    """Return the story of a commuter's car at one temperature."""
    legs = commutes()
    return live(seed, PETROL, DAYS, rate, legs, np.full(len(legs), degc), 0.3), legs


def test_a_sound_battery_starts_every_morning() -> None:
    for seed in range(20):
        story, legs = lived(0.0, seed)

        assert story.failed == []
        assert not legs.gone.any()
        assert (story.crank_held_v > 9.0).all()
        assert (story.crank_low_v < story.crank_held_v).all()


def test_the_cold_lowers_every_start() -> None:
    mild, cold = lived(0.0, 1, 20.0)[0], lived(0.0, 1, -15.0)[0]

    assert (cold.crank_held_v < mild.crank_held_v - 0.3).all()


def test_faults_end_in_failed_starts_that_the_truth_knows() -> None:
    found: dict[str, int] = {}
    for seed in range(60):
        story, legs = lived(60.0, seed, -8.0)
        stopped = {event.breakdown_s for event in story.events}
        assert {t_s for t_s, _, _ in story.failed} <= stopped
        assert len(story.failed) == int(legs.gone.sum())
        for event in story.events:
            if not math.isnan(event.breakdown_s):
                kind = f"{event.cause} {event.numbers['kind']}"
                found[kind] = found.get(kind, 0) + 1

    assert {"low_voltage_battery wear", "low_voltage_battery drain", "charging_system dead"} <= set(found)


def test_rest_voltage_falls_with_drain_and_surface_charge() -> None:
    park = low_voltage.Parks(*(np.array([value]) for value in (0.0, 2 * DAY_S, 0.9, 0.5, 0.2, 50.0, 0.3)))
    hours: Floats = np.array([0.1, 1.0, 8.0, 40.0])

    volts = park.rest_v(hours * HOUR_S, np.zeros(4, np.int64), np.full(4, 20.0), False)

    assert (np.diff(volts) < 0.0).all()
    assert volts[0] > float(emf_v(0.9, 20.0, False)) + 0.15
