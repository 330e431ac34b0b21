"""When a car drives: legs by its use, and what a breakdown does to them."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Bools, Floats, Ints, randomness
from firmware_sim.fleet.garage import Car
from firmware_sim.fleet.weather import CITIES

SHORTEST_S: Final = 180.0
GAP_S: Final = 300.0  # between two legs
UTC_OFFSET_S: Final = 8 * HOUR_S


class Use(NamedTuple):
    """How a car is used: share of days driven (weekday, weekend), legs a day, hours, minutes a leg, km/h, idling."""

    weekday: float
    weekend: float
    legs: float
    hours: tuple[float, float]
    minutes: float
    kmh: float
    idling: float


USE: Final = {
    "commuter": Use(0.93, 0.6, 2.3, (6.5, 21.5), 27.0, 34.0, 0.12),
    "taxi": Use(0.94, 0.9, 13.0, (5.5, 23.5), 24.0, 30.0, 0.2),
    "van": Use(0.95, 0.25, 7.0, (6.0, 20.0), 24.0, 32.0, 0.15),
    "idle": Use(0.85, 0.6, 3.0, (7.0, 22.0), 22.0, 20.0, 0.6),
    "long_park": Use(0.15, 0.26, 2.3, (8.0, 20.0), 32.0, 38.0, 0.1),
}


@dataclass
class Legs:
    """The drives of one car in order, seconds since the first midnight; a breakdown shortens or removes some."""

    start_s: Floats
    end_s: Floats
    kmh: Floats
    idling: Floats
    rise_m: Floats
    gone: Bools

    def __len__(self) -> int:
        """Return how many legs there are, gone ones too."""
        return len(self.start_s)

    def interrupt(self, t_s: float, rest_s: float) -> None:
        """End the leg that `t_s` lies in, and drop those that would begin in the `rest_s` after it."""
        inside = (self.start_s < t_s) & (self.end_s > t_s)
        self.end_s[inside] = np.maximum(t_s, self.start_s[inside] + 60.0)
        self.gone |= (self.start_s >= t_s) & (self.start_s < t_s + rest_s)

    def kept(self) -> "Legs":
        """Return the legs that were driven."""
        keep = ~self.gone
        return Legs(
            self.start_s[keep], self.end_s[keep], self.kmh[keep], self.idling[keep], self.rise_m[keep], self.gone[keep]
        )

    def km(self) -> Floats:
        """Return the distance of each leg."""
        return self.kmh * (1.0 - self.idling) * (self.end_s - self.start_s) / HOUR_S

    def next_start(self, t_s: float) -> float:
        """Return when the first leg after `t_s` begins, infinity where none does."""
        later = self.start_s[(self.start_s > t_s) & ~self.gone]
        return float(later[0]) if len(later) else float("inf")


def legs(seed: int, car: Car, days: int, first_weekday: int) -> Legs:
    """Return the legs of `days` days; `first_weekday` is 0 where the first day is a Monday."""
    rng = randomness(seed, car.number, "trips")
    use = USE[car.usage]
    weekend = (np.arange(days) + first_weekday) % 7 >= 5
    driven = rng.random(days) < np.where(weekend, use.weekend, use.weekday)
    if rng.random() < 0.35:  # a holiday: the car stands for one to three weeks
        away = int(rng.integers(0, max(days, 1)))
        driven[away : away + int(rng.integers(6, 21))] = False
    counts = np.where(driven, np.maximum(1, rng.poisson(use.legs * rng.gamma(8.0, 1 / 8.0), days)), 0)
    total = int(counts.sum())
    hours = rng.uniform(*use.hours, total)
    if car.usage == "commuter":
        hours = _commute(rng, hours, np.repeat(weekend, counts), np.arange(total) - np.repeat(_firsts(counts), counts))
    start = np.repeat(np.arange(days), counts) * DAY_S + hours * HOUR_S
    start.sort()
    minutes = use.minutes * rng.gamma(3.5, 1 / 3.5, total)
    long = rng.random(total) < 0.006
    minutes = np.where(long, rng.uniform(70.0, 220.0, total), minutes)
    gaps = np.diff(start, append=days * DAY_S + GAP_S)
    length = np.minimum(minutes * 60.0, gaps - GAP_S)
    kmh = np.where(long, rng.uniform(60.0, 100.0, total), use.kmh * rng.gamma(12.0, 1 / 12.0, total))
    idling = np.clip(use.idling * rng.gamma(3.0, 1 / 3.0, total), 0.0, 0.95) * ~long
    relief = CITIES[car.city].relief_m
    rise = np.where(long, relief * rng.uniform(-0.2, 1.0, total), 0.08 * relief * rng.uniform(-1.0, 1.0, total))
    keep = length >= SHORTEST_S
    start, end = start[keep], (start + length)[keep]
    return Legs(start, end, kmh[keep], idling[keep], rise[keep], np.zeros(int(keep.sum()), np.bool_))


def _firsts(counts: Ints) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)[:-1]))


def _commute(rng: np.random.Generator, hours: Floats, weekend: Bools, turn: Ints) -> Floats:
    """Put the first two legs of a working day at its ends."""
    morning, evening = rng.normal(7.6, 0.6), rng.normal(18.0, 0.9)
    out = np.where(~weekend & (turn == 0), morning + rng.normal(0.0, 0.25, len(hours)), hours)
    return np.where(~weekend & (turn == 1), evening + rng.normal(0.0, 0.5, len(hours)), out)
