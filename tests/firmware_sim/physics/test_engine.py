"""An engine's coolant, revolutions and tank."""

import pytest

from firmware_sim.physics.engine import IDLE_RPM, Engine

pytestmark = pytest.mark.wheel


def test_a_running_engine_warms_to_its_thermostat_and_a_stopped_one_cools() -> None:
    warm = Engine(20.0, 40.0).after(1_800.0, speed_kmh=50.0, ambient_degc=20.0)
    cold = warm.stopped().after(28_800.0, speed_kmh=0.0, ambient_degc=20.0)

    assert warm.coolant_degc == pytest.approx(89.0, abs=1.0)
    assert cold.coolant_degc == pytest.approx(20.0, abs=1.0)


def test_a_hundred_kilometres_take_what_the_engine_takes() -> None:
    engine = Engine(89.0, 40.0).after(3_600.0, speed_kmh=100.0, ambient_degc=20.0)

    assert 40.0 - engine.fuel_l == pytest.approx(engine.l_per_100km)


def test_without_fuel_the_engine_stops() -> None:
    assert not Engine(89.0, 0.01).after(3_600.0, speed_kmh=100.0, ambient_degc=20.0).running


def test_revolutions_are_idle_when_standing_zero_when_off_and_sane_at_any_speed() -> None:
    engine = Engine(89.0, 40.0)

    assert engine.rpm(0.0) == IDLE_RPM
    assert engine.stopped().rpm(0.0) == 0.0
    assert all(IDLE_RPM <= engine.rpm(speed) < 4_000.0 for speed in range(160))


def test_run_time_counts_while_running_and_begins_anew_at_a_start() -> None:
    engine = Engine(89.0, 40.0).after(60.0, speed_kmh=0.0, ambient_degc=20.0)

    assert engine.run_s == 60.0
    assert engine.stopped().after(60.0, speed_kmh=0.0, ambient_degc=20.0).run_s == 60.0
    assert engine.started().run_s == 0.0
