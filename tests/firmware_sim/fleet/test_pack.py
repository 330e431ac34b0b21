"""Traction batteries: sessions, piles that fail, drivers who gamble, cells that part."""

import math

import numpy as np

from firmware_sim.fleet.arrays import DAY_S
from firmware_sim.fleet.life import Life
from firmware_sim.fleet.pack import BROKEN_OFF, live
from firmware_sim.fleet.trips import legs


def electric(lives: list[Life]) -> list[Life]:
    """Return the battery-electric vehicles."""
    return [life for life in lives if life.car.kind.powertrain == "bev"]


def test_sessions_follow_each_other_and_charge(lives: list[Life]) -> None:
    for life in electric(lives):
        driven = legs(3, life.car, 60, 5)
        pack = live(3, life.car, 60, 300.0, driven, np.full(len(driven), 5.0))
        starts, ends = (np.array([one[at] for one in pack.sessions]) for at in (0, 1))

        assert (ends > starts).all()
        assert (starts[1:] >= ends[:-1]).all()
        assert all(one.soc_to >= one.soc_from for one in pack.sessions)
        assert np.nanmin(pack.start) >= 0.0
        assert np.nanmax(pack.start) <= 1.0


def test_a_charger_that_fails_breaks_sessions_off_before_its_breakdown(lives: list[Life]) -> None:
    for life in electric(lives):
        stranded = [event for event in life.events if event.cause == "charging" and event.breakdown_s > 0.0]
        if not stranded:
            continue
        states = life.readings.values["session"][life.readings.present["session"]]
        assert (states == BROKEN_OFF).any()


def test_who_runs_out_of_charge_was_near_zero(lives: list[Life]) -> None:
    ended = [
        life
        for life in electric(lives)
        for event in life.events
        if event.cause == "traction_battery" and not math.isnan(event.breakdown_s)
    ]

    assert ended
    for life in ended:
        assert np.nanmin(life.readings.values["soc"]) < 4.0


def test_cells_that_part_raise_the_alarm_and_a_thermal_event_the_temperature(lives: list[Life]) -> None:
    hottest, levels = [], []
    for life in electric(lives):
        for event in life.events:
            if event.cause == "traction_cells" and event.breakdown_s < 60 * DAY_S:
                levels.append(float(np.nanmax(life.readings.values["alarm"])))
                if event.numbers["kind"] == "thermal":
                    hottest.append(float(np.nanmax(life.readings.values["pack_max"])))

    assert max(levels) == 3.0
    assert max(hottest) > 45.0
