"""Silent and parked cars: the table, and what the store makes of it."""

import pytest
from sqlalchemy import update

from cloud.cases.silence import Verdict, is_late, judge
from cloud.store.tables import vehicle_state
from tests.cloud.acting import HOUR_MS, T0_MS, World

RISKY = 0.4
HEALTHY = 0.01


@pytest.mark.parametrize(
    ("silent_for_s", "at_risk", "verdict"),
    [
        (60, False, "heard"),
        (60, True, "heard"),
        (1800, True, "heard"),
        (1801, True, "escalate"),
        (1801, False, "silent"),
        (30 * 24 * 3600, False, "silent"),
    ],
)
def test_a_silent_car_is_judged_by_what_it_said_last(silent_for_s: int, at_risk: bool, verdict: Verdict) -> None:
    assert judge(T0_MS, T0_MS + silent_for_s * 1000, 1800.0, at_risk=at_risk) == verdict


def test_a_car_that_never_spoke_is_neither() -> None:
    assert judge(None, T0_MS, 1800.0, at_risk=True) == "heard"


@pytest.mark.parametrize(("age_s", "late"), [(-5, False), (0, False), (600, False), (600.001, True), (7 * 86400, True)])
def test_samples_are_late_past_the_freshness_limit(age_s: float, late: bool) -> None:
    assert is_late(T0_MS, T0_MS + round(age_s * 1000), 600.0) is late


def last_heard(world: World, vehicle_id: str) -> None:
    """Note that the car was heard just now, as the projection of the log does."""
    with world.write() as connection:
        connection.execute(
            update(vehicle_state)
            .where(vehicle_state.c.vehicle_id == vehicle_id)
            .values(last_seen_ms=world.now_ms, silent_ms=None)
        )


@pytest.mark.parametrize(
    ("reported", "cases", "needs_person"),
    [
        ([HEALTHY] * 5, 0, 0),
        ([RISKY] * 1, 1, 1),
        ([RISKY] * 3, 1, 1),
        ([RISKY] * 3 + [HEALTHY] * 5, 1, 0),  # the case is closed
        ([None] * 5, 0, 0),
        ([RISKY, HEALTHY], 0, 0),
    ],
)
def test_at_risk_and_then_silent_escalates_but_healthy_and_then_parked_does_not(
    world: World, reported: list[float | None], cases: int, needs_person: int
) -> None:
    for p in reported:
        world.report("car-1", "low_voltage_battery", p, times=1)
    last_heard(world, "car-1")

    world.now_ms += 2 * HOUR_MS
    for _ in range(3):
        world.tick()

    found = world.cases()
    assert len(found) == cases
    assert sum(case.escalated_ms is not None for case in found) == needs_person
    assert [event.kind for case in found for event in case.timeline].count("silent") == needs_person
    assert world.jobs() == []


def test_a_car_heard_again_and_silent_again_is_called_again(world: World) -> None:
    world.report("car-1", "tyre", RISKY)
    for _ in range(2):
        last_heard(world, "car-1")
        world.now_ms += HOUR_MS
        world.tick()

    kinds = [event.kind for event in world.case().timeline]
    assert kinds.count("silent") == 2


def test_a_case_opened_by_silence_shows_its_age_and_asks_nobody_but_a_person(world: World) -> None:
    world.report("car-1", "tyre", RISKY, times=1)
    last_heard(world, "car-1")
    world.now_ms += HOUR_MS

    world.tick()

    case = world.case()
    assert case.late
    assert case.age_at_open_s == pytest.approx(3630)
    assert case.decision is not None
    assert case.decision.inputs["code"] == "stale"
    assert world.notices() == []
