"""How two contestants are compared so that the ratio means something on a busy machine.

Interleaved rounds (ours, peer, ours, peer, ...) in one process, the first two dropped; fresh state and compared outputs
in every round; the median of paired ratios with a bootstrap interval. A canary (a fixed loop that has nothing to do
with either) runs before and after every measurement: a round in which it is off by more than a tenth is thrown away.
Rounds go on until nine clean ones are there, or forty in all; with fewer than five there is no number, only
"too noisy".
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

ROUNDS: Final = 9
MOST_ROUNDS: Final = 40
WARM_ROUNDS: Final = 2
LEAST_CLEAN: Final = 5
CANARY_SLACK: Final = 0.10
RESAMPLES: Final = 2000


class Contestant(NamedTuple):
    """One side: `prepare` makes fresh state, `run` (the one timed) does `units` of work on it, `output` shows it."""

    name: str
    prepare: Callable[[], Any]
    run: Callable[[Any], Any]
    units: float
    output: Callable[[Any, Any], Any] = lambda state, result: result


class Row(NamedTuple):
    """One line of the table: rates in units per second, and their ratio; None where the machine was too noisy."""

    name: str
    ours: float | None
    peer: float | None
    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    floor: float
    target: float
    clean_rounds: int

    @property
    def failed(self) -> bool:
        """Whether the whole interval lies below the floor."""
        return self.ci_high is not None and self.ci_high < self.floor


class Stopwatch(Protocol):
    """Measures one call; a test brings its own."""

    def __call__(self, run: Callable[[], Any]) -> tuple[float, Any]:
        """Return the seconds that `run` took, and what it returned."""
        ...


class OutputsDifferError(AssertionError):
    """The contestants did not come to the same result, so there is nothing to compare."""


def wall(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the wall seconds that `run` took, and what it returned."""
    began = time.perf_counter()
    result = run()
    return time.perf_counter() - began, result


_FIXED: Final = np.arange(200_000, dtype=np.float64)


def canary() -> float:
    """Do a fixed piece of arithmetic over two megabytes."""
    return float(np.sqrt(_FIXED * 1.0001 + 3.0).sum())


class _Round(NamedTuple):
    ours_s: float
    peer_s: float
    canaries_s: tuple[float, ...]


def compare(
    name: str,
    ours: Contestant,
    peer: Contestant,
    *,
    same: Callable[[Any, Any], bool],
    floor: float,
    target: float,
    stopwatch: Stopwatch = wall,
) -> Row:
    """Return the row of `ours` against `peer`; raise `OutputsDifferError` when `same` denies their outputs."""
    measured, clean = list[_Round](), list[_Round]()
    for number in range(WARM_ROUNDS + MOST_ROUNDS):
        one = _round(name, ours, peer, same, stopwatch)
        if number >= WARM_ROUNDS:
            measured.append(one)
            clean = _clean(measured)
        if len(clean) >= ROUNDS:
            break
    if len(clean) < LEAST_CLEAN:
        return Row(name, None, None, None, None, None, floor, target, len(clean))
    ratios = [(ours.units / one.ours_s) / (peer.units / one.peer_s) for one in clean]
    low, high = interval(ratios)
    return Row(
        name,
        ours.units / statistics.median(one.ours_s for one in clean),
        peer.units / statistics.median(one.peer_s for one in clean),
        statistics.median(ratios),
        low,
        high,
        floor,
        target,
        len(clean),
    )


def _round(
    name: str, ours: Contestant, peer: Contestant, same: Callable[[Any, Any], bool], stopwatch: Stopwatch
) -> _Round:
    canaries = [_canary_s(stopwatch)]
    seconds, outputs = [], []
    for contestant in (ours, peer):
        state = contestant.prepare()
        spent, result = stopwatch(partial(contestant.run, state))
        seconds.append(spent)
        outputs.append(contestant.output(state, result))
        canaries.append(_canary_s(stopwatch))
    if not same(*outputs):
        raise OutputsDifferError(f"{name}: {ours.name} and {peer.name} do not come to the same result")
    return _Round(seconds[0], seconds[1], tuple(canaries))


def _canary_s(stopwatch: Stopwatch) -> float:
    """Return the best of three canaries: one interrupt is no noise."""
    return min(stopwatch(canary)[0] for _ in range(3))


def _clean(measured: Sequence[_Round]) -> list[_Round]:
    """Return the rounds whose every canary took what it takes when this machine is calm, give or take a tenth."""
    sung = sorted(second for one in measured for second in one.canaries_s)
    calm = sung[len(sung) // 5]
    return [one for one in measured if all(abs(s / calm - 1.0) <= CANARY_SLACK for s in one.canaries_s)]


def interval(ratios: Sequence[float], *, seed: int = 1) -> tuple[float, float]:
    """Return a bootstrap 95 % interval of the median of `ratios`."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return medians[round(0.025 * (RESAMPLES - 1))], medians[round(0.975 * (RESAMPLES - 1))]
