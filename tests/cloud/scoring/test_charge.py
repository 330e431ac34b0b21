"""Traction charge: the driver who would not reach a charger is seen coming, the one who would is left alone."""

import pytest

from cloud.scoring import engine
from cloud.scoring.types import Assessment, VehicleFacts
from contract import signals
from tests.cloud.scoring.acting import action, first_act_h
from tests.cloud.scoring.journeys import HOUR, Reading, batched, facts, in_log_order, motorway_charge
from tests.cloud.scoring.stories import CHARGING, EMPTY, PETROL_DAY, of_cause

CAUSE = "traction_battery"
EV = VehicleFacts(powertrain="bev", pack_kwh=77.4)


def assessed(readings: list[Reading], what: VehicleFacts = EV) -> list[Assessment]:
    _, said = engine.step(engine.new_state(1), in_log_order([facts("car", what)], batched("car", readings)))
    return [a for a in said if a.cause == CAUSE]


@pytest.mark.parametrize("kmh", [20.0, 48.0, 90.0])
def test_a_car_that_runs_empty_in_eight_hours_is_seen_half_an_hour_before(kmh: float) -> None:
    for seed in range(4):
        acted_h = first_act_h(assessed(motorway_charge(seed, 9.0, soc=80.0, pct_h=10.0, kmh=kmh)))

        assert acted_h is not None
        assert 4.0 < acted_h < 7.7


def test_the_time_until_empty_is_the_trend() -> None:
    late = [a for a in of_cause(EMPTY, CAUSE) if a.time_to_threshold_h is not None][-1]

    assert late.ttt_low_h is not None
    assert late.ttt_high_h is not None
    assert late.time_to_threshold_h is not None
    assert late.ttt_low_h < late.time_to_threshold_h < late.ttt_high_h
    assert late.severity == 4
    assert late.service == "mobile_charge"


def test_a_car_with_half_its_charge_is_left_alone() -> None:
    said = assessed(motorway_charge(1, 3.0, soc=80.0, pct_h=10.0, kmh=60.0))

    assert {action(a) for a in said} <= {"nothing", "watch"}
    assert said[-1].severity == 0


def test_distance_is_learned_from_speed_and_told_in_the_reason() -> None:
    last = assessed(motorway_charge(1, 3.0, soc=80.0, pct_h=10.0, kmh=60.0))[-1]

    left, range_km = float(last.reasons[0].numbers["soc_pct"]), float(last.reasons[0].numbers["range_km"])
    assert range_km == pytest.approx(left * 6.0, rel=0.15)  # 60 km and 10 % an hour


def test_a_charging_car_is_not_rescued() -> None:
    low: list[Reading] = [(600.0 * k, signals.SOC, 4.0 + k) for k in range(6)]

    said = assessed(low)

    assert said[-1].state == "charging"
    assert action(said[-1]) in {"nothing", "watch"}
    assert said[-1].reasons[2].code == "is_charging"
    assert of_cause(CHARGING, CAUSE)[-1].state == "charging"


def test_what_the_fleet_knows_of_the_charger_counts() -> None:
    rows = motorway_charge(1, 6.0, soc=80.0, pct_h=10.0, kmh=60.0)

    near = assessed(rows, VehicleFacts(powertrain="bev", pack_kwh=77.4, charger_km=5.0))[-1]
    far = assessed(rows, VehicleFacts(powertrain="bev", pack_kwh=77.4, charger_km=150.0))[-1]

    assert near.risks is not None
    assert far.risks is not None
    assert near.risks[0].p < 0.01
    assert far.risks[0].p > 0.5
    assert near.quality == far.quality == 1.0


def test_an_empty_car_that_stands_at_the_charger_may_reach_it_or_not() -> None:
    rows = motorway_charge(1, 3.0, soc=20.0, pct_h=10.0, kmh=60.0)
    rows = [(t, signal, 0.0 if "StateOfCharge" in signal.path else value) for t, signal, value in rows]

    said = assessed(rows, VehicleFacts(powertrain="bev", pack_kwh=77.4, charger_km=0.0))[-1]

    assert said.risks is not None
    assert 0.0 < said.risks[0].p <= 1.0


def test_a_parked_car_has_no_time_until_empty() -> None:
    drive = motorway_charge(1, 2.0, soc=50.0, pct_h=10.0, kmh=60.0)
    parked: list[Reading] = [((4.0 + k) * HOUR, signals.SOC, 30.0) for k in range(3)]

    assert assessed(drive + parked)[-1].time_to_threshold_h is None


def test_a_petrol_car_has_no_traction_battery_to_worry_about() -> None:
    said = of_cause(PETROL_DAY, CAUSE)

    assert {(a.risks, a.abstained) for a in said} == {(None, "no_state_of_charge")}
