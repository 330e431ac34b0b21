"""Recorded healthy cars, replayed by the maps that ship, make nobody move; the module itself prints everything."""

from pathlib import Path

import pytest

from tests.proof.recorded import replayed


def test_two_days_of_a_healthy_petrol_car_call_for_nothing(data_folder: Path) -> None:
    found = replayed(data_folder, "carobd")

    assert found["files"] == 72
    assert found["hours"] == pytest.approx(48.02, abs=0.01)
    assert found["measured_assessments_by_cause"]["low_voltage_battery"] > 2_800
    assert found["alerts"] == []
    assert found["rescue_grade_per_hour"]["upper_95"] == pytest.approx(3.0 / 48.02, rel=0.01)
    assert found["rejected"] == {}


def test_another_car_calls_for_nothing_and_what_it_did_not_measure_stays_unknown(
    data_folder: Path,
) -> None:
    found = replayed(data_folder, "kit", members="2018-02-2[67]*")

    assert found["files"] == 5
    assert found["hours"] > 3.0
    assert found["alerts"] == []
    assert set(found["measured_assessments_by_cause"]) == {"coolant"}
    assert found["rejected"] == {}
