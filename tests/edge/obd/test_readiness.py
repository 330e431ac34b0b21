"""Monitors and their readiness, bit by bit as SAE J1979 gives them for PID 01 and 41."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ServiceError
from edge.obd.readiness import readiness


def test_a_spark_ignition_car_says_which_of_its_monitors_are_complete() -> None:
    """07 65 04: three continuous ones, catalyst, evaporative system, oxygen sensor and its heater."""
    told = readiness("7E8", 0x01, bytes.fromhex("00076504"))

    assert told.scope == "since_clear"
    assert told.complete == (
        *("misfire", "fuel_system", "comprehensive_component", "catalyst", "oxygen_sensor", "oxygen_sensor_heater"),
    )
    assert told.incomplete == ("evaporative_system",)


def test_a_diesel_has_other_monitors_at_the_same_bits() -> None:
    told = readiness("7E8", 0x41, bytes.fromhex("007FCB4B"))

    assert told.scope == "this_cycle"
    assert told.complete == ("egr_or_vvt",)
    assert told.incomplete == (
        *("misfire", "fuel_system", "comprehensive_component", "nmhc_catalyst", "nox_aftertreatment"),
        *("boost_pressure", "particulate_filter"),
    )


def test_an_ecu_without_monitors_claims_none() -> None:
    told = readiness("7E9", 0x01, bytes(4))

    assert (told.complete, told.incomplete) == ((), ())


@given(data=st.binary(min_size=4, max_size=4))
def test_no_monitor_is_both_complete_and_incomplete(data: bytes) -> None:
    told = readiness("7E8", 0x01, data)

    assert set(told.complete).isdisjoint(told.incomplete)


@pytest.mark.parametrize(("pid", "data"), [(0x01, b""), (0x41, bytes(3)), (0x0C, bytes(4))])
def test_anything_else_says_nothing_of_monitors(pid: int, data: bytes) -> None:
    with pytest.raises(ServiceError, match="nothing of monitors"):
        readiness("7E8", pid, data)
