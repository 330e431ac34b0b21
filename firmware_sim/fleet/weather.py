"""Weather by city and day: a climate of monthly means, spells of some days, a daily swing, and a forecast.

Monthly means and station pressure are the climate normals of each city, rounded.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, Floats, weather_randomness

SPELL: Final = 0.72  # how much of a day's deviation the next day keeps
FORECAST_SD_DEGC: Final = 1.9  # of a minimum forecast three days before
WARMEST_H: Final = 15.0
AHEAD_D: Final = 8  # weather is drawn so many days beyond the fleet's last


class City(NamedTuple):
    """A place: its air pressure, twelve monthly means, daily swing and spread (degC), and how people drive there."""

    name: str
    weight: float
    air_kpa: float
    months_degc: tuple[float, ...]
    swing_degc: float
    spread_degc: float
    has_winter_tyres: bool
    relief_m: float
    charger_km: float
    station_km: float


CITIES: Final = (
    City("Harbin", 0.14, 99.6, (-17.6, -12.6, -2.5, 7.3, 15.3, 20.9, 23.1, 21.4, 15.0, 6.0, -5.4, -14.8), 10.5, 3.6,
         True, 150.0, 9.0, 6.0),
    City("Beijing", 0.22, 100.8, (-2.9, 0.4, 7.0, 14.9, 21.0, 25.0, 26.9, 25.8, 20.8, 13.7, 5.0, -0.9), 10.0, 2.9,
         False, 600.0, 4.0, 4.0),
    City("Shanghai", 0.20, 101.2, (4.8, 6.6, 10.4, 15.8, 21.0, 24.4, 28.6, 28.3, 24.9, 19.7, 13.7, 7.5), 7.0, 2.8,
         False, 20.0, 3.0, 3.5),
    City("Chengdu", 0.15, 95.6, (5.8, 8.0, 12.3, 17.3, 21.8, 24.3, 25.8, 25.5, 22.0, 17.5, 12.6, 7.3), 7.0, 2.2,
         False, 2_200.0, 5.0, 4.0),
    City("Guangzhou", 0.17, 101.2, (13.9, 15.4, 18.3, 22.4, 25.9, 27.9, 28.9, 28.7, 27.6, 24.7, 20.5, 15.8), 7.0, 2.4,
         False, 100.0, 3.0, 3.5),
    City("Xining", 0.07, 77.5, (-7.3, -3.6, 2.4, 8.6, 12.8, 15.6, 17.6, 16.9, 12.6, 6.4, -0.5, -5.9), 14.0, 2.8,
         True, 1_300.0, 22.0, 14.0),
    City("Lhasa", 0.05, 65.2, (-0.9, 1.9, 5.4, 8.7, 12.7, 16.3, 15.9, 15.2, 13.4, 9.1, 3.8, 0.0), 14.0, 2.0,
         False, 1_000.0, 38.0, 22.0),
)  # fmt: skip


class Weather(NamedTuple):
    """One city's weather, a number a day: mean and swing of the air, and the minimum forecast 72 h before (degC)."""

    mean_degc: Floats
    swing_degc: Floats
    forecast_min_degc: Floats

    def at(self, t_s: Floats) -> Floats:
        """Return the air's temperature at `t_s`, seconds since the first midnight."""
        day = t_s / DAY_S
        centres = np.arange(len(self.mean_degc)) + 0.5
        swing = self.swing_degc[np.clip(day.astype(np.int64), 0, len(self.swing_degc) - 1)]
        hour = (day % 1.0) * 24.0
        smooth = np.interp(day, centres, self.mean_degc)
        return np.asarray(smooth + 0.5 * swing * np.cos(2.0 * np.pi * (hour - WARMEST_H) / 24.0))

    def low_high(self) -> tuple[Floats, Floats]:
        """Return each day's minimum and maximum."""
        hours = (np.arange(len(self.mean_degc))[:, None] + np.arange(0.0, 1.0, 1.0 / 24.0)[None, :]) * DAY_S
        degc = self.at(hours.ravel()).reshape(hours.shape)
        return degc.min(axis=1), degc.max(axis=1)


def climate_degc(city: City, first: date, days: int) -> Floats:
    """Return the mean temperature of `days` days from `first`, smooth over the year."""
    middle = np.array([15.2 + 30.4375 * month for month in range(-1, 13)])
    months = np.array((city.months_degc[-1], *city.months_degc, city.months_degc[0]))
    yeardays = [(first + timedelta(days=day)).timetuple().tm_yday for day in range(days)]
    return np.asarray(np.interp(yeardays, middle, months))


def weather(seed: int, number: int, first: date, days: int) -> Weather:
    """Return the weather of `CITIES[number]` for `days` days from `first`."""
    city, rng = CITIES[number], weather_randomness(seed, number)
    count = days + AHEAD_D
    noise = rng.normal(0.0, city.spread_degc * np.sqrt(1.0 - SPELL**2), count)
    spell, spells = 0.0, np.empty(count)
    for day in range(count):
        spell = SPELL * spell + noise[day]
        spells[day] = spell
    swing = city.swing_degc * rng.gamma(9.0, 1.0 / 9.0, count)
    known = Weather(climate_degc(city, first, count) + spells, swing, np.zeros(count))
    return known._replace(forecast_min_degc=known.low_high()[0] + rng.normal(0.0, FORECAST_SD_DEGC, count))
