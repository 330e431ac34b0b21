"""What a replay found: rates with an honest bound, lists that end, refusals by reason."""

import pytest

from cloud.replay import report
from cloud.replay.report import Findings, rate, summary


def test_no_event_in_a_hundred_hours_is_at_most_three_in_a_hundred() -> None:
    found = rate(0, 100.0)

    assert (found["count"], found["rate"]) == (0, 0.0)
    assert found["upper_95"] == pytest.approx(0.029957, abs=1e-6)


def test_the_bound_of_a_rate_is_the_exact_poisson_one() -> None:
    assert rate(1, 1.0)["upper_95"] == pytest.approx(4.743865, abs=1e-6)
    assert rate(5, 1.0)["upper_95"] == pytest.approx(10.513035, abs=1e-6)


def test_without_an_hour_there_is_no_rate() -> None:
    assert rate(0, 0.0)["upper_95"] is None


def test_alerts_are_listed_up_to_a_number_and_all_counted() -> None:
    findings = Findings()
    for _ in range(report.LISTED + 5):
        findings.told({"grade": "advice", "cause": "tyre", "action": "remind"})
    findings.saw("car", 36_000_000, 0, 36_000_000)

    found = summary(findings)

    assert len(found["alerts"]) == report.LISTED
    assert (found["alerts_total"], found["alerts_left_off"]) == (report.LISTED + 5, 5)
    assert found["rescue_grade_per_hour"]["count"] == 0
    assert found["alerts_by_cause"] == {"tyre/remind": report.LISTED + 5}


def test_refusals_are_counted_by_reason_and_by_signal_with_a_packs_cells_as_one() -> None:
    findings = Findings()
    findings.rejected["out_of_range", "Vehicle.Speed"] = 3
    findings.rejected["out_of_range", "Vehicle.Cells.1"] = 1
    findings.rejected["out_of_range", "Vehicle.Cells.2"] = 1
    findings.refused["late"] = 2
    findings.refused["no_time"] = 0

    found = summary(findings)

    assert found["rejected"] == {"late": 2, "out_of_range": 5}
    assert found["rejected_by_signal"] == {"out_of_range": {"Vehicle.Speed": 3, "Vehicle.Cells": 2}}
