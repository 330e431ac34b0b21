"""The driving score: a transparent, monotone table, learned on simulated drivers. Not for pricing. Pure.

Each row of the table is a feature, its steps, and the points that each step costs, which never fall as a feature rises.
100 less all points is the score. `learned` makes the table again from the stated accident process.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloud.trips.types import PeriodFeatures

VERSION: Final = "driving-simulated-1"
LEARNED_ON: Final = "simulated drivers"
FASTEST_BIN_KMH: Final = 110.0
# The stated process: accidents ~ Poisson(km / 1e6 * PER_MILLION_KM * exp(sum of weights * features)).
PER_MILLION_KM: Final = 2.0
WEIGHTS: Final = {"night": 1.6, "fast": 1.4, "acceleration": 0.06, "braking": 0.10, "cornering": 0.06}
STEPS: Final[dict[str, tuple[float, ...]]] = {
    "night": (0.05, 0.15, 0.30),
    "fast": (0.10, 0.25, 0.50),
    "acceleration": (0.5, 1.5, 4.0),
    "braking": (1.0, 2.5, 6.0),
    "cornering": (1.0, 2.5, 6.0),
}
MOST_POINTS: Final = 100.0


class Reason(NamedTuple):
    """Why points were lost, with the numbers it stands on, and what to do; in Chinese and English."""

    code: str
    value: float
    group: float
    points: int
    zh: str
    en: str


class Score(NamedTuple):
    """The score and its three strongest reasons; None where too little was driven or a feature was not measured."""

    score: int | None
    reasons: tuple[Reason, ...]
    version: str = VERSION
    learned_on: str = LEARNED_ON


# Printed by `outrider driving-score`; a test holds both equal.
TABLE: Final[dict[str, tuple[int, ...]]] = {
    "night": (0, 2, 7, 14),
    "fast": (0, 7, 12, 22),
    "acceleration": (0, 1, 3, 23),
    "braking": (0, 3, 7, 31),
    "cornering": (0, 2, 5, 22),
}
GROUP: Final = {"night": 0.08, "fast": 0.12, "acceleration": 1.0, "braking": 1.6, "cornering": 1.8}
_WORDS: Final = {
    "night": (
        "夜间里程占 {v:.0%}，同组为 {g:.0%}；夜间多休息",
        "{v:.0%} of the way by night, your group {g:.0%}; rest more",
    ),
    "fast": (
        "{v:.0%} 的里程高于 110 km/h，同组为 {g:.0%}；请放慢车速",
        "{v:.0%} of the way above 110 km/h, your group {g:.0%}; drive slower",
    ),
    "acceleration": (
        "每百公里急加速 {v:.1f} 次，比同组多 {d:.1f} 次；起步请平缓",
        "{v:.1f} hard accelerations per 100 km, {d:.1f} above your group; pull away gently",
    ),
    "braking": (
        "每百公里急制动 {v:.1f} 次，比同组多 {d:.1f} 次；请保持更大车距",
        "{v:.1f} hard brakings per 100 km, {d:.1f} above your group; leave more distance",
    ),
    "cornering": (
        "每百公里急转弯 {v:.1f} 次，比同组多 {d:.1f} 次；入弯前请减速",
        "{v:.1f} hard turns per 100 km, {d:.1f} above your group; slow down before the bend",
    ),
}


def values_of(features: PeriodFeatures) -> dict[str, float | None]:
    """Return what the table looks at; None is what nothing measured."""
    shares = features.speed_shares
    fast = None if shares is None else sum(shares[-2:])
    return {"night": features.night_share, "fast": fast, **features.shrunk_per_100km}


def score(features: PeriodFeatures, table: dict[str, tuple[int, ...]] = TABLE) -> Score:
    """Return the score of a period; a source that cannot see cornering leaves it out, and costs nothing for it."""
    values = values_of(features)
    needed = (values["night"], values["fast"], values["braking"], values["acceleration"])
    if features.insufficient_data or any(value is None for value in needed):
        return Score(None, ())
    lost = [
        _reason(name, value, table[name][step_of(name, value)]) for name, value in values.items() if value is not None
    ]
    total = min(MOST_POINTS, float(sum(reason.points for reason in lost)))
    worst = sorted((one for one in lost if one.points), key=lambda one: (-one.points, one.code))
    return Score(round(100.0 - total), tuple(worst[:3]))


def step_of(name: str, value: float) -> int:
    """Return which step of a feature `value` is on, 0 for the calmest."""
    return sum(value >= end for end in STEPS[name])


def advice(found: Score, *, standing: bool) -> tuple[Reason, ...]:
    """Return what to tell the driver: where others do better, and never while the car moves."""
    return tuple(one for one in found.reasons if one.value > one.group) if standing else ()


class TrainingRule(NamedTuple):
    """When a tenant offers a training: a score at or below `score`, with at least `km` driven; None offers none."""

    score: int | None = None
    km: float = 500.0


def offers_training(found: Score, features: PeriodFeatures, rule: TrainingRule) -> bool:
    """Say whether the tenant's rule offers this driver a training."""
    known = found.score is not None and rule.score is not None
    return known and features.km >= rule.km and (found.score or 0) <= (rule.score or 0)


def _reason(name: str, value: float, points: int) -> Reason:
    zh, en = _WORDS[name]
    said = {"v": value, "g": GROUP[name], "d": max(0.0, value - GROUP[name])}
    return Reason(name, value, GROUP[name], points, zh.format(**said), en.format(**said))


def simulated(drivers: int, seed: int) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64], NDArray[np.int64]]:
    """Return drivers of the stated process: features, kilometres of ten years, accidents."""
    draw = np.random.default_rng(seed)
    temper = draw.normal(0.0, 0.7, drivers)  # harsh people are harsh in every way
    features = {
        "night": draw.beta(0.9, 10.0, drivers),
        "fast": draw.beta(0.9, 6.0, drivers),
        **{
            name: GROUP[name] * np.exp(temper - 0.4 + draw.normal(0.0, 0.5, drivers))
            for name in ("acceleration", "braking", "cornering")
        },
    }
    km = draw.gamma(4.0, 35_000.0, drivers)
    log_rate = sum(WEIGHTS[name] * values for name, values in features.items())
    return features, km, draw.poisson(km / 1e6 * PER_MILLION_KM * np.exp(log_rate))


def learned(drivers: int = 200_000, seed: int = 1, rounds: int = 60) -> dict[str, tuple[int, ...]]:
    """Return the table as the simulated drivers' accidents give it.

    A Poisson model with one factor for each step of each feature (fitted a feature at a time until nothing moves), made
    monotone by pooling neighbours that are out of order; twice the rate costs 20 points.
    """
    features, km, accidents = simulated(drivers, seed)
    places = {name: np.searchsorted(STEPS[name], values, side="right") for name, values in features.items()}
    factors = {name: np.ones(len(STEPS[name]) + 1) for name in STEPS}
    expected = km * accidents.sum() / km.sum()
    for _ in range(rounds):
        for name, place in places.items():
            others = expected / factors[name][place]
            seen = np.bincount(place, accidents, len(factors[name])).astype(np.float64)
            due = np.bincount(place, others, len(factors[name])).astype(np.float64)
            fresh = _monotone(seen / np.maximum(due, 1e-12), due)
            expected = others * fresh[place]
            factors[name] = fresh
    return {name: tuple(round(20.0 * float(np.log2(f / own[0]))) for f in own) for name, own in factors.items()}


def _monotone(rates: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rates that never fall, by pooling adjacent violators."""
    blocks: list[tuple[float, float, int]] = []
    for rate, weight in zip(rates.tolist(), weights.tolist(), strict=True):
        blocks.append((rate, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (r0, w0, n0), (r1, w1, n1) = blocks[-2:]
            blocks[-2:] = [((r0 * w0 + r1 * w1) / (w0 + w1), w0 + w1, n0 + n1)]
    return np.repeat([rate for rate, _, _ in blocks], [count for _, _, count in blocks])
