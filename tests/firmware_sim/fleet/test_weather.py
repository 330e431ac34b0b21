"""Weather: a climate of its own for each city, the same for every vehicle of a seed."""

from datetime import date

import numpy as np

from firmware_sim.fleet.weather import AHEAD_D, CITIES, weather


def mean_degc(name: str, month: int) -> float:
    """Return the mean of one month in one city, over thirty seeds."""
    number = next(at for at, city in enumerate(CITIES) if city.name == name)
    return float(np.mean([weather(seed, number, date(2025, month, 1), 28).mean_degc[:28] for seed in range(30)]))


def test_winters_and_summers_are_those_of_the_city() -> None:
    assert mean_degc("Harbin", 1) < -12.0
    assert mean_degc("Guangzhou", 1) > 11.0
    assert mean_degc("Shanghai", 7) > 25.0
    assert mean_degc("Lhasa", 7) < 19.0


def test_a_forecast_is_near_the_minimum_and_not_it() -> None:
    air = weather(1, 0, date(2025, 9, 1), 300)

    error = air.forecast_min_degc - air.low_high()[0]

    assert len(error) == 300 + AHEAD_D
    assert abs(float(error.mean())) < 0.5
    assert 1.0 < float(error.std()) < 3.0


def test_the_afternoon_is_warmest() -> None:
    air = weather(1, 1, date(2025, 9, 1), 30)
    hours = np.arange(24.0)

    days = np.mean([air.at((day * 24.0 + hours) * 3_600.0) for day in range(30)], axis=0)

    assert 13 <= int(days.argmax()) <= 16
