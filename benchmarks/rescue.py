"""The dispatcher's day against sending the nearest free truck to whoever called first.

Both live through the same cold snap: 1,000 calls, 300 trucks, trucks that come free where their last job was. Ours is
`plan`, as the service asks it at every tick; the other one takes the queue in order. A row's rates are calls for each
hour of wait (mean, and at the 90th percentile), so that a ratio above 1 is a shorter wait. The last row is the time to
solve 300 waiting calls at once, against an assignment by the same nearest rule.
"""

import math
import statistics
import sys
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from benchmarks.harness import Contestant, Row, compare, interval
from benchmarks.rescue_day import MINUTE_MS, Day, make_day
from cloud.rescue.network.plan import Floats, Request, Slot, Weights, plan
from cloud.rescue.network.terms import Terms
from cloud.rescue.travel import StraightLine
from cloud.store.views import Point

_PROMISE_MIN: Final = 60.0
_TICK_MIN: Final = 1.0
_SEEDS: Final = range(1, 6)
_SPEED_KMH: Final = 40.0
_COST_PER_MIN: Final = 2.0

Chooser = Callable[[list[Request], list[Slot], Floats], dict[str, int]]


class Outcome(NamedTuple):
    """What came of a day; minutes of wait in the order of the calls, and the minutes driven."""

    waits_min: list[float]
    driven_min: float

    @property
    def mean_min(self) -> float:
        """The mean wait."""
        return statistics.fmean(self.waits_min)

    @property
    def p90_min(self) -> float:
        """The wait that nine of ten are within."""
        return float(np.quantile(self.waits_min, 0.9))

    @property
    def late(self) -> int:
        """How many promises were broken."""
        return sum(wait > _PROMISE_MIN for wait in self.waits_min)


def together(requests: list[Request], slots: list[Slot], minutes: Floats) -> dict[str, int]:
    """Return the trucks that the dispatcher chooses."""
    index = {slot.id: k for k, slot in enumerate(slots)}
    return {name: index[pair.slot.id] for name, pair in plan(requests, slots, minutes, Weights()).items()}


def nearest(requests: list[Request], slots: list[Slot], minutes: Floats) -> dict[str, int]:
    """Return the nearest free truck for each in the order of the queue."""
    queue = sorted(range(len(requests)), key=lambda i: (requests[i].priority, -requests[i].waited_min))
    taken: dict[str, int] = {}
    free = np.ones(len(slots), dtype=bool)
    for i in queue:
        able = [k for k, slot in enumerate(slots) if free[k] and requests[i].service in slot.services]
        if able:
            best = min(able, key=lambda k: float(minutes[i, k]))
            free[best] = False
            taken[requests[i].id] = best
    return taken


def live(day: Day, choose: Chooser) -> Outcome:
    """Live through `day` in ticks of a minute; a truck that is done stands where it was done."""
    travel = StraightLine(_SPEED_KMH)
    places: list[Point] = list(day.trucks)
    free_at = [0.0] * len(places)
    waiting: list[int] = []
    waits = [math.nan] * len(day.calls)
    driven, now, called = 0.0, 0.0, 0
    while called < len(day.calls) or waiting:
        while called < len(day.calls) and day.calls[called].at_min <= now:
            waiting.append(called)
            called += 1
        idle = [k for k, at in enumerate(free_at) if at <= now]
        if waiting and idle:
            requests = [_request(day, i, now) for i in waiting]
            slots = [_slot(day, k, places[k]) for k in idle]
            ends = [day.calls[i].place for i in waiting]
            ways = travel.table([places[k] for k in idle], ends, round(now * MINUTE_MS)).T
            chosen = choose(requests, slots, ways)
            for row, i in enumerate(waiting):
                column = chosen.get(day.calls[i].id)
                if column is not None:
                    way, truck = float(ways[row, column]), idle[column]
                    waits[i] = now - day.calls[i].at_min + way
                    free_at[truck], places[truck] = now + way + day.calls[i].work_min, day.calls[i].place
                    driven += way
            waiting = [i for i in waiting if day.calls[i].id not in chosen]
        now += _TICK_MIN
    return Outcome(waits, driven)


def _request(day: Day, i: int, now: float) -> Request:
    call = day.calls[i]
    waited = now - call.at_min
    return Request(call.id, call.service, frozenset(), call.place, "", call.priority, waited, _PROMISE_MIN - waited)


def _slot(day: Day, k: int, place: Point) -> Slot:
    return Slot(f"truck-{k}", f"truck-{k}", day.skills[k], Terms(), place, is_open=True)


def rows() -> list[Row]:
    """Return how much shorter the wait is, on five days, and how much longer the solving takes."""
    days = [make_day(seed) for seed in _SEEDS]
    ours = [live(day, together) for day in days]
    theirs = [live(day, nearest) for day in days]
    for what, found in (("together", ours), ("nearest", theirs)):
        _tell(what, found)
    return [
        _row("rescue: mean wait, together against nearest", ours, theirs, lambda day: day.mean_min),
        _row("rescue: p90 wait, together against nearest", ours, theirs, lambda day: day.p90_min),
        _row("rescue: minutes driven, together against nearest", ours, theirs, lambda day: day.driven_min),
        _solving(),
    ]


def _tell(what: str, found: list[Outcome]) -> None:
    mean = statistics.fmean(day.mean_min for day in found)
    p90 = statistics.fmean(day.p90_min for day in found)
    late = statistics.fmean(day.late for day in found)
    cost = _COST_PER_MIN * statistics.fmean(day.driven_min for day in found)
    text = f"{what}: mean {mean:.1f} min, p90 {p90:.1f} min, {late:.0f} promises late, ways cost {cost:.0f}"
    print(f"rescue, a day of 1,000 calls and 300 trucks, {text}", file=sys.stderr)


def _row(name: str, ours: list[Outcome], theirs: list[Outcome], of: Callable[[Outcome], float]) -> Row:
    ratios = [of(b) / of(a) for a, b in zip(ours, theirs, strict=True)]
    low, high = interval(ratios)
    rates = [60.0 / statistics.median(of(day) for day in side) for side in (ours, theirs)]
    return Row(name, rates[0], rates[1], statistics.median(ratios), low, high, 1.0, 1.2, len(ratios))


def _solving() -> Row:
    day = make_day(1)
    requests = [_request(day, i, day.calls[i].at_min + i % 30) for i in range(300)]
    slots = [_slot(day, k, place) for k, place in enumerate(day.trucks)]
    ways = StraightLine(_SPEED_KMH).table(day.trucks, [day.calls[i].place for i in range(300)], 0).T
    return compare(
        "rescue: solving 300 calls for 300 trucks, against nearest",
        Contestant("together", lambda: None, lambda _: together(requests, slots, ways), 300.0),
        Contestant("nearest", lambda: None, partial(_ignoring, requests, slots, ways), 300.0),
        same=lambda a, b: len(a) >= len(b),
        floor=0.01,
        target=0.1,
    )


def _ignoring(requests: list[Request], slots: list[Slot], ways: Floats, _: None) -> dict[str, int]:
    return nearest(requests, slots, ways)
