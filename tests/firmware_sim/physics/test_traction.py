"""A traction battery's charge, voltage and limits."""

import pytest

from firmware_sim.physics.traction import Pack

pytestmark = pytest.mark.wheel


def test_energy_out_is_charge_lost() -> None:
    pack = Pack(77.4, 0.5, soh=1.0).after(3_600.0, power_kw=7.74, ambient_degc=18.0)

    assert pack.soc == pytest.approx(0.4)


def test_an_empty_pack_gives_nothing_and_a_full_one_takes_nothing() -> None:
    assert Pack(77.4, 0.001).after(3_600.0, power_kw=50.0, ambient_degc=18.0).soc == 0.0
    assert Pack(77.4, 0.999).after(3_600.0, power_kw=-50.0, ambient_degc=18.0).soc == 1.0


def test_voltage_and_current_make_the_power() -> None:
    pack = Pack(77.4, 0.6).after(1.0, power_kw=30.0, ambient_degc=18.0)

    assert pack.voltage_v * pack.current_a == pytest.approx(30_000.0)
    assert 600.0 < pack.voltage_v < 800.0


def test_the_battery_unit_counts_a_reserve_that_the_dashboard_does_not_show() -> None:
    assert Pack(77.4, 0.0).bms_soc > 0.0
    assert Pack(77.4, 1.0).bms_soc < 1.0
