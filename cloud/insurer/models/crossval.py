"""5x2 cross-validation: five times, one half is fitted and the other tested, and the reverse; everything learned anew.

Alpaydin's combined F test (1999) over the ten differences says whether two models differ beyond chance. Only the shape
of the trees is not chosen anew in each half: it comes from the rows to fit, all of them.
"""

from typing import Any

import numpy as np
from scipy.stats import f as f_distribution

from cloud.insurer.models import boosted, linear, metrics, split
from cloud.insurer.models.book import Book, Floats
from cloud.insurer.models.boosted import Progress, Shape
from cloud.insurer.models.mapping import Map


def five_by_two(book: Book, chosen: Map, shape: Shape, seed: int, progress: Progress) -> dict[str, Any]:
    """Return by model the deviance per year of exposure of the ten halves, and the F test of GLM and boosted."""
    found: dict[str, list[float]] = {"constant": [], "glm": [], "boosted": []}
    ginis: dict[str, list[float]] = {"glm": [], "boosted": []}
    for at, (fitted, tested) in enumerate(split.halves(book.group, seed)):
        inside, outside = book.take(fitted), book.take(tested)
        begin = linear.fit(inside, chosen, seed)
        challenger = boosted.fit(inside, chosen, begin, shape, seed)
        rates = {
            "constant": np.full(outside.rows, inside.frequency),
            "glm": begin.predict(outside.columns, outside.rows),
            "boosted": challenger.predict(outside.columns, outside.rows),
        }
        for name, rate in rates.items():
            found[name].append(metrics.deviance(outside.claims, outside.exposure, rate))
            if name in ginis:
                ginis[name].append(metrics.gini(outside.claims, outside.exposure, rate))
        progress(f"5x2 cross-validation: {at + 1} of 10")
    told = {name: _told(np.array(values)) for name, values in found.items()}
    for name, values in ginis.items():
        told[name]["gini"] = float(np.mean(values))
    statistic, chance = f_test(np.array(found["glm"]) - np.array(found["boosted"]))
    return {**told, "glm_minus_boosted_f": statistic, "glm_minus_boosted_p": chance}


def f_test(differences: Floats) -> tuple[float, float]:
    """Return Alpaydin's F over ten differences, in the order of `split.halves`, and its p-value."""
    pairs = differences.reshape(split.REPEATS, 2)
    spread = ((pairs - pairs.mean(axis=1, keepdims=True)) ** 2).sum()
    if not spread > 0.0:
        return float("nan"), float("nan")
    statistic = float((pairs**2).sum() / (2.0 * spread))
    return statistic, float(f_distribution.sf(statistic, 10, 5))


def _told(values: Floats) -> dict[str, Any]:
    return {"mean": float(values.mean()), "sd": float(values.std(ddof=1)), "halves": values.tolist()}
