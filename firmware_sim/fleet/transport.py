"""What becomes of rows on their way: batches, gaps without a link, several days offline, duplicates, wrong clocks."""

from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Bools, Floats, Ints, arrivals, randomness

BATCH_S: Final = 300.0
OFFLINE_A_YEAR: Final = 1.6
CLOCK_FAULTS_A_YEAR: Final = 0.5
BOOTS_A_YEAR: Final = 14.0
SYNCHRONISED, FREE_RUNNING, UNSET = "synchronised", "free_running", "unset"
EPOCH_AFTER_BOOT_MS: Final = 946_684_800_000  # some clocks begin in 2000, most in 1970


class Sent(NamedTuple):
    """What arrives, by arrival: the row it carries, its times (ms), boot, sequence number and word on the clock."""

    row: Ints
    arrival_ms: Ints
    wall_ms: Ints
    boot: Ints
    seq: Ints
    clock: list[str]


def offline_spans(rng: np.random.Generator, days: int) -> list[tuple[float, float]]:
    """Return when a car has no link: from when until when."""
    return [
        (t_s, t_s + float(rng.choice([rng.uniform(0.3, 6.0) * HOUR_S, rng.uniform(1.0, 6.0) * DAY_S], p=[0.6, 0.4])))
        for t_s in arrivals(rng, OFFLINE_A_YEAR, days)
    ]


def arrive(rng: np.random.Generator, t_s: Floats, offline: list[tuple[float, float]]) -> Floats:
    """Return when rows of `t_s` reach the cloud: with their batch, some late, some only after days."""
    batch = np.floor(t_s / BATCH_S)
    first = np.concatenate(([True], batch[1:] != batch[:-1])) if len(t_s) else np.empty(0, np.bool_)
    which = np.cumsum(first) - 1
    count = int(first.sum())
    delay = rng.exponential(2.5, count) + np.where(rng.random(count) < 0.02, rng.exponential(1_500.0, count), 0.0)
    ends = np.maximum.reduceat(t_s, np.flatnonzero(first)) if count else np.empty(0)
    sent_s = ends + 1.0 + delay
    for since_s, until_s in offline:
        held = (sent_s >= since_s) & (sent_s < until_s)
        sent_s = np.where(held, until_s + 5.0 + delay, sent_s)
    return np.asarray(sent_s[which])


def wall(rng: np.random.Generator, t_s: Floats, start_ms: int, days: int) -> tuple[Ints, Bools, Bools]:
    """Return the agent's own clock, where it runs free and where it was never set."""
    true_ms = start_ms + np.round(t_s * 1_000.0).astype(np.int64)
    wall_ms, free, unset = true_ms.copy(), np.zeros(len(t_s), np.bool_), np.zeros(len(t_s), np.bool_)
    for at_s in arrivals(rng, CLOCK_FAULTS_A_YEAR, days):
        faulty = (t_s >= at_s) & (t_s < at_s + rng.uniform(0.2, 30.0) * HOUR_S)
        match int(rng.integers(4)):
            case 0:  # no time after a start: 1970 and running
                wall_ms[faulty] = (true_ms - start_ms - int(at_s * 1_000.0))[faulty]
                unset |= faulty
            case 1:
                wall_ms[faulty] = EPOCH_AFTER_BOOT_MS + (true_ms - start_ms - int(at_s * 1_000.0))[faulty]
                unset |= faulty
            case 2:  # jumps and says nothing
                wall_ms[faulty] += int(rng.choice([-1, 1]) * rng.uniform(0.02, 40.0) * HOUR_S * 1_000.0)
            case _:  # drifts without a source of time
                drift = rng.uniform(-60.0, 60.0) * 1e-6
                wall_ms[faulty] += np.round((t_s[faulty] - at_s) * drift * 1_000.0).astype(np.int64)
                free |= faulty
    return wall_ms, free, unset


def send(seed: int, number: int, t_s: Floats, start_ms: int, days: int) -> Sent:
    """Return what arrives of rows at `t_s` (in order), by arrival, duplicates and all."""
    rng = randomness(seed, number, "transport")
    offline = offline_spans(rng, days)
    boots = np.array([-1.0, *arrivals(rng, BOOTS_A_YEAR, days)])
    boot = np.searchsorted(boots, t_s, side="right")
    wall_ms, free, unset = wall(rng, t_s, start_ms, days)
    arrival_s = arrive(rng, t_s, offline)
    seq = np.arange(1, len(t_s) + 1)
    again = np.flatnonzero(rng.random(len(t_s)) < 0.002)
    row = np.concatenate((np.arange(len(t_s)), again))
    came = np.concatenate((arrival_s, arrival_s[again] + rng.exponential(600.0, len(again)) + 1.0))
    order = np.lexsort((row, came))
    row, came = row[order], came[order]
    words = np.where(unset, UNSET, np.where(free, FREE_RUNNING, SYNCHRONISED))[row]
    arrival_ms = start_ms + np.round(came * 1_000.0).astype(np.int64)
    return Sent(row, arrival_ms, wall_ms[row], boot[row].astype(np.int64), seq[row], words.tolist())
