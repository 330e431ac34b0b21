"""The verdict says closed only when every part of the loop was seen to close."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.cast import CALLER, EXPECTED, HEALTHY, REMINDED
from demo.verdict import Seen, lead_minutes, summary

T0 = datetime(2026, 1, 15, 8, tzinfo=UTC)


def case(vehicle: str, cause: str, hours: float = 4.0) -> dict[str, Any]:
    return {"vehicle": {"id": vehicle}, "cause": cause, "opened_at": (T0 + timedelta(hours=hours)).isoformat()}


def job(vehicle: str, state: str = "completed", hours: float = 5.0) -> dict[str, Any]:
    created = (T0 + timedelta(hours=hours)).isoformat()
    return {"id": f"job-{vehicle}", "vehicle": {"id": vehicle}, "state": state, "created_at": created}


def truth(vehicle: str, cause: str, hours: float = 9.0) -> dict[str, Any]:
    return {"vehicle": vehicle, "cause": cause, "breakdown": (T0 + timedelta(hours=hours)).timestamp()}


@pytest.fixture
def closed_loop() -> Seen:
    return Seen(
        cases=[case(vehicle, cause) for cause, vehicle in EXPECTED.items()],
        jobs=[job(CALLER), *(job(vehicle) for vehicle in EXPECTED.values())],
        reminders=[{"vehicle": {"id": REMINDED}}],
        truths={vehicle: truth(vehicle, cause) for cause, vehicle in EXPECTED.items()},
        ledger={"accepted": 100, "lost": 0, "duplicated": 0, "corrupted": 0, "misattributed": 0, "out_of_order": 0},
        now=T0 + timedelta(hours=12),
    )


def test_a_loop_with_every_part_seen_is_closed(closed_loop: Seen) -> None:
    result = summary(closed_loop, 240.0, 0.5)

    assert result["closed"] is True
    assert result["why_not"] == []
    assert result["cases"] == dict.fromkeys(EXPECTED, 1)
    assert result["jobs"] == {"completed": 5}
    assert result["lead_time_min"] == dict.fromkeys(sorted(EXPECTED), 300.0)
    assert result["samples"] == closed_loop.ledger


@pytest.mark.parametrize("cause", EXPECTED)
def test_a_cause_that_nobody_opened_keeps_the_loop_open(closed_loop: Seen, cause: str) -> None:
    closed_loop.cases = [row for row in closed_loop.cases if row["cause"] != cause]

    assert summary(closed_loop, 240.0, 0.5)["why_not"] == [f"{EXPECTED[cause]}: no {cause} case was opened"]


def test_a_case_opened_after_the_breakdown_is_not_a_lead(closed_loop: Seen) -> None:
    closed_loop.truths["car-2"] = truth("car-2", "tyre", hours=3.0)

    assert summary(closed_loop, 240.0, 0.5)["why_not"] == ["tyre: not opened before the truth's breakdown"]


def test_a_case_of_another_cause_than_the_truth_has_no_lead_time() -> None:
    assert lead_minutes(case("car-1", "tyre"), truth("car-1", "low_voltage_battery")) is None


def test_a_case_on_the_healthy_car_keeps_the_loop_open(closed_loop: Seen) -> None:
    closed_loop.cases.append(case(HEALTHY, "tyre"))

    assert f"{HEALTHY} is healthy and yet has a case" in summary(closed_loop, 240.0, 0.5)["why_not"]


def test_a_call_for_help_that_nobody_served_keeps_the_loop_open(closed_loop: Seen) -> None:
    closed_loop.jobs = [row for row in closed_loop.jobs if row["vehicle"]["id"] != CALLER]

    assert f"{CALLER}: the driver's call for help was not served" in summary(closed_loop, 240.0, 0.5)["why_not"]


def test_a_job_left_lying_keeps_the_loop_open_but_a_fresh_one_may_be_under_way(closed_loop: Seen) -> None:
    closed_loop.jobs += [job("car-1", "en_route", hours=11.5)]
    assert summary(closed_loop, 240.0, 0.5)["closed"] is True

    closed_loop.jobs += [job("car-2", "offered", hours=6.0)]
    assert summary(closed_loop, 240.0, 0.5)["why_not"] == ["car-2: job job-car-2 is offered after 6.0 h"]


@pytest.mark.parametrize(
    ("ledger", "fault"),
    [
        ({"accepted": 0, "lost": 0, "duplicated": 0}, "the ledger saw no accepted sample"),
        ({"accepted": 9, "lost": 2, "duplicated": 0}, "ledger: 2 lost"),
        ({"accepted": 9, "lost": 0, "duplicated": 1}, "ledger: 1 duplicated"),
        ({"accepted": 9, "lost": 0, "duplicated": 0, "corrupted": 3}, "ledger: 3 corrupted"),
        ({"accepted": 9, "lost": 0, "duplicated": 0, "misattributed": 4}, "ledger: 4 misattributed"),
    ],
)
def test_a_ledger_that_is_not_clean_keeps_the_loop_open(closed_loop: Seen, ledger: dict[str, int], fault: str) -> None:
    closed_loop.ledger = ledger

    assert summary(closed_loop, 240.0, 0.5)["why_not"] == [fault]


def test_a_part_that_had_to_be_killed_keeps_the_loop_open(closed_loop: Seen) -> None:
    closed_loop.killed = ["agent-car-3"]

    assert summary(closed_loop, 240.0, 0.5)["why_not"] == ["agent-car-3 did not stop by itself"]
