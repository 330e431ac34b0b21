"""From a fleet and a budget of false alarms to thresholds, each of which spends the whole budget if it runs alone."""

import math
from typing import Final, NamedTuple

from cloud.scoring.thresholds import cusum, hygiene

ALLOWANCE_SD: Final = 0.5
FDR_ALPHA: Final = 0.1
SHIFT_SD: Final = 1.0  # the lasting shift whose detection delay is told


class Fleet(NamedTuple):
    """Vehicles, signals of each, false alarms a day that somebody can look at, readings a day, autocorrelation."""

    vehicles: int
    signals: int
    budget_per_day: float
    readings_per_day: float = 1.0
    phi: float = 0.0

    @property
    def tests_per_day(self) -> float:
        """Return how many readings are judged in a day."""
        return self.vehicles * self.signals * self.readings_per_day


class Thresholds(NamedTuple):
    """What was chosen.

    `arl0`: readings between false alarms of one one-sided chart. CUSUM heights in sd of the input: `cusum_h` after
    prewhitening, `cusum_h_raw` on inputs left as they are, `cusum_h_siegmund` by the formula that tables use; delays in
    readings until a lasting shift of 1 sd is found. `spot_q`: the share of readings above SPOT's threshold.
    `calibration_scores`: so many let a conformal p-value reach `spot_q` without a fitted tail.
    """

    arl0: float
    cusum_k: float
    cusum_h: float
    cusum_h_siegmund: float
    cusum_h_raw: float
    delay_prewhitened: float
    delay_raw: float
    spot_q: float
    calibration_scores: int
    fdr_alpha: float
    on_delay: int
    off_delay: int
    deadband_sd: float
    annunciations_per_excursion: float


def choose(fleet: Fleet, k: float = ALLOWANCE_SD) -> Thresholds:
    """Return the thresholds for `fleet`; raise `ValueError` naming what is out of range."""
    _check(fleet, k)
    arl0 = 2.0 * fleet.tests_per_day / fleet.budget_per_day  # every signal is watched upwards and downwards
    h = cusum.height_for(arl0, k)
    raw = cusum.height_correlated(arl0, k, fleet.phi) if fleet.phi else h
    kept = hygiene.DEFAULT
    q = fleet.budget_per_day / fleet.tests_per_day
    return Thresholds(
        arl0=arl0,
        cusum_k=k,
        cusum_h=h,
        cusum_h_siegmund=_siegmund_height(arl0, k),
        cusum_h_raw=raw,
        delay_prewhitened=cusum.exact_arl(h, k, cusum.whitened_shift(SHIFT_SD, fleet.phi)),
        delay_raw=cusum.siegmund_arl(raw, k, SHIFT_SD),
        spot_q=q,
        calibration_scores=math.ceil(1.0 / q) - 1,
        fdr_alpha=FDR_ALPHA,
        on_delay=kept.on_delay,
        off_delay=kept.off_delay,
        deadband_sd=kept.deadband_sd,
        annunciations_per_excursion=hygiene.chatter(kept),
    )


def _check(fleet: Fleet, k: float) -> None:
    for name, value in zip(("vehicles", "signals", "budget", "per-day"), fleet[:4], strict=True):
        if not (value > 0.0 and math.isfinite(value)):
            raise ValueError(f"{name} must be a number above 0, it is {value}")
    if not 0.0 <= fleet.phi <= cusum.MOST_PHI:
        raise ValueError(f"phi must be between 0 and {cusum.MOST_PHI}, it is {fleet.phi}: aggregate to days instead")
    steps = k / cusum.GRID_STEP
    if not (k > 0.0 and steps == round(steps)):
        raise ValueError(f"k must be a multiple of {cusum.GRID_STEP} above 0, it is {k}")
    if fleet.budget_per_day >= fleet.tests_per_day / 2.0:
        raise ValueError(f"a budget of {fleet.budget_per_day:g} a day is half of all {fleet.tests_per_day:g} readings")


def _siegmund_height(arl: float, k: float) -> float:
    low, high = 0.0, cusum.MOST_H
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if cusum.siegmund_arl(middle, k) < arl else (low, middle)
    return low
