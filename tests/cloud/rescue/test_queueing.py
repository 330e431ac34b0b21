"""Words into services, origins into places in the queue."""

import pytest

from cloud.rescue.queueing import Origin, priority_of, service_for


@pytest.mark.parametrize(
    ("origin", "severity", "priority"),
    [("emergency", 5, 0), ("person", 0, 1), ("prediction", 4, 2), ("prediction", 3, 3), ("prediction", 5, 2)],
)
def test_a_person_outranks_a_prediction_and_an_emergency_everybody(
    origin: Origin, severity: int, priority: int
) -> None:
    assert priority_of(origin, severity) == priority


@pytest.mark.parametrize(
    ("problem", "powertrain", "service"),
    [
        ("flat tyre on the motorway", "petrol", "tyre_change"),
        ("爆胎了", "bev", "tyre_change"),
        ("打不着火", "petrol", "jump_start"),
        ("发动机着火了", "petrol", "flatbed_tow"),
        ("the car won't start", "petrol", "jump_start"),
        ("flat_battery", "petrol", "jump_start"),
        ("追尾了，需要拖车", "petrol", "tow"),
        ("accident", "bev", "flatbed_tow"),
        ("smoke from the bonnet", "petrol", "flatbed_tow"),
        ("out of fuel", "bev", "mobile_charge"),
        ("it makes a noise", "petrol", "mobile_mechanic"),
    ],
)
def test_a_callers_words_name_the_service(problem: str, powertrain: str, service: str) -> None:
    assert service_for(problem, powertrain) == service
