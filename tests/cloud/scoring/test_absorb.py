"""The first pass: windows close into plain means, slow windows into means of means, late samples into a count."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import absorb
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import (
    COOLANT,
    COOLANT_T,
    EVENT,
    FLAT_KPA,
    GROUP_TRACTION,
    GROUP_TYRES,
    GROUP_VOLTS,
    OTHER,
    PRESSURES,
    RECORD_WORDS,
    SOC,
    SUPPLY_V,
    TYRE_P,
    TYRE_T,
    WINDOW_S,
)

T0 = 1_800.0 * 960_000


def blank_cars(count: int = 1) -> Any:
    cars = aligned_zeros(count, EVENT)
    for car in cars:
        absorb.blank(car)
    return cars


def absorbed(cars: Any, samples: list[tuple[float, int, float]]) -> tuple[int, list[tuple[float, list[float]]]]:
    """Give one entry's samples (time, code, value) to the first car; return the groups touched and the records."""
    rows = sorted(samples)
    times, codes = np.array([r[0] for r in rows]), np.array([r[1] for r in rows], np.int64)
    touched, slots, at = np.zeros(1, np.int64), np.zeros(len(rows), np.int64), np.zeros(len(rows))
    records = np.full((len(rows), RECORD_WORDS), np.nan, np.float32)
    starts = np.array([0, len(rows)], np.int64)
    values = np.array([r[2] for r in rows])
    written = absorb.absorb(cars, np.zeros(1, np.int64), starts, times, codes, values, touched, slots, at, records)
    return int(touched[0]), [(float(at[k]), records[k].tolist()) for k in range(written)]


@settings(max_examples=60, deadline=None)
@given(
    readings=st.lists(
        st.tuples(st.floats(0.0, 20_000.0), st.floats(80.0, 84.0)), min_size=1, max_size=60, unique_by=lambda r: r[0]
    )
)
def test_a_window_closes_into_the_mean_of_its_readings(readings: list[tuple[float, float]]) -> None:
    _, records = absorbed(blank_cars(), [(T0 + t, COOLANT_T, value) for t, value in readings])

    by_window: dict[int, list[float]] = {}
    for t, value in readings:
        by_window.setdefault(math.floor((T0 + t) / WINDOW_S), []).append(value)
    closed = sorted(by_window)[:-1]
    assert [at for at, _ in records] == [(window + 1) * WINDOW_S for window in closed]
    for window, (_, record) in zip(closed, records, strict=True):
        assert record[COOLANT] == pytest.approx(np.mean(by_window[window]), rel=1e-5, abs=1e-4)


def test_tyres_reach_the_filters_as_six_hour_means() -> None:
    cars = blank_cars()
    cars["placard_kpa"] = 240.0
    readings = [(T0 + 600.0 * k, TYRE_P, 230.0 + (k // 36)) for k in range(80)]

    _, records = absorbed(cars, readings)

    told = [record for _, record in records if not math.isnan(record[PRESSURES])]
    assert [record[PRESSURES] for record in told] == [230.0, 231.0]
    assert {record[FLAT_KPA] for record in told} == {180.0}


def test_a_pressure_is_brought_to_20_degrees_by_absolute_pressure() -> None:
    cars = blank_cars()

    absorbed(cars, [(T0, TYRE_T, 40.0), (T0, TYRE_P, 250.0)])

    assert cars["tyre_kpa"][0][0] == pytest.approx((250.0 + 101.325) * 293.15 / 313.15 - 101.325)


def test_a_temperature_older_than_ten_minutes_does_not_speak_for_a_pressure() -> None:
    cars = blank_cars()

    absorbed(cars, [(T0, TYRE_T, 40.0), (T0 + 601.0, TYRE_P, 250.0)])

    assert cars["tyre_kpa"][0][0] == 250.0


def test_each_group_has_its_own_watermark() -> None:
    cars = blank_cars()
    absorbed(cars, [(T0 + 100.0, SOC, 50.0)])

    touched, _ = absorbed(cars, [(T0 + 50.0, SUPPLY_V, 12.6), (T0 + 50.0, SOC, 60.0), (T0 + 60.0, TYRE_P, 240.0)])

    assert touched == GROUP_VOLTS | GROUP_TYRES
    assert cars["soc_pct"][0] == 50.0
    assert cars["late_n"][0] == 1.0


def test_any_answer_wakes_the_car_and_brings_no_news() -> None:
    cars = blank_cars()

    touched, _ = absorbed(cars, [(T0, OTHER, 1.0)])

    assert touched == 0
    assert cars["active_s"][0] == T0


def test_a_reading_without_a_value_is_no_news_and_no_sign_of_life() -> None:
    cars = blank_cars()

    touched, records = absorbed(cars, [(T0, SOC, math.nan), (T0, TYRE_P, math.nan)])

    assert (touched, records) == (0, [])
    assert cars["active_s"][0] == -math.inf


@pytest.mark.parametrize(
    ("code", "group"),
    [(SUPPLY_V, GROUP_VOLTS), (TYRE_P + 3, GROUP_TYRES), (TYRE_T, GROUP_TYRES), (SOC, GROUP_TRACTION)],
)
def test_codes_belong_to_groups(code: int, group: int) -> None:
    assert absorb.group_of(code) == group
