"""Reminders by predicted condition: only for what a workshop can settle, and not for what a rescue just settled."""

from cloud.scoring.types import Risk
from tests.cloud.acting import World

GRAVE = 0.9
SLOW = (Risk(24, 0.01), Risk(72, 0.1), Risk(168, 0.6))


def test_an_emptying_traction_battery_is_no_matter_for_a_workshop(world: World) -> None:
    world.report("car-1", "traction_battery", 0.01, times=5, risks=SLOW, time_to_threshold_h=20.0, severity=2)

    assert world.reminders() == []


def test_what_the_driver_was_just_asked_for_is_not_reminded_of_as_well(world: World) -> None:
    world.report("car-1", "tyre", GRAVE, times=5, time_to_threshold_h=10.0)
    assert world.notices() == ["ask"]

    world.report("car-1", "tyre", 0.1, times=5, risks=SLOW, time_to_threshold_h=120.0, severity=2)

    assert world.reminders() == []
