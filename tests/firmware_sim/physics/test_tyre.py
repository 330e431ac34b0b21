"""A tyre's pressure: warmth, leak, both at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.physics.tyre import Tyre

pytestmark = pytest.mark.wheel

DAY_S = 86_400.0


def test_at_twenty_degrees_the_gauge_shows_the_cold_pressure() -> None:
    assert Tyre(250.0, 20.0).gauge_kpa == pytest.approx(250.0)


def test_ten_degrees_change_the_gauge_by_the_absolute_pressure_not_the_gauge_pressure() -> None:
    assert Tyre(250.0, 30.0).gauge_kpa - 250.0 == pytest.approx((250.0 + 101.325) * 10.0 / 293.15)


def test_driving_warms_the_air_and_standing_cools_it() -> None:
    driven = Tyre(250.0, 15.0).after(3_600.0, ambient_degc=15.0, speed_kmh=100.0)
    stood = driven.after(7_200.0, ambient_degc=15.0, speed_kmh=0.0)

    assert 30.0 < driven.air_degc < 40.0
    assert stood.air_degc == pytest.approx(15.0, abs=0.1)


@settings(deadline=None)
@given(rate=st.floats(0.1, 200.0), dt_s=st.floats(1.0, DAY_S))
def test_a_leak_only_ever_lowers_the_pressure_by_its_rate(rate: float, dt_s: float) -> None:
    tyre = Tyre(250.0, 25.0)
    leaked = tyre.leaked(rate, dt_s)

    assert leaked.gauge_kpa < tyre.gauge_kpa
    assert tyre.cold_kpa - leaked.cold_kpa == pytest.approx(rate * dt_s / DAY_S)


def test_a_flat_tyre_stays_flat() -> None:
    assert Tyre(1.0, 20.0).leaked(500.0, DAY_S).cold_kpa == 0.0
