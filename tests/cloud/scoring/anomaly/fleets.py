"""Made days of a fleet in which every car is a little like itself."""

import numpy as np

from cloud.scoring.anomaly.days import CODES
from cloud.scoring.anomaly.model import Day

USUAL = np.array([13.9, 12.4, 0.4, 9.8, 88.0, 95.0, 300.0, 30.0, 1800.0, -3.0, 4.0])


def fleet(days: int, *, vehicles: int = 200, seed: int = 1, kind: str = "petrol") -> list[Day]:
    """Return `days` days of petrol cars, which have no traction battery."""
    draw = np.random.default_rng(seed)
    own = np.random.default_rng(0).normal(size=(vehicles, len(USUAL)))
    made = []
    for _ in range(days):
        numbers = np.full((vehicles, len(CODES)), np.nan)
        numbers[:, : len(USUAL)] = USUAL * (1.0 + 0.01 * own + 0.02 * draw.normal(size=own.shape))
        made += [Day(f"car-{i}", kind, numbers[i]) for i in range(vehicles)]
    return made


def with_number(day: Day, code: str, value: float) -> Day:
    """Return the day with another number."""
    numbers = day.numbers.copy()
    numbers[CODES.index(code)] = value
    return day._replace(numbers=numbers)
