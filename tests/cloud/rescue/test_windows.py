"""When a truck comes, whether it may leave, and whether the driver owes anything."""

from typing import Any

import pytest

from cloud.rescue.windows import MARGIN_MS, MINUTE_MS, VISIT_MS, before_departure, costs_the_driver, place_is_good

NOW_MS = 1_768_478_400_000
GOOD = {"place_by": "", "precision": "exact", "position_ms": NOW_MS - 9 * MINUTE_MS, "accuracy_m": 99.0}


def test_a_visit_is_over_before_the_car_leaves() -> None:
    leaves_ms = NOW_MS + 10 * 60 * MINUTE_MS

    window = before_departure(leaves_ms, NOW_MS, lasts_ms=VISIT_MS, margin_ms=MARGIN_MS)

    assert window == (leaves_ms - 120 * MINUTE_MS, leaves_ms - 60 * MINUTE_MS)
    assert before_departure(NOW_MS + 60 * MINUTE_MS, NOW_MS, lasts_ms=VISIT_MS, margin_ms=MARGIN_MS) is None


@pytest.mark.parametrize(
    ("more", "good"),
    [
        ({}, True),
        ({"accuracy_m": None}, True),
        ({"accuracy_m": 100.0}, False),
        ({"position_ms": NOW_MS - 11 * MINUTE_MS}, False),
        ({"position_ms": None}, False),
        ({"precision": "cell"}, False),
        ({"precision": ""}, False),
        ({"precision": "pin", "position_ms": NOW_MS - 60 * MINUTE_MS}, True),
        ({"precision": "cell", "place_by": "a person"}, True),
    ],
)
def test_a_truck_leaves_for_a_fresh_exact_point_a_pin_or_a_persons_word(more: dict[str, Any], good: bool) -> None:
    assert place_is_good(GOOD | more, NOW_MS, fresh_ms=10 * MINUTE_MS, accuracy_m=100.0) is good


@pytest.mark.parametrize(
    ("origin", "found", "arrived_ms", "costs"),
    [
        ("prediction", "nothing", NOW_MS, False),
        ("prediction", "fault", NOW_MS, True),
        ("prediction", "", NOW_MS, True),
        ("person", "nothing", NOW_MS, True),
        ("person", "fault", None, False),
    ],
)
def test_a_visit_that_we_asked_for_and_that_found_nothing_costs_nothing(
    origin: str, found: str, arrived_ms: int | None, costs: bool
) -> None:
    assert costs_the_driver({"origin": origin, "found": found, "arrived_ms": arrived_ms}) is costs
