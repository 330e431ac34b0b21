"""A vehicle's whole window: truth and readings agree, and readings are as unreliable as the field's."""

import math
from dataclasses import replace

import numpy as np
import pytest

from firmware_sim.fleet.arrays import DAY_S, randomness
from firmware_sim.fleet.columns import COLUMNS
from firmware_sim.fleet.life import Fleet, Life, live, skies
from firmware_sim.fleet.truth import Event, within


def of_cause(lives: list[Life], cause: str) -> list[Event]:
    """Return every event of one cause."""
    return [event for life in lives for event in life.events if event.cause == cause]


@pytest.mark.parametrize(
    "cause",
    ["low_voltage_battery", "tyre", "dtc", "charging_system", "coolant", "oil", "fuel", "traction_battery", "charging"],
)
def test_every_cause_happens(lives: list[Life], cause: str) -> None:
    assert of_cause(lives, cause)


def test_an_event_ends_in_one_way_at_most(lives: list[Life]) -> None:
    for life in lives:
        for event in life.events:
            assert 0.0 <= event.onset_s < 60 * DAY_S
            assert math.isnan(event.breakdown_s) or math.isnan(event.treated_s), event
            assert not event.breakdown_s < event.onset_s, event
            assert not event.treated_s < event.onset_s, event


def test_some_drivers_act_by_themselves_and_some_events_outlast_the_window(lives: list[Life]) -> None:
    leaks = of_cause(lives, "tyre")

    assert any(not math.isnan(event.treated_s) for event in leaks)
    assert any(event.is_open for event in leaks)


def test_a_sample_has_a_value_or_says_that_there_is_none(lives: list[Life]) -> None:
    for life in lives:
        assert set(life.readings.values) <= set(COLUMNS)
        for name, values in life.readings.values.items():
            assert len(values) == life.readings.rows
            assert not np.isinf(values).any(), name


def test_only_cars_with_such_a_part_tell_of_it(lives: list[Life]) -> None:
    for life in lives:
        told = set(life.readings.values)
        assert ("coolant" in told) == (life.car.kind.powertrain != "bev")
        assert ("soc" in told) == (life.car.kind.powertrain == "bev")
        assert ("supply_v" in told) == life.car.has_supply_sensor
        assert "tyre_air_0" not in told or life.car.has_tyre_temperature


def test_an_overheating_engine_shows_it_before_it_stops(lives: list[Life]) -> None:
    overheated = [
        life for life in lives for event in life.events if event.cause == "coolant" and event.breakdown_s > 0.0
    ]

    shown = [float(np.nanmax(life.readings.values["coolant"])) for life in overheated]

    assert np.median(shown) > 105.0


def test_a_vehicle_depends_on_the_seed_and_its_number_alone(faulty: Fleet, lives: list[Life]) -> None:
    alone = live(faulty._replace(vehicles=1_000), skies(faulty), 7)

    for name, values in alone.readings.values.items():
        np.testing.assert_array_equal(values, lives[7].readings.values[name])
    assert alone.events == lives[7].events


def test_every_topic_has_randomness_of_its_own() -> None:
    first, second = randomness(1, 2, "tyres"), randomness(1, 2, "fuel")

    assert first.random() != second.random()
    assert randomness(1, 2, "tyres").random() == randomness(1, 2, "tyres").random()


def test_what_lies_beyond_the_window_has_not_happened() -> None:
    event = Event("tyre", 0.9 * DAY_S, {}, breakdown_s=1.5 * DAY_S)

    assert math.isnan(within([replace(event)], 1)[0].breakdown_s)
    assert within([replace(event, onset_s=1.1 * DAY_S)], 1) == []
