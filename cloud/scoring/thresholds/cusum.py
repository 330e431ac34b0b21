"""CUSUM: the chart itself, and how long it runs on sound data before it alarms (ARL0).

One-sided on standard normal inputs z: C = max(0, C + z - k), alarm when C > h. Siegmund's formula is quick and within
a few per cent; the integral equation is exact to the digits shown. Autocorrelated inputs are either prewhitened,
after which both hold again, or judged by a chain over (C, z), in which h grows by what autocorrelation costs.
"""

import functools
import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from cloud.scoring.kernels import kernel

Floats = NDArray[np.float64]

OVERSHOOT: Final = 1.166  # by which a discrete chart behaves as a continuous one with a higher h (Siegmund 1985)
NODES_PER_SD: Final = 8
LEAST_H: Final = 0.1
MOST_H: Final = 80.0
MOST_EXPONENT: Final = 20.0
GRID_STEP: Final = 0.25
CHAIN_LEVELS: Final = 40
GRID_REACH_SD: Final = 5.0
MOST_PHI: Final = 0.9


def siegmund_arl(h: float, k: float, shift: float = 0.0) -> float:
    """Return Siegmund's approximation of the mean run length of a one-sided chart, inputs shifted by `shift` sd."""
    drift = k - shift
    b = h + OVERSHOOT
    if abs(drift) < 1e-9:
        return b * b
    return (math.exp(2.0 * drift * b) - 2.0 * drift * b - 1.0) / (2.0 * drift * drift)


def exact_arl(h: float, k: float, shift: float = 0.0) -> float:
    """Return the mean run length of a one-sided chart by its integral equation (Page 1954), solved at Gauss nodes.

    L(c) = 1 + P(back to 0 | c) L(0) + int_0^h f(y - c + k - shift) L(y) dy, and L(0) is what is asked for. Where the
    run is so long that the equations lose their digits (e^20), it goes on as Siegmund's formula grows.
    """
    if 2.0 * (k - shift) * h > MOST_EXPONENT:
        near = MOST_EXPONENT / (2.0 * (k - shift))
        return exact_arl(near, k, shift) * siegmund_arl(h, k, shift) / siegmund_arl(near, k, shift)
    points, weights = np.polynomial.legendre.leggauss(max(24, math.ceil(NODES_PER_SD * h)))
    inner, weights = 0.5 * h * (points + 1.0), 0.5 * h * weights
    states = np.concatenate([[0.0], inner])
    back = ndtr(k - shift - states)
    step = inner[None, :] - states[:, None] + k - shift
    ahead = np.exp(-0.5 * step * step) / math.sqrt(2.0 * math.pi) * weights
    moves = np.column_stack([back, ahead])
    return float(np.linalg.solve(np.eye(len(states)) - moves, np.ones(len(states)))[0])


def correlated_arl(h: float, k: float, phi: float) -> float:
    """Return the mean run length on a stationary AR(1) input of coefficient `phi` and unit variance, not prewhitened.

    Siegmund's formula with the long-run variance (1 + phi) / (1 - phi), whose overshoot is what a chain over (C, z)
    finds at a height that it can still be solved for. Within a tenth up to phi = 0.7; at 0.9 up to a fifth too short,
    which asks for more h than needed.
    """
    if not 0.0 <= phi <= MOST_PHI:
        raise ValueError(f"phi must be between 0 and {MOST_PHI}, it is {phi}")
    long_run = (1.0 + phi) / (1.0 - phi)
    return _grown(h + _overshoot(k, phi), k, long_run)


def _grown(reach: float, k: float, long_run: float) -> float:
    b = 2.0 * k * reach / long_run
    return (math.expm1(b) - b) * long_run / (2.0 * k * k)


@functools.cache
def _overshoot(k: float, phi: float) -> float:
    """Return by how much the chain at `CHAIN_LEVELS` behaves as one without steps and with a higher h."""
    h, long_run = (CHAIN_LEVELS - 0.5) * GRID_STEP, (1.0 + phi) / (1.0 - phi)
    length = _chain_arl(CHAIN_LEVELS, k, phi)
    return float(brentq(lambda more: _grown(h + more, k, long_run) - length, 0.0, 10.0 * long_run))


def _chain_arl(levels: int, k: float, phi: float) -> float:
    """Return the mean run length by a Markov chain over (C, z) after Brook and Evans (1972).

    Both lie on one grid of `GRID_STEP` sd, so that a step lands on a state; h is half a step above the last level.
    """
    z = np.arange(-GRID_REACH_SD, GRID_REACH_SD + GRID_STEP / 2.0, GRID_STEP)
    edges = np.concatenate([[-np.inf], (z[1:] + z[:-1]) / 2.0, [np.inf]])
    moves = np.diff(ndtr((edges[None, :] - phi * z[:, None]) / math.sqrt(1.0 - phi * phi)), axis=1)  # (from z, to z)
    steps = np.round((z - k) / GRID_STEP).astype(np.int64)
    to_level = np.maximum(np.arange(levels)[:, None] + steps[None, :], 0)
    # L[c, z] = 1 + sum_z' moves[z, z'] L[to_level[c, z'], z'], which is 0 beyond the last level
    c, new = np.nonzero(to_level < levels)
    target = to_level[c, new] * len(z) + new
    matrix = np.eye(levels * len(z))
    for old in range(len(z)):
        np.subtract.at(matrix, (c * len(z) + old, target), moves[old, new])
    lengths = np.linalg.solve(matrix, np.ones(len(matrix)))[: len(z)]
    return float(np.diff(ndtr(edges)) @ lengths)


def height_for(arl: float, k: float) -> float:
    """Return the h whose exact mean run length is `arl` on independent inputs; raise `ValueError` out of reach."""
    low, high = exact_arl(LEAST_H, k), siegmund_arl(MOST_H, k)
    if not low <= arl <= high:
        raise ValueError(f"no h gives a mean run length of {arl:g} at k = {k}: it must be {low:.3g} to {high:.3g}")
    return float(brentq(lambda h: math.log(exact_arl(h, k) / arl), LEAST_H, MOST_H, xtol=1e-4))


def height_correlated(arl: float, k: float, phi: float) -> float:
    """Return the h whose mean run length is `arl` on inputs of autocorrelation `phi` that are not prewhitened."""
    most = MOST_H * (1.0 + phi) / (1.0 - phi)
    return float(brentq(lambda h: math.log(correlated_arl(h, k, phi) / arl), 0.0, most, xtol=1e-4))


def whitened_shift(shift: float, phi: float) -> float:
    """Return what a lasting shift of the mean looks like, in sd, after prewhitening: autocorrelation hides a part."""
    return shift * math.sqrt((1.0 - phi) / (1.0 + phi))


@kernel
def watch(z: Floats, k: float, h: float, phi: float, state: Floats) -> Any:
    """Run the two-sided chart on prewhitened inputs; return where it alarmed (the sums start again there).

    Args:
        z: (n,), inputs of unit variance; NaN where a reading is missing, which moves nothing.
        k: allowance, sd.
        h: height, sd.
        phi: the inputs' lag-1 autocorrelation, taken out; 0 for none.
        state: (3,), the upper sum, the lower sum and the last input (NaN at first); changed in place.

    Returns:
        (n,) int8: 1 where the upper sum passed h, -1 where the lower did, 0 elsewhere.
    """
    said = np.zeros(z.shape[0], np.int8)
    noise = math.sqrt(1.0 - phi * phi)
    for i in range(z.shape[0]):
        if math.isnan(z[i]):
            continue
        e = z[i] if math.isnan(state[2]) else (z[i] - phi * state[2]) / noise
        state[2] = z[i]
        state[0] = max(0.0, state[0] + e - k)
        state[1] = max(0.0, state[1] - e - k)
        if state[0] > h or state[1] > h:
            said[i] = 1 if state[0] >= state[1] else -1
            state[0] = 0.0
            state[1] = 0.0
    return said
