"""The array types of the fleet's rooms, and the randomness of each part of each vehicle."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0
YEAR_D: Final = 365.25

# The place of a word is part of the seed: new words go to the end.
TOPICS: Final = (
    "garage", "trips", "tyres", "low_voltage", "engine", "codes", "traction", "sensors", "transport", "charging",
    "fuel", "rows", "pack", "coolant", "oil", "charging_system",
)  # fmt: skip
_WEATHER: Final = 1 << 31  # beyond every vehicle's number


def randomness(seed: int, vehicle: int, topic: str) -> np.random.Generator:
    """Return the randomness of one part of one vehicle; other vehicles and other parts do not move it."""
    words = np.random.SeedSequence(seed, spawn_key=(vehicle, TOPICS.index(topic)))
    return np.random.Generator(np.random.PCG64(words))


def weather_randomness(seed: int, city: int) -> np.random.Generator:
    """Return the randomness of one city's weather."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(_WEATHER, city))))


def arrivals(rng: np.random.Generator, per_year: float, days: int) -> list[float]:
    """Return the seconds at which a Poisson process of `per_year` happens within `days`, in order."""
    count = int(rng.poisson(per_year * days / YEAR_D))
    return sorted((rng.random(count) * days * DAY_S).tolist())
