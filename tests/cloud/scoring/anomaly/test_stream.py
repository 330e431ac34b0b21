"""The streaming detector: its looks are their slow twins, nothing sees ahead, and what is odd surprises."""

import math

import numpy as np
import pytest

from cloud.scoring.anomaly import stream
from cloud.scoring.anomaly.stream import Floats


def days(readings: int, seed: int = 1) -> tuple[Floats, Floats]:
    """Return times half an hour apart, and values with a daily wave and noise."""
    times_s = np.linspace(0.0, 1800.0 * (readings - 1), readings)
    noise = np.random.default_rng(seed).normal(0.0, 0.1, readings)
    return times_s, np.sin(2.0 * np.pi * times_s / 86_400.0) + noise


def naive_novelty(values: list[float]) -> list[float]:
    """Return the mean distance to the most alike shapes, by sorting all distances."""
    size, found = stream.SHAPE, []
    for i in range(len(values)):
        ends = range(max(size - 1, i - stream.PAST), i - size + 1) if i >= 2 * size - 1 else range(0)
        shape = values[i - size + 1 : i + 1]
        distances = sorted(math.dist(shape, values[j - size + 1 : j + 1]) for j in ends)[: stream.ALIKE]
        found.append(sum(distances) / len(distances) if distances else 0.0)
    return found


def naive_looked(times_s: list[float], values: list[float]) -> list[list[float]]:
    """Return jump, level and time of day of each reading, look by look."""
    rows: list[list[float]] = [[], [], []]
    long = short = last = values[0]
    spread, jumps, misses = [0.0], [0.0], [0.0]
    usual: dict[int, tuple[float, int]] = {}
    for i, (t, x) in enumerate(zip(times_s, values, strict=True)):
        slow, quick = max(1 / (i + 1), 1 / stream.LONG), max(1 / (i + 1), 1 / stream.SHORT)
        part = int(t % 86_400 / 86_400 * stream.PARTS_OF_DAY)
        mean, count = usual.get(part, (long, 0))
        off, jump, miss = x - long, x - last, x - mean
        short += quick * (x - short)
        for row, size, variance in zip(rows, (jump, short - long, miss), (jumps, spread, misses), strict=True):
            row.append(abs(size) / (math.sqrt(variance[0]) + stream.TINY))
        for size, variance in ((jump, jumps), (off, spread), (miss, misses)):
            variance[0] = (1 - slow) * (variance[0] + slow * size * size)
        usual[part] = (x if count == 0 else mean + max(1 / (count + 1), stream.LEARNING) * miss, count + 1)
        long, last = long + slow * off, x
    return [list(row) for row in zip(*rows, strict=True)]


def test_the_looks_agree_with_their_naive_twins() -> None:
    times_s, values = days(130)

    assert np.allclose(stream.looked(times_s, values), naive_looked(times_s.tolist(), values.tolist()))
    assert np.allclose(stream.novelty(values), naive_novelty(values.tolist()))


def test_no_reading_sees_what_follows_it() -> None:
    times_s, values = days(900)
    values[700:] += 3.0

    whole = stream.surprise(times_s, values, 200)

    assert np.array_equal(whole[:650], stream.surprise(times_s[:650], values[:650], 200))


def test_a_night_that_is_spent_like_a_day_surprises_and_is_said_once() -> None:
    times_s, values = days(1500)
    values[1200:1212] = 1.0 + 0.1 * np.random.default_rng(2).normal(size=12)  # at night, within the day's range

    surprises = stream.surprise(times_s, values, 200)

    said = np.flatnonzero(surprises >= 3.0)
    assert 1200 <= said[0] <= 1212
    assert (said < 1240).all()


def test_a_flat_line_surprises_nobody() -> None:
    times_s, _ = days(600)

    assert not stream.surprise(times_s, np.full(600, 3.0), 200).any()


def test_too_short_a_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="too few to set up"):
        stream.surprise(*days(300), 100)


def test_what_was_said_is_not_said_again_until_it_fades() -> None:
    said = stream.hushed(np.array([0.0, 5.0, 4.9, 5.5, *([0.0] * 600), 4.9]))

    assert np.flatnonzero(said).tolist() == [1, 3, 604]
