"""Fuel: the level without its slosh, consumption over distance, and whether the next station is reached."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb, fuel, tank
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import EVENT
from tests.cloud.scoring.acting import action
from tests.cloud.scoring.stories import ENGINE_SOUND, RUNS_DRY, of_cause

CAUSE = "fuel"


def driven(levels: list[tuple[float, float]], kmh: float = 60.0) -> Any:
    """Return the event row after levels of (seconds, percent), driven at `kmh`."""
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    for t, pct in levels:
        cars[0]["total_km"] = kmh * t / 3600.0
        cars[0]["moved_s"] = t
        tank.take_fuel(cars[0], t, pct)
    return cars[0]


def test_a_tank_with_slosh_is_no_worry_and_its_consumption_is_learned() -> None:
    said = of_cause(ENGINE_SOUND, CAUSE)

    assert {action(a) for a in said} <= {"nothing", "watch"}
    learned = driven([(10.0 * k, 60.0 - 9.0 * k / 360.0 + 3.0 * math.sin(k)) for k in range(1000)])
    assert learned["fuel_pct_km"] == pytest.approx(0.15, rel=0.15)


def test_a_tank_that_runs_dry_asks_for_fuel_before_it_is_empty() -> None:
    said = of_cause(RUNS_DRY, CAUSE)

    first = next(a for a in said if action(a) == "ask")
    assert first.service == "fuel_delivery"
    left = next(float(r.numbers["pct"]) for r in first.reasons if r.code == "fuel_left")
    assert left > 0.5
    assert first.time_to_threshold_h is not None
    assert first.ttt_low_h is not None
    assert first.ttt_high_h is not None
    assert first.ttt_low_h <= first.time_to_threshold_h <= first.ttt_high_h


def test_refuelling_is_taken_at_once() -> None:
    car = driven([(10.0 * k, 20.0) for k in range(60)] + [(1200.0 + 10.0 * k, 95.0) for k in range(3)])

    assert car["fuel_pct"] == 95.0
    assert fuel.assess(car).severity == 0


def test_a_float_that_drops_faster_than_an_engine_can_drink_is_bad_data() -> None:
    car = driven([(10.0 * k, 50.0) for k in range(60)] + [(600.0 + 10.0 * k, 0.0) for k in range(10)])

    assert car["fuel_pct"] == pytest.approx(50.0)
    assert fuel.assess(car).abstained == "fuel_level_implausible"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1.0, 300.0), st.floats(-3.0, 3.0)), min_size=1, max_size=60))
def test_the_slosh_filter_agrees_with_a_slow_twin(steps: list[tuple[float, float]]) -> None:
    t, rows = 0.0, []
    for step_s, off in steps:
        t += step_s
        rows.append((t, 50.0 + off))
    level = rows[0][1]
    for (before, _), (at, pct) in pairwise(rows):
        keep = math.exp(-(at - before) / 120.0)
        level = keep * level + (1.0 - keep) * pct

    assert math.isclose(driven(rows)["fuel_pct"], level, rel_tol=1e-9)
