"""When the device itself must go: a low supply for three minutes, once, and not again before it has recovered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.power_off import DWELL_S, RECOVERY_S, RECOVERY_V, CutOff, LowSupply

BELOW_V = 11.8


def feed(supply: LowSupply, volts: float | None, seconds: float, since_s: float) -> list[CutOff]:
    """Read once a second; return what came of it, but for nothing."""
    said = (supply.read(volts, since_s + n) for n in range(round(seconds)))
    return [one for one in said if one is not CutOff.NOTHING]


def test_a_supply_that_stays_low_for_three_minutes_ends_it_once() -> None:
    supply = LowSupply(BELOW_V)

    assert feed(supply, 11.7, DWELL_S, 0.0) == []
    assert feed(supply, 11.7, 3_600, DWELL_S) == [CutOff.OFF]


def test_a_starters_dip_ends_nothing() -> None:
    supply = LowSupply(BELOW_V)
    for start in range(0, 4_000, 200):
        assert feed(supply, 6.0, 3, start) == []
        assert feed(supply, 12.5, 197, start + 3) == []


def test_around_the_threshold_nothing_comes_to_an_end() -> None:
    supply = LowSupply(BELOW_V)

    assert not [v for n in range(4_000) if (v := supply.read(11.7 if n % 100 else 11.9, n)) is not CutOff.NOTHING]


def test_what_is_not_measured_ends_nothing() -> None:
    supply = LowSupply(BELOW_V)

    assert feed(supply, None, 3_600, 0.0) == []
    assert feed(supply, 11.7, DWELL_S - 1, 4_000.0) == []
    assert feed(supply, None, 1, 4_200.0) == []
    assert feed(supply, 11.7, DWELL_S - 1, 4_201.0) == []


def test_switched_off_by_default() -> None:
    assert feed(LowSupply(0.0), 3.0, 3_600, 0.0) == []


def test_a_device_that_comes_up_again_on_a_low_battery_is_not_switched_off_again() -> None:
    supply = LowSupply(BELOW_V, was_asked=True)

    assert feed(supply, 11.5, 24 * 3_600, 0.0) == []
    assert feed(supply, BELOW_V + RECOVERY_V - 0.1, 3_600, 90_000.0) == []


def test_after_the_supply_has_recovered_it_may_be_switched_off_again() -> None:
    supply = LowSupply(BELOW_V, was_asked=True)

    assert feed(supply, BELOW_V + RECOVERY_V, RECOVERY_S + 10, 0.0) == [CutOff.RECOVERED]
    assert feed(supply, 11.5, DWELL_S + 10, 100.0) == [CutOff.OFF]


@given(st.lists(st.tuples(st.none() | st.floats(5.0, 15.0), st.floats(1.0, 400.0)), max_size=80))
def test_between_two_ends_there_is_always_a_recovery(steps: list[tuple[float | None, float]]) -> None:
    supply, now_s, said = LowSupply(BELOW_V), 0.0, []
    for volts, wait_s in steps:
        now_s += wait_s
        if (one := supply.read(volts, now_s)) is not CutOff.NOTHING:
            said.append(one)

    assert said == [CutOff.OFF, CutOff.RECOVERED] * (len(said) // 2) + [CutOff.OFF] * (len(said) % 2)


@pytest.mark.parametrize("boots", [1, 20])
def test_a_battery_that_stays_low_costs_one_power_cut_however_often_it_boots(boots: int) -> None:
    """Whatever switches it on again: the file that remembers is all that it has."""
    cuts, remembered = 0, False
    for boot in range(boots):
        supply = LowSupply(BELOW_V, was_asked=remembered)
        said = feed(supply, 11.6, 3_600, boot * 10_000.0)
        cuts += said.count(CutOff.OFF)
        remembered = remembered or CutOff.OFF in said

    assert cuts == 1
