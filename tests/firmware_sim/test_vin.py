"""Made-up VINs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.vin import check_digit, made_up_vin

pytestmark = pytest.mark.wheel


@pytest.mark.parametrize(("vin", "digit"), [("1M8GDM9AXKP042788", "X"), ("11111111111111111", "1")])
def test_the_check_digit_is_the_published_one(vin: str, digit: str) -> None:
    assert check_digit(vin) == digit


@settings(deadline=None)
@given(vehicle=st.text(max_size=20), seed=st.integers(0, 2**32))
def test_every_made_up_vin_is_valid_and_no_real_makers(vehicle: str, seed: int) -> None:
    vin = made_up_vin(vehicle, seed)

    assert len(vin) == 17
    assert vin[8] == check_digit(vin)
    assert vin.startswith("0UR")
    assert not set(vin) & set("IOQ")


def test_two_cars_have_two_vins() -> None:
    assert len({made_up_vin(f"car-{number}", 1) for number in range(500)}) == 500
