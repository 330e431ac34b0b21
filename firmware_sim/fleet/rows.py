"""When the agent tells something: waking, starting, driving, stopping, resting, charging. One row each."""

from typing import Final, NamedTuple

import numpy as np

from firmware_sim.fleet.arrays import DAY_S, HOUR_S, Bools, Floats, Ints
from firmware_sim.fleet.trips import Legs

WAKE, CRANK, DRIVE, STOP, REST, CHARGE, FAILED_WAKE, FAILED_CRANK = range(8)
# The night watch tells soon after a stop and then ever more rarely; the hours of a rest.
REST_H: Final = np.concatenate(([0.5, 1.2, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0, 12.0], np.arange(15.0, 72.0, 4.0),
                                np.arange(75.0, 2_400.0, 8.0)))  # fmt: skip
WAKE_AHEAD_S: Final = 6.0
CRANK_AHEAD_S: Final = 3.0


class Rows(NamedTuple):
    """One row each: its time, its kind, its leg (under way, or the one just over; -1: none yet) and its rest."""

    t_s: Floats
    kind: Ints
    leg: Ints
    park: Ints

    def of(self, *kinds: int) -> Bools:
        """Return where a row is of one of `kinds`."""
        return np.isin(self.kind, kinds)


def grid(start_s: Floats, end_s: Floats, step_s: float) -> tuple[Floats, Ints]:
    """Return every `step_s` from each start until before its end, and which span a time belongs to."""
    counts = np.maximum(np.ceil((end_s - start_s) / step_s).astype(np.int64), 0)
    which = np.repeat(np.arange(len(start_s)), counts)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return start_s[which] + nth * step_s, which


def rests(since_s: Floats, until_s: Floats) -> Floats:
    """Return when the night watch reads in each rest."""
    hours = (until_s - since_s) / HOUR_S - 0.02
    counts = np.searchsorted(REST_H, hours)
    which = np.repeat(np.arange(len(since_s)), counts)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return since_s[which] + REST_H[nth] * HOUR_S


def build(
    legs: Legs,
    rest_s: Floats,
    charge_s: Floats,
    failed_s: Floats,
    park_s: Floats,
    cadence_s: float,
    days: int,
    *,
    cranks: bool,
) -> Rows:
    """Return all rows in order of time.

    Args:
        legs: what was driven.
        rest_s, charge_s, failed_s: when the night watch read, a charge was told, and a start failed.
        park_s: when each rest began.
        cadence_s: between two rows of a drive.
        days: rows beyond the window are left out.
        cranks: whether a start is told of in a row of its own.
    """  # fmt: skip
    drive_s, _ = grid(legs.start_s + 12.0, legs.end_s - 5.0, cadence_s)
    pieces = [
        (legs.start_s - WAKE_AHEAD_S, WAKE),
        (legs.start_s - CRANK_AHEAD_S if cranks else np.empty(0), CRANK),
        (drive_s, DRIVE),
        (legs.end_s, STOP),
        (rest_s, REST),
        (charge_s, CHARGE),
        (failed_s - WAKE_AHEAD_S, FAILED_WAKE),
        (failed_s - CRANK_AHEAD_S, FAILED_CRANK),
    ]
    t_s = np.concatenate([times for times, _ in pieces])
    kind = np.repeat([kind for _, kind in pieces], [len(times) for times, _ in pieces])
    inside = (t_s >= 0.0) & (t_s < days * DAY_S)
    t_s, kind = t_s[inside], kind[inside]
    order = np.argsort(t_s, kind="stable")
    t_s, kind = t_s[order], kind[order]
    # Waking and cranking come just before their leg, and belong to it.
    leg = np.searchsorted(legs.start_s, t_s + WAKE_AHEAD_S, side="right") - 1
    park = np.maximum(np.searchsorted(park_s, t_s, side="right") - 1, 0)
    return Rows(t_s, kind.astype(np.int64), leg.astype(np.int64), park.astype(np.int64))
