"""Oil pressure: too little for its speed stops the engine within seconds; no sensor is no pressure lost."""

import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb, oil
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import EVENT
from tests.cloud.scoring.acting import action, hours
from tests.cloud.scoring.journeys import HOUR
from tests.cloud.scoring.stories import ENGINE_SOUND, LOSES_OIL, of_cause

CAUSE = "oil"


def run(readings: list[tuple[float, float, float]]) -> Any:
    """Return the event row after readings of (seconds, rpm, kPa)."""
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    for t, rpm, kpa in readings:
        cars[0]["rpm"], cars[0]["rpm_s"] = rpm, t
        oil.take_oil(cars[0], t, kpa)
    return cars[0]


def test_a_sound_engine_calls_for_nothing() -> None:
    assert {action(a) for a in of_cause(ENGINE_SOUND, CAUSE)} <= {"nothing", "watch"}
    assert of_cause(ENGINE_SOUND, CAUSE)[-1].risks is not None


def test_pressure_that_goes_stops_the_engine_at_the_second_reading() -> None:
    first = next(a for a in of_cause(LOSES_OIL, CAUSE) if a.severity == 5)

    assert hours(first) * HOUR < 0.8 * HOUR + 70.0  # batches are sealed every minute
    assert action(first) == "emergency"
    assert first.service == "tow"
    assert first.reasons[0].code == "oil_lost"


def test_three_seconds_of_low_pressure_are_a_fault_and_two_are_not() -> None:
    sound = [(float(t), 2000.0, 300.0) for t in range(20)]

    assert oil.assess(run([*sound, (20.0, 2000.0, 40.0), (22.0, 2000.0, 40.0)])).severity == 0
    assert oil.assess(run([*sound, (20.0, 2000.0, 40.0), (23.0, 2000.0, 40.0)])).severity == 5


def test_an_engine_that_starts_or_stands_has_no_pressure_to_lose() -> None:
    sound = [(float(t), 2000.0, 300.0) for t in range(20)]
    stopped = [(20.0 + t, 0.0, 0.0) for t in range(60)]
    started = [(100.0 + t, 900.0, 10.0 + 40.0 * t) for t in range(8)]

    assert oil.assess(run([*sound, *stopped, *started])).severity == 0


def test_a_night_without_a_reading_is_a_start_and_no_lack_of_pressure() -> None:
    sound = [(float(t), 2000.0, 300.0) for t in range(20)]
    builds = [(50_000.0 + t, 900.0, 10.0 + 10.0 * t) for t in range(6)]

    assert oil.assess(run([*sound, *builds])).severity == 0
    assert oil.assess(run([*sound, (20.0, 2000.0, 40.0), (50_000.0, 900.0, 40.0)])).severity == 0


def test_a_sensor_that_always_shows_the_same_abstains() -> None:
    for kpa in (0.0, 1000.0):
        found = oil.assess(run([(float(t), 2000.0, kpa) for t in range(30)]))

        assert found.p is None
        assert found.abstained == "oil_pressure_implausible"


def test_a_worn_engine_that_runs_near_its_floor_is_a_workshops_matter() -> None:
    found = oil.assess(run([(10.0 * t, 1000.0, 80.0 + t % 3) for t in range(400)]))

    assert found.severity == 3
    assert found.service == "mobile_mechanic"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.5, 30.0), st.sampled_from([0.0, 700.0, 1500.0, 3000.0]), st.floats(0.0, 500.0)),
        min_size=1,
        max_size=60,
    )
)
def test_the_verdict_agrees_with_a_slow_twin(steps: list[tuple[float, float, float]]) -> None:
    t, rows = 0.0, []
    for step_s, rpm, kpa in steps:
        t += step_s
        rows.append((t, rpm, kpa))
    lost, since, low_from, fine = False, None, None, 0.0
    for k, (at, rpm, kpa) in enumerate(rows):
        step = at - rows[k - 1][0] if k else 0.0
        if rpm <= 600.0:
            since, low_from, fine = None, None, 0.0
            continue
        since = at if since is None else since
        if at - since < 8.0:
            continue
        share = kpa / max(50.0, 0.069 * rpm)
        low_from = None if share >= 1.0 else at if low_from is None else low_from
        fine = fine + min(step, 30.0) if share > 1.15 else 0.0
        if low_from is not None and at - low_from >= 3.0:
            lost = True
        elif fine >= 10.0:
            lost = False

    assert bool(run(rows)["oil_lost"]) == lost
    assert math.isfinite(run(rows)["oil_share"])
