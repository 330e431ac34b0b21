"""A 12 V battery at rest, charged, drained and cranked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.physics.lead_acid import LeadAcid

pytestmark = pytest.mark.wheel

HOUR_S = 3_600.0


@pytest.mark.parametrize(("soc", "published_v"), [(1.0, 12.65), (0.75, 12.45), (0.5, 12.24), (0.25, 12.06)])
def test_the_voltage_after_a_long_rest_is_near_the_published_one(soc: float, published_v: float) -> None:
    assert LeadAcid(60.0, 1.0, soc).terminal_v(0.0) == pytest.approx(published_v, abs=0.05)


def test_a_known_drain_takes_the_known_charge() -> None:
    battery = LeadAcid(60.0, 0.5, 0.9)

    for _ in range(720):
        battery = battery.discharged(3.0, 5.0)

    assert battery.soc == pytest.approx(0.9 - 3.0 / 30.0)


def test_surface_charge_fades_during_rest() -> None:
    charged = LeadAcid(60.0, 1.0, 0.9).charged(HOUR_S)
    rested = charged.discharged(0.0, 8.0 * HOUR_S)

    assert charged.terminal_v(0.0) - charged.emf_v > 0.15
    assert rested.terminal_v(0.0) - rested.emf_v < 0.01


def test_only_a_charged_or_a_young_battery_starts_the_engine() -> None:
    assert LeadAcid(60.0, 0.9, 0.9).can_start()
    assert LeadAcid(60.0, 0.5, 0.6).can_start()
    assert not LeadAcid(60.0, 0.5, 0.2).can_start()


def test_an_older_battery_sags_more_under_the_starter() -> None:
    assert LeadAcid(60.0, 0.5, 0.8).crank_v() < LeadAcid(60.0, 1.0, 0.8).crank_v() - 0.5


@settings(deadline=None)
@given(soc=st.floats(0.0, 1.0), health=st.floats(0.3, 1.0), load_a=st.floats(0.0, 50.0), dt_s=st.floats(0.1, 36_000.0))
def test_charge_stays_between_empty_and_full(soc: float, health: float, load_a: float, dt_s: float) -> None:
    battery = LeadAcid(60.0, health, soc)

    assert 0.0 <= battery.discharged(load_a, dt_s).soc <= battery.soc
    assert battery.soc <= battery.charged(dt_s).soc <= 1.0
