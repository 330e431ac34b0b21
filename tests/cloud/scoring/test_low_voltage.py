"""12 V: a dying battery is recognised hours before it fails, a healthy one never, and nothing is claimed unmeasured."""

import random

import pytest

from cloud.scoring import engine
from cloud.scoring.low_voltage import LEAST_SOC, OCV, limit_v, piecewise
from cloud.scoring.types import Assessment, VehicleFacts
from contract import signals
from tests.cloud.scoring.acting import action, first_act_h, hours
from tests.cloud.scoring.journeys import Reading, batched, facts, in_log_order, parked_voltage, petrol_drive, shifted
from tests.cloud.scoring.stories import DYING, PETROL_DAY, WAKING, of_cause, told

CAUSE = "low_voltage_battery"


def assessed(readings: list[Reading]) -> list[Assessment]:
    entries = in_log_order([facts("car", VehicleFacts(powertrain="petrol"))], batched("car", readings))
    _, said = engine.step(engine.new_state(1), entries)
    return [a for a in said if a.cause == CAUSE]


@pytest.mark.parametrize("drain_a", [2.0, 2.5, 3.0])
@pytest.mark.parametrize("surface_v", [0.0, 0.1, 0.2, 0.3])
def test_a_drained_aged_battery_is_recognised_within_five_hours_of_rest(drain_a: float, surface_v: float) -> None:
    for seed in range(4):
        said = assessed(parked_voltage(seed, 6.0, drain_a=drain_a, surface_v=surface_v))

        acted_h = first_act_h(said)
        assert acted_h is not None
        assert acted_h <= 5.1


def test_the_time_to_no_start_narrows_around_the_truth() -> None:
    """30 Ah from 80 % at 2.5 A: 12.096 V, the limit at 20 degC, is reached after 6.6 hours."""
    truth_h = (11.9 + 0.8 * 0.8 - 0.025 - 12.096) / (0.8 * 2.525 / 30.0)

    late = [a for a in of_cause(DYING, CAUSE) if 5.0 < hours(a) < 6.0]

    assert late
    for a in late:
        assert a.time_to_threshold_h is not None
        assert a.ttt_low_h is not None
        assert a.ttt_high_h is not None
        assert a.ttt_low_h <= a.time_to_threshold_h <= a.ttt_high_h
        assert abs(hours(a) + a.time_to_threshold_h - truth_h) < 1.5


def test_a_healthy_battery_parked_for_twelve_hours_never_calls_for_anything() -> None:
    draw = random.Random(7)
    for seed in range(30):
        surface_v, full = draw.uniform(0.0, 0.4), draw.uniform(0.7, 1.0)
        said = assessed(parked_voltage(seed, 12.0, capacity_ah=55.0, full=full, surface_v=surface_v))

        assert first_act_h(said) is None


def test_a_healthy_petrol_car_driving_and_parking_never_calls_for_anything() -> None:
    assert {action(a) for a in of_cause(PETROL_DAY, CAUSE)} <= {"nothing", "watch"}
    assert of_cause(PETROL_DAY, CAUSE)[-1].risks is not None


def test_risks_grow_with_the_horizon() -> None:
    for a in told(DYING):
        if a.risks is not None:
            p = [risk.p for risk in a.risks]
            assert p == sorted(p)
            assert all(0.0 < value < 1.0 for value in p)


def test_without_a_supply_source_the_drain_abstains_and_the_data_are_marked_poor() -> None:
    measured = [a for a in of_cause(WAKING, CAUSE) if a.risks is not None]

    assert measured
    for a in measured:
        assert a.quality < 0.5
        assert a.time_to_threshold_h is None
        assert [reason.code for reason in a.reasons[:2]] == ["wake_voltage", "drain_not_watched"]
    assert measured[-1].reasons[2].code == "crank_polled"


def test_a_car_that_has_not_rested_is_unknown_not_healthy() -> None:
    said = assessed(petrol_drive(1, 0.0, 2.0))

    assert {(a.risks, a.abstained) for a in said} <= {(None, "no_rest_reading"), (None, "no_voltage_measured")}


def test_a_managed_generator_that_coasts_low_is_no_fault() -> None:
    """12.4 V for a few minutes at a time is how a smart alternator saves fuel."""
    rows = [
        (t, signal, 12.45 if signal is signals.SUPPLY_VOLTAGE and t % 1200.0 < 400.0 else value)
        for t, signal, value in petrol_drive(1, 0.0, 3.0)
        if signal is not signals.CONTROL_MODULE_VOLTAGE
    ]

    assert first_act_h(assessed(rows)) is None


def test_a_drive_after_a_low_rest_takes_some_of_the_worry_away() -> None:
    low = parked_voltage(1, 6.0, capacity_ah=55.0, full=0.32, surface_v=0.0)
    said = assessed(low + shifted(petrol_drive(1, 0.0, 2.0), 6.1))

    before, after = next(a for a in reversed(said) if hours(a) < 6.05), said[-1]
    assert before.risks is not None
    assert after.risks is not None
    assert after.risks[2].p < before.risks[2].p / 2.0


def test_cold_raises_the_limit_and_the_risk() -> None:
    parked = parked_voltage(1, 6.0, capacity_ah=55.0, full=0.6)
    warm = assessed([(0.0, signals.AMBIENT_TEMPERATURE, 20.0), *parked])[-1]
    cold = assessed([(0.0, signals.AMBIENT_TEMPERATURE, -15.0), *parked])[-1]

    assert warm.risks is not None
    assert cold.risks is not None
    assert cold.risks[2].p > 2.0 * warm.risks[2].p


def test_the_tables_are_read_straight_between_their_rows_and_flat_beyond() -> None:
    assert piecewise(12.65, OCV) == 100.0
    assert piecewise(13.5, OCV) == 100.0
    assert piecewise(11.0, OCV) == 0.0
    assert piecewise(12.15, OCV) == pytest.approx(37.5)
    assert piecewise(10.0, LEAST_SOC) == pytest.approx(37.5)
    assert limit_v(20.0) == pytest.approx(12.096)
