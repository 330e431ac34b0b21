"""Thresholds against their theory: `python -m tests.proof.thresholds [--json]`.

SPOT's achieved against its target rate of alarms, CUSUM's simulated run length against the exact one, conformal
p-values' mean rate against the one asked for, and annunciations per true excursion.
"""

import argparse
import json
import math
import sys
from typing import Any

import numpy as np

from cloud.scoring.thresholds import cusum, hygiene, spot
from cloud.scoring.thresholds.conformal import Conformal

RATES = (1e-3, 1e-4, 1e-5)
TAILS = ("normal", "exponential", "t5")


def drawn(draw: np.random.Generator, tail: str, number: int) -> cusum.Floats:
    """Return `number` values of the distribution `tail`."""
    match tail:
        case "normal":
            return draw.normal(size=number)
        case "exponential":
            return draw.standard_exponential(number)
        case _:
            return draw.standard_t(5, number)


def spot_ratio(tail: str, q: float, *, runs: int, number: int = 1_000_000) -> float:
    """Return the achieved rate of alarms in units of `q`, over `runs` streams of `number` values."""
    draw = np.random.default_rng(round(-math.log10(q)))
    alarms = 0
    for _ in range(runs):
        state = spot.started(drawn(draw, tail, 5000), q)
        alarms += int(spot.watch(drawn(draw, tail, number), q, state).sum())
    return alarms / (runs * number * q)


def cusum_ratio(h: float, *, alarms: int) -> float:
    """Return the simulated mean run length of one side in units of the exact one, from about `alarms` alarms."""
    draw = np.random.default_rng(2)
    exact = cusum.exact_arl(h, 0.5)
    state, found, steps = np.array([0.0, 0.0, math.nan]), 0, 0
    while found < alarms:
        found += int(np.count_nonzero(cusum.watch(draw.normal(size=200_000), 0.5, h, 0.0, state)))
        steps += 200_000
    return 2.0 * steps / found / exact


def conformal_ratio(p: float, *, sets: int, calibration: int = 999) -> float:
    """Return the mean rate of p-values up to `p` in units of `p`, over `sets` calibrations."""
    draw = np.random.default_rng(4)
    return float(
        np.mean(
            [(Conformal(draw.standard_t(5, calibration)).p(draw.standard_t(5, 5000)) <= p).mean() for _ in range(sets)]
        )
        / p
    )


def measured() -> dict[str, Any]:
    """Return every ratio."""
    return {
        "spot": {f"{tail} {q:g}": round(spot_ratio(tail, q, runs=10), 3) for tail in TAILS for q in RATES},
        "cusum": {f"h={h:g}": round(cusum_ratio(h, alarms=2000), 3) for h in (4.0, 5.0, 8.0, 10.0)},
        "conformal": {f"p={p:g}": round(conformal_ratio(p, sets=2000), 3) for p in (0.1, 0.01)},
        "annunciations_per_excursion": {
            "plain": round(hygiene.chatter(hygiene.PLAIN, vehicles=2000), 2),
            "default": round(hygiene.chatter(hygiene.DEFAULT, vehicles=2000), 2),
        },
    }


def main() -> int:
    """Measure and print; 1 where a bound is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.thresholds", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured()
    kept = (
        all(0.8 <= ratio <= 1.6 for ratio in found["spot"].values())
        and all(abs(ratio - 1.0) <= 0.1 for ratio in found["cusum"].values())
        and all(abs(ratio - 1.0) <= 0.05 for ratio in found["conformal"].values())
        and found["annunciations_per_excursion"]["default"] <= 1.5
    )
    if options.json:
        print(json.dumps({**found, "kept": kept}))
    else:
        for name, ratios in found.items():
            print(name, *(f"{what}: {ratio:g}" for what, ratio in ratios.items()), sep="\n  ")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
