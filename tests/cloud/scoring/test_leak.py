"""Fast leaks within a drive: the line agrees with numpy's own fit, and only a leak looks like one."""

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cloud.scoring import absorb, leak
from cloud.scoring.kernels import aligned_zeros
from cloud.scoring.layout import EVENT, RECORD_WORDS, WINDOW_S

NAN = math.nan


def blank_car() -> Any:
    cars = aligned_zeros(1, EVENT)
    absorb.blank(cars[0])
    return cars[0]


def window(kpa: list[float], degc: list[float]) -> NDArray[np.float32]:
    record = np.full(RECORD_WORDS, np.nan, np.float32)
    record[4:8], record[8:12] = kpa, degc
    return record


def drive(car: Any, rows: NDArray[np.float64], start_s: float = 1.7e9) -> None:
    """Take rows (n, 4) of gauge pressures at 20 degC, a window each."""
    for k, row in enumerate(rows):
        leak.take_window(car, start_s + k * WINDOW_S, window(row.tolist(), [20.0] * 4))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(6, 20))
def test_the_line_agrees_with_a_plain_fit(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    rows = 240.0 + draw.normal(0.0, 1.0, (count, 4)) - np.linspace(0.0, 5.0, count)[:, None] * draw.random(4)
    car = blank_car()

    drive(car, rows)

    seen = rows.astype(np.float32).astype(float)[1:]  # the first window only warms up
    apart = seen - np.median(seen, axis=1)[:, None]
    x = np.arange(1, count) * WINDOW_S / 86_400.0
    for wheel in range(4):
        (slope, level), left = np.polyfit(x, apart[:, wheel], 1), apart[:, wheel]
        scatter = max(np.sum((left - slope * x - level) ** 2) / (len(x) - 2), 0.5)
        assert math.isclose(car["fast_kpa_d"][wheel], slope, rel_tol=1e-4, abs_tol=1e-3)
        assert math.isclose(car["fast_sd"][wheel], math.sqrt(scatter / np.sum((x - x.mean()) ** 2)), rel_tol=1e-3)


def test_a_wheel_that_loses_40_kpa_a_day_is_found_in_five_hours() -> None:
    rows = np.full((10, 4), 240.0)
    rows[:, 2] -= 40.0 * np.arange(10) * WINDOW_S / 86_400.0
    car = blank_car()

    drive(car, rows)

    assert car["fast_n"].tolist() == [0.0, 0.0, car["fast_n"][2], 0.0]
    assert car["fast_n"][2] >= 2.0
    assert math.isclose(car["fast_kpa_d"][2], -40.0, abs_tol=0.1)


def test_what_all_wheels_share_is_no_leak() -> None:
    rows = np.full((12, 4), 240.0) - np.linspace(0.0, 30.0, 12)[:, None]
    car = blank_car()

    drive(car, rows)

    assert not car["fast_n"].any()


def test_an_error_that_changes_between_drives_is_no_leak() -> None:
    first, second = np.full((6, 4), 240.0), np.full((6, 4), 240.0)
    second[:, 1] -= 6.0
    car = blank_car()

    drive(car, first)
    drive(car, second, 1.7e9 + 8 * WINDOW_S)

    assert not car["fast_n"].any()


def test_a_refill_begins_again() -> None:
    rows = np.full((8, 4), 230.0)
    rows[5:, 0] += 15.0
    car = blank_car()

    drive(car, rows)

    assert car["drive_n"] == 2.0


def test_a_refill_takes_back_the_leak_of_that_wheel_alone() -> None:
    rows = np.full((12, 4), 240.0)
    rows[:, 1] -= 50.0 * np.arange(12) * WINDOW_S / 86_400.0
    rows[:, 2] -= 60.0 * np.arange(12) * WINDOW_S / 86_400.0
    car = blank_car()
    drive(car, rows)
    found = car["fast_n"].tolist()

    filled = rows[-1].copy()
    filled[2] = 240.0
    leak.take_window(car, 1.7e9 + 12 * WINDOW_S, window(filled.tolist(), [20.0] * 4))

    assert found[1] >= 2.0
    assert found[2] >= 2.0
    assert car["fast_n"].tolist() == [0.0, found[1], 0.0, 0.0]


def test_two_wheels_without_temperatures_say_nothing() -> None:
    car = blank_car()

    for k in range(8):
        leak.take_window(car, 1.7e9 + k * WINDOW_S, window([240.0, 230.0 - k, NAN, NAN], [NAN] * 4))

    assert car["drive_n"] == 0.0
