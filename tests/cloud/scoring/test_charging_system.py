"""Charging system: a generator or converter that fails is found while driving, a managed one that coasts is not."""

import math

from hypothesis import given
from hypothesis import strategies as st

from cloud.scoring import engine
from cloud.scoring.types import Assessment, VehicleFacts
from cloud.scoring.voltage import high_limit_v
from contract import signals
from tests.cloud.scoring.acting import action, first_act_h
from tests.cloud.scoring.journeys import Reading, batched, facts, in_log_order, petrol_drive, shifted
from tests.cloud.scoring.stories import ALTERNATOR, PETROL_DAY, of_cause

CAUSE = "charging_system"


def assessed(readings: list[Reading], facts_: VehicleFacts | None = None) -> list[Assessment]:
    told = facts("car", facts_ or VehicleFacts(powertrain="petrol"))
    _, said = engine.step(engine.new_state(1), in_log_order([told], batched("car", readings)))
    return [a for a in said if a.cause == CAUSE]


def at_volts(readings: list[Reading], volts: float) -> list[Reading]:
    """Return `readings` with another supply voltage, and no other 12 V source."""
    kept = [row for row in readings if row[1] is not signals.CONTROL_MODULE_VOLTAGE]
    return [(t, s, volts if s is signals.SUPPLY_VOLTAGE else value) for t, s, value in kept]


def test_a_generator_that_fades_is_found_while_driving() -> None:
    found = [a for a in of_cause(ALTERNATOR, CAUSE) if a.risks is not None and action(a) == "ask"]

    assert found
    assert found[0].service == "mobile_mechanic"
    assert found[0].severity == 4
    assert found[0].state == "driving"
    assert found[0].reasons[0].code in {"voltage_sagging", "not_charging"}
    sagging = next(a for a in found if a.reasons[0].code == "voltage_sagging")
    assert sagging.time_to_threshold_h is not None
    assert sagging.ttt_low_h is not None
    assert sagging.ttt_high_h is not None
    assert sagging.ttt_low_h <= sagging.time_to_threshold_h <= sagging.ttt_high_h


def test_a_sound_system_is_called_sound_only_after_it_was_seen() -> None:
    said = of_cause(PETROL_DAY, CAUSE)

    assert said[0].risks is None
    assert {action(a) for a in said} <= {"nothing", "watch"}
    assert said[-1].risks is not None


def test_a_managed_generator_that_coasts_low_is_no_fault() -> None:
    rows = [
        (t, signal, 12.45 if signal is signals.SUPPLY_VOLTAGE and t % 1200.0 < 400.0 else value)
        for t, signal, value in petrol_drive(1, 0.0, 3.0)
        if signal is not signals.CONTROL_MODULE_VOLTAGE
    ]

    assert first_act_h(assessed(rows)) is None


def test_one_weak_trip_is_watched_and_three_running_are_a_fault() -> None:
    rows: list[Reading] = []
    for trip in range(3):
        rows += at_volts(shifted(petrol_drive(trip, 0.0, 0.6), 6.0 * trip), 12.7)
        rows.append(((6.0 * trip + 0.7) * 3600.0, signals.IS_AWAKE, 0.0))

    codes = [a.reasons[0].code for a in assessed(rows) if a.risks is not None]

    assert codes.index("charges_weakly") < codes.index("undercharged")


def test_a_converter_that_no_longer_feeds_the_12_v_side_of_a_driven_electric_car_is_found() -> None:
    rows: list[Reading] = []
    for k in range(60):
        rows.append((30.0 * k, signals.SPEED, 50.0))
        rows.append((30.0 * k + 1.0, signals.LOW_VOLTAGE, round(12.3 - 0.02 * k, 2)))

    said = assessed(rows, VehicleFacts(powertrain="bev"))

    assert any(a.severity == 4 and action(a) == "ask" for a in said)


@given(st.floats(-40.0, 25.0))
def test_a_cold_battery_may_be_given_three_millivolts_more_a_kelvin_and_cell(degc: float) -> None:
    assert math.isclose(high_limit_v(degc), 15.2 + 6 * 0.003 * (25.0 - degc))
    assert high_limit_v(math.nan) == high_limit_v(40.0) == 15.2
