"""Who goes where: every waiting request against every free truck, solved together: pure.

The cost of a pair is in minutes: the way, minutes beyond the promise many times over, and what price, score, fairness
and unknown equipment are worth. Requests are solved class by class, the most urgent first, so that no prediction ever
takes the truck that a person in need would have got. Within a class, a request that has waited longer is worth more to
serve now, so the far one does not wait for ever; a truck that a request holds already is left with it unless another
one is better by more than `switch_min`.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from cloud.rescue.network.areas import covers
from cloud.rescue.network.terms import Equipment, Terms, in_contract_order
from cloud.store.views import Point

Floats = NDArray[np.float64]


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What everything is worth in minutes of the way."""

    late: float = 3.0  # a minute beyond the promise
    price: float = 0.05  # one unit of money
    score: float = 10.0  # a partner with score 0 instead of 1
    fairness: float = 2.0  # a partner whose every truck is out instead of none
    unstated: float = 15.0  # equipment that nobody has confirmed
    unknown_min: float = 60.0  # the way where either place is unknown
    waited: float = 0.5  # a minute that the request has waited already
    switch_min: float = 5.0  # how much better another truck must be than the one that is held


class Request(NamedTuple):
    """One job without a truck; `promise_min` is what is left of the promise, negative when it is broken."""

    id: str
    service: str
    needs: frozenset[Equipment]
    place: Point | None
    code: str
    priority: int
    waited_min: float
    promise_min: float
    tried: frozenset[str] = frozenset()
    held: str = ""


class Slot(NamedTuple):
    """One truck, or one that a partner counts without naming it; `busy` is the share of its trucks that are out."""

    id: str
    partner_id: str
    services: frozenset[str]
    terms: Terms
    place: Point | None
    is_open: bool
    busy: float = 0.0
    equipment: frozenset[Equipment] | None = None
    is_free: bool = True


class Pair(NamedTuple):
    """A truck for a request, and its cost in minutes."""

    slot: Slot
    minutes: float | None
    cost: float


# A request left without a truck costs more than any truck: somebody far is better than nobody.
_NOBODY: Final = 1.0e6


def plan(requests: Sequence[Request], slots: Sequence[Slot], minutes: Floats, weights: Weights) -> dict[str, Pair]:
    """Return the truck of every request that gets one, by request id.

    Args:
        requests: those that wait.
        slots: the trucks; those that are not free only say whose area it is.
        minutes: (n_requests, n_slots), the way; NaN where either place is unknown.
        weights: what things are worth.
    """
    cost = costs(requests, slots, minutes, weights)
    taken: set[int] = set()
    found: dict[str, Pair] = {}
    for priority in sorted({request.priority for request in requests}):
        rows = [i for i, request in enumerate(requests) if request.priority == priority]
        columns = [k for k in range(len(slots)) if k not in taken and np.isfinite(cost[rows, k]).any()]
        worth = np.array([requests[i].waited_min * weights.waited for i in rows])
        for row, column in enumerate(assign(cost[np.ix_(rows, columns)], worth)):
            if column is None:
                continue
            i, k = rows[row], columns[column]
            taken.add(k)
            way = float(minutes[i, k])
            found[requests[i].id] = Pair(slots[k], None if np.isnan(way) else way, float(cost[i, k]))
    return found


def assign(cost: Floats, worth: Floats) -> list[int | None]:
    """Return the column of each row, None for those that get none: as many as can be, then the least total cost.

    Args:
        cost: (n, m), inf where the pair is impossible.
        worth: (n,), how much more it is worth to serve this row than another.
    """
    n, m = cost.shape
    if n == 0 or m == 0:
        return [None] * n
    possible = np.isfinite(cost)
    # A column of its own for each row stands for nobody: never better than a truck, and the dearer the worthier.
    padded = np.full((n, m + n), np.inf)
    padded[:, :m] = np.where(possible, cost, np.inf)
    padded[np.arange(n), m + np.arange(n)] = _NOBODY + worth
    rows, columns = linear_sum_assignment(padded)
    chosen: list[int | None] = [None] * n
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if column < m:
            chosen[row] = column
    return chosen


def costs(requests: Sequence[Request], slots: Sequence[Slot], minutes: Floats, weights: Weights) -> Floats:
    """Return (n_requests, n_slots) minutes; inf where the truck cannot, may not or was asked already."""
    found = np.full((len(requests), len(slots)), np.inf)
    for i, request in enumerate(requests):
        for k in _askable(request, slots):
            found[i, k] = _cost(request, slots[k], float(minutes[i, k]), weights)
    return found


def _askable(request: Request, slots: Sequence[Slot]) -> list[int]:
    """Return the trucks that are able and that the contracts let us ask now."""
    there = [k for k, slot in enumerate(slots) if request.service in slot.services and _has_area(request, slot)]
    exclusive = any(slots[k].terms.mode == "exclusive" and _is_surely_there(request, slots[k]) for k in there)
    able = [(slots[k].terms.mode, k) for k in there if _is_able(request, slots[k])]
    return in_contract_order(able, exclusive_there=exclusive)


def _is_able(request: Request, slot: Slot) -> bool:
    if not slot.is_free or not slot.is_open or slot.partner_id in request.tried:
        return False
    carried = _carried(slot)
    return carried is None or request.needs <= carried


def _carried(slot: Slot) -> frozenset[Equipment] | None:
    return slot.terms.equipment if slot.equipment is None else slot.equipment


def _has_area(request: Request, slot: Slot) -> bool:
    return request.place is None or covers(slot.terms.area, request.place, request.code)


def _is_surely_there(request: Request, slot: Slot) -> bool:
    """Return whether the job is known to lie in the area: an unknown place is nobody's own."""
    return request.place is not None or slot.terms.area.is_everywhere


def _cost(request: Request, slot: Slot, minutes: float, weights: Weights) -> float:
    way = weights.unknown_min if np.isnan(minutes) else minutes
    late = max(0.0, way - request.promise_min) - max(0.0, -request.promise_min)
    price = slot.terms.prices.get(request.service)
    money = 0.0 if price is None else price.base
    # Nobody knows a new partner's score, so it is taken as the middle one.
    score = 0.5 if slot.terms.score is None else slot.terms.score
    cost = way + weights.late * late + weights.price * money + weights.score * (1.0 - score)
    cost += weights.fairness * slot.busy
    if request.needs and _carried(slot) is None:
        cost += weights.unstated
    return cost - weights.switch_min if slot.id == request.held else cost


def by_request(requests: Sequence[Request], pairs: Mapping[str, Pair]) -> list[tuple[Request, Pair | None]]:
    """Return every request in the queue's order with its truck, None for those that get none."""
    queue = sorted(requests, key=lambda request: (request.priority, -request.waited_min, request.id))
    return [(request, pairs.get(request.id)) for request in queue]
