"""Two days of a recorded healthy car raise no call for help, and the same days with a fault do."""

from pathlib import Path

import pytest

from cloud.decision.policy import Policy
from tests.proof.healthy_car import Drive, dead_generator, drained, drives, healthy, replay

POLICY = Policy()


@pytest.fixture(scope="module")
def recorded(data_folder: Path) -> list[Drive]:
    return drives(data_folder)


def test_the_whole_recording_is_there(recorded: list[Drive]) -> None:
    assert len(recorded) == 72
    assert sum(len(drive.rows) for drive in recorded) == 172_953


def test_a_healthy_car_never_calls_for_help_nor_would_if_its_poor_data_were_trusted(recorded: list[Drive]) -> None:
    outcome = replay(healthy(recorded, supply=False), POLICY)

    asks_from = POLICY.ask_from * POLICY.cost_of("low_voltage_battery").p_star
    assert outcome.assessments > 2_800
    assert outcome.alerts == []
    assert 0.0 < outcome.highest_p72["low_voltage_battery"] < asks_from / 2.0


def test_a_healthy_car_with_a_supply_source_never_calls_for_help(recorded: list[Drive]) -> None:
    outcome = replay(healthy(recorded, supply=True), POLICY)

    assert outcome.assessments > 2_800
    assert outcome.alerts == []


def test_the_same_car_with_a_dead_generator_does_call_for_help(recorded: list[Drive]) -> None:
    outcome = replay(dead_generator(recorded), POLICY)

    assert outcome.alerts
    assert outcome.alerts[0].startswith("charging_system ask")


def test_the_same_car_with_a_drain_while_parked_does_call_for_help(recorded: list[Drive]) -> None:
    outcome = replay(drained(recorded), POLICY)

    assert outcome.alerts
    assert outcome.alerts[0].startswith("low_voltage_battery ask")
