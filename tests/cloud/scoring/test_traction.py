"""Traction charge, sample by sample: the same as a slow twin, and what counts as driving, charging and learning."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb, traction
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import EVENT, SOC, SOC_SHOWN, SPEED


class Event(NamedTuple):
    """One sample: seconds after the one before it, its code, its value."""

    step_s: float
    code: int
    value: float


events = st.one_of(
    st.builds(Event, st.floats(1.0, 900.0), st.just(SPEED), st.floats(0.0, 130.0)),
    st.builds(Event, st.floats(1.0, 900.0), st.sampled_from([SOC, SOC, SOC_SHOWN]), st.floats(1.0, 99.0)),
)


@dataclass
class Pack:
    """The slow twin: kilometres by trapezium, consumption by distance-weighted mean."""

    speed: tuple[float, float] = (-math.inf, 0.0)
    moved: float = -math.inf
    source: float = math.inf
    soc: tuple[float, float] = (-math.inf, math.nan)
    anchor: tuple[float, float] = (-math.inf, math.nan)
    km: float = 0.0
    per_km: float = math.nan
    spread: float = 0.0
    learned: float = 0.0
    per_hour: float = math.nan
    charging: bool = False

    def drive(self, t: float, kmh: float) -> None:
        if 0.0 < t - self.speed[0] <= 600.0:
            self.km += (kmh + self.speed[1]) / 2.0 * (t - self.speed[0]) / 3600.0
        self.speed = (t, kmh)
        if kmh > 3.0:
            self.moved, self.charging = t, False

    def charge(self, t: float, pct: float, code: int) -> None:
        if code > self.source and t - self.soc[0] < 3600.0:
            return
        new_source, self.source = code != self.source, code
        rises = not new_source and pct > self.soc[1] + 0.3 and t - self.moved > 300.0
        if new_source or rises:
            self.anchor, self.km = (t, pct), 0.0
        if rises:
            self.charging = True
        elif not new_source and pct < self.soc[1] - 0.3:
            self.charging = False
        if pct < self.soc[1] - 5.0 and t - self.soc[0] < 120.0:
            self.anchor, self.km = (t, pct), 0.0
        drop, hours = self.anchor[1] - pct, (t - self.anchor[0]) / 3600.0
        if drop >= 2.0 and hours > 0.0:
            rate = drop / hours
            self.per_hour = rate if math.isnan(self.per_hour) else (self.per_hour + rate) / 2.0
            if self.km >= 2.0:
                self._learn(drop / self.km)
            self.anchor, self.km = (t, pct), 0.0
        self.soc = (t, pct)

    def _learn(self, per_km: float) -> None:
        weight = max(1.0 - math.exp(-self.km / 30.0), self.km / (self.learned + self.km))
        off = 0.0 if math.isnan(self.per_km) else per_km - self.per_km
        self.per_km = per_km if math.isnan(self.per_km) else self.per_km + weight * off
        self.spread = (1.0 - weight) * (self.spread + weight * off**2) if self.learned else 0.0
        self.learned += self.km


def blank_car() -> Any:
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    return cars[0]


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=150, deadline=None)
@given(tape=st.lists(events, min_size=1, max_size=80))
def test_the_pack_agrees_with_its_slow_twin(tape: list[Event]) -> None:
    car, twin, t = blank_car(), Pack(), 1.7e9

    for event in tape:
        t += event.step_s
        if event.code == SPEED:
            traction.take_speed(car, t, event.value)
            twin.drive(t, event.value)
        else:
            traction.take_soc(car, t, event.value, event.code)
            twin.charge(t, event.value, event.code)

    pairs = (
        (car["soc_pct"], twin.soc[1]),
        (car["anchor_km"], twin.km),
        (car["pct_km"], twin.per_km),
        (car["pct_km_var"], twin.spread),
        (car["learned_km"], twin.learned),
        (car["pct_h"], twin.per_hour),
        (car["charging"], float(twin.charging)),
    )
    assert [pair for pair in pairs if not same(float(pair[0]), pair[1])] == []


def test_an_odometer_corrects_what_speed_integrated_to() -> None:
    car, t = blank_car(), 1.7e9
    traction.take_odometer(car, t, 1000.0)
    for k in range(11):
        traction.take_speed(car, t + 360.0 * k, 50.0)
    assert math.isclose(car["anchor_km"], 50.0)

    traction.take_odometer(car, t + 3600.0, 1044.0)

    assert math.isclose(car["anchor_km"], 44.0)


def test_a_shown_charge_is_silent_while_the_battery_itself_speaks() -> None:
    car = blank_car()

    assert traction.take_soc(car, 1.7e9, 50.0, SOC)
    assert not traction.take_soc(car, 1.7e9 + 60.0, 47.0, SOC_SHOWN)
    assert traction.take_soc(car, 1.7e9 + 7200.0, 46.0, SOC_SHOWN)


def test_charge_that_rises_while_standing_is_charging_and_while_driving_is_not() -> None:
    standing, driving = blank_car(), blank_car()
    for car, kmh in ((standing, 0.0), (driving, 60.0)):
        traction.take_soc(car, 1.7e9, 40.0, SOC)
        traction.take_speed(car, 1.7e9 + 290.0, kmh)
        traction.take_soc(car, 1.7e9 + 300.0, 41.0, SOC)

    assert standing["charging"] == 1.0
    assert driving["charging"] == 0.0


def test_a_reading_of_the_odometer_alone_moves_the_car() -> None:
    car = blank_car()
    traction.take_odometer(car, 1.7e9, 500.0)
    traction.take_odometer(car, 1.7e9 + 60.0, 500.5)

    assert car["moved_s"] == 1.7e9 + 60.0


def blank_pack() -> Any:
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    return cars[0]


def test_charge_that_vanishes_at_once_is_a_jump_and_no_consumption() -> None:
    car = blank_pack()
    traction.take_soc(car, 0.0, 50.0, SOC)
    traction.take_soc(car, 60.0, 38.0, SOC)

    assert (car["soc_jump_s"], car["soc_jump_pct"], car["learned_km"], car["pct_h_n"]) == (60.0, 12.0, 0.0, 0.0)


def test_a_parked_car_says_how_fast_its_charge_drifts_away() -> None:
    car = blank_pack()
    for hour in range(48):
        traction.take_soc(car, 3600.0 * hour, 80.0 - 2.4 * hour / 24.0, SOC)

    assert car["drift_pct_d"] == pytest.approx(2.4)


def test_a_charge_says_what_the_pack_still_holds() -> None:
    car = blank_pack()
    car["pack_kwh"] = 60.0
    for k in range(200):
        traction.take_soc(car, 30.0 * k, 20.0 + 40.0 * 0.97 * (30.0 * k / 3600.0) / 54.0 * 100.0, SOC)
        traction.take_energy(car, 30.0 * k, 40_000.0)

    assert car["soh_seen_pct"] == pytest.approx(90.0, rel=0.02)
