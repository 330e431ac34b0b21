"""The supply wire, second by second: session, alarm, record and switch hear of it."""

import pytest

from contract.signals import CRANKING_CAPTURED, CRANKING_VOLTAGE, NIGHT_OBSERVED
from edge.power import REST_S, Power
from edge.power_off import DWELL_S
from edge.session import Session
from edge.supply_watch import Noticed, SupplyWatch
from tests.edge.fakes import FakePowerSwitch, FakeSupply

HOUR_S = 3_600.0


class Wire:
    """A watch over a wire whose voltage is set by hand; both clocks run alike."""

    def __init__(
        self, *, volts: float | None = 12.6, has_supply: bool = True, off_below_v: float = 0.0, nominal_v: float = 0.0
    ) -> None:
        self.now_s = 0.0
        self.supply = FakeSupply(volts)
        self.session = Session(has_supply=has_supply, nominal_v=nominal_v)
        self.switch = FakePowerSwitch()
        self.watch = SupplyWatch(
            self.supply if has_supply else None,
            self.session,
            lambda: self.now_s,
            self.switch,
            off_below_v=off_below_v,
        )

    def run(self, seconds: float, volts: float | None, *, every_s: float = 1.0, awake: bool = False) -> list[Noticed]:
        """Let time pass; return what was more than nothing."""
        self.supply.now_v = volts
        noticed = []
        for _ in range(round(seconds / every_s)):
            self.now_s += every_s
            if awake:
                self.session.runs(self.now_s)
            noticed.append(self.watch.watch(self.now_s))
            self.session.check(self.now_s, self.now_s)
        return [one for one in noticed if one.samples or one.low]

    def drive(self, seconds: float = 60.0, volts: float = 14.2) -> list[Noticed]:
        """Drive, and stop."""
        noticed = self.run(seconds, volts, awake=True)
        self.session.bus_lost(self.now_s)
        return noticed


def signals(noticed: list[Noticed]) -> dict[str, float]:
    return {signal.path: value for one in noticed for signal, value in one.samples}


def test_a_night_that_was_watched_is_told_as_such_and_one_without_a_wire_is_not() -> None:
    for has_supply, observed in ((True, 1.0), (False, 0.0)):
        car = Wire(has_supply=has_supply)
        assert signals(car.drive()) == {NIGHT_OBSERVED.path: 0.0}
        assert car.run(9 * HOUR_S, 12.6, every_s=10.0) == []
        assert signals(car.drive()) == {NIGHT_OBSERVED.path: observed}


def test_a_polled_start_is_marked_as_polled() -> None:
    car = Wire()
    car.run(5, 12.5)
    car.run(1, 9.4)
    noticed = car.run(5, 14.2)

    told = signals(noticed)
    assert (told[CRANKING_VOLTAGE.path], told[CRANKING_CAPTURED.path]) == (9.4, 0.0)


def test_a_captured_start_is_marked_as_captured_and_not_told_twice() -> None:
    car = Wire()
    car.supply.is_read_fast = True
    car.run(5, 12.5)
    car.supply.read = [(n * 0.005, 8.8 if 2.0 < n * 0.005 < 2.2 else 12.5) for n in range(800)]

    assert dict(car.watch.listen()) == {CRANKING_VOLTAGE: 8.8, CRANKING_CAPTURED: 1.0}
    assert car.watch.listen() == ()
    assert CRANKING_VOLTAGE.path not in signals([*car.run(1, 8.8), *car.run(5, 14.2)])


def test_a_cranking_dip_raises_no_alarm_and_switches_nothing_off() -> None:
    car = Wire(off_below_v=11.8)
    for _ in range(200):
        assert [one.low for one in car.run(20, 12.5) if one.low] == []
        assert [one.low for one in car.run(2, 6.0) if one.low] == []
    assert not car.watch.must_stop


def test_a_reference_is_learnt_from_a_settled_battery_only() -> None:
    car = Wire()
    car.drive()
    car.run(REST_S, 13.0, every_s=10.0)
    car.run(600, 12.9)
    assert car.watch.power is Power.RESTING

    (alarm,) = [one.low for one in car.run(200, 11.2) if one.low]
    assert alarm == {"voltage_v": 11.2, "reference_v": 12.9}


def test_a_lorrys_alarm_is_in_its_own_volts() -> None:
    car = Wire(nominal_v=24.0)
    assert [one.low for one in car.run(3_600, 22.2, every_s=10.0) if one.low] == []

    (alarm,) = [one.low for one in car.run(200, 21.8) if one.low]
    assert alarm == {"voltage_v": 21.8, "reference_v": 25.2}


@pytest.mark.parametrize(("nominal_v", "volts"), [(12.0, 11.7), (24.0, 23.4)])
def test_a_supply_that_stays_low_asks_for_the_end_and_one_that_recovers_allows_it_again(
    nominal_v: float, volts: float
) -> None:
    car = Wire(off_below_v=11.8, nominal_v=nominal_v)
    stops = []
    for seconds in (DWELL_S - 2, 10):
        car.run(seconds, volts)
        stops.append(car.watch.must_stop)
    assert stops == [False, True]

    again = SupplyWatch(car.supply, car.session, lambda: car.now_s, FakePowerSwitch(was_used=True), off_below_v=11.8)
    car.watch, car.switch = again, FakePowerSwitch(was_used=True)
    car.run(HOUR_S, volts, every_s=10.0)
    assert not again.must_stop


def test_recovery_is_told_to_the_switch() -> None:
    car = Wire(off_below_v=11.8)
    car.switch.off()
    car.watch = SupplyWatch(car.supply, car.session, lambda: car.now_s, car.switch, off_below_v=11.8)
    assert car.switch.was_asked()

    car.run(120, 12.7)

    assert not car.switch.was_asked()


def test_without_a_wire_nothing_is_measured_and_nothing_switched_off() -> None:
    car = Wire(has_supply=False, off_below_v=11.8)

    assert car.run(HOUR_S, 3.0, every_s=10.0) == []
    assert car.watch.voltage_v() is None
    assert not car.watch.is_there
    assert not car.watch.must_stop
