"""Tyres: what a leak takes, what a rotation moves, and the gauge at height and in the cold."""

import math

import numpy as np
import pytest

from firmware_sim.fleet import tyres
from firmware_sim.fleet.arrays import DAY_S
from firmware_sim.fleet.garage import car

DAYS = 120


@pytest.mark.parametrize("number", range(12))
def test_a_tyre_breaks_down_at_three_quarters_of_the_placard(number: int) -> None:
    one = car(5, number)
    held, events = tyres.live(5, one, DAYS, 30.0, [])

    for event in events:
        if math.isnan(event.breakdown_s) or event.breakdown_s >= DAYS * DAY_S:
            continue
        content = held.content(np.array([event.breakdown_s]))[0]
        assert np.abs(content - 0.75 * one.kind.placard_kpa).min() < 0.01


def test_a_healthy_tyre_is_never_flat() -> None:
    for number in range(20):
        one = car(9, number)
        held, events = tyres.live(9, one, DAYS, 0.0, [])
        hours = np.arange(0.0, DAYS * DAY_S, 3_600.0)

        assert events == []
        assert held.content(hours).min() > 0.77 * one.kind.placard_kpa


def test_every_column_shows_one_tyre() -> None:
    for number in range(30):
        held, _ = tyres.live(2, car(2, number), 400, 1.0, [50 * DAY_S])
        assert (np.sort(held.columns, axis=1) == np.arange(4)).all()


def test_the_gauge_falls_in_the_cold_and_rises_at_height() -> None:
    def at(degc: float, air_kpa: float) -> float:
        return float(tyres.gauge(np.array([230.0]), np.array([degc]), np.array([air_kpa]), 101.0)[0])

    assert at(20.0, 101.0) == pytest.approx(230.0)
    assert at(-10.0, 101.0) == pytest.approx(331.0 * 263.15 / 293.15 - 101.0)
    assert at(20.0, 80.0) == pytest.approx(251.0)
