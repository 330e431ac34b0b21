"""When maintenance is due, by distance and by date, whichever comes first: pure."""

from typing import Final, Literal, NamedTuple

State = Literal["due_soon", "due", "overdue", "booked", "done"]
SOON_KM: Final = 1000.0
SOON_DAYS: Final = 30.0
OVER_KM: Final = 500.0
OVER_DAYS: Final = 14.0
DAY_MS: Final = 86_400_000.0
_ORDER: Final[tuple[State, ...]] = ("due_soon", "due", "overdue", "booked", "done")


class Plan(NamedTuple):
    """One item: how often, in km and in days, and when it was last done; None where that does not count."""

    every_km: float | None
    every_days: float | None
    last_km: float | None
    last_ms: int | None


class Due(NamedTuple):
    """How due an item is, and at which distance and date it was or will be."""

    state: State
    due_km: float | None
    due_ms: int | None


def due(plan: Plan, odometer_km: float | None, now_ms: int) -> Due | None:
    """Return how due `plan` is, None before it is due soon; without an odometer the date alone says."""
    due_km = None if plan.every_km is None or plan.last_km is None else plan.last_km + plan.every_km
    due_ms = None
    if plan.every_days is not None and plan.last_ms is not None:
        due_ms = plan.last_ms + round(plan.every_days * DAY_MS)
    states = []
    if due_km is not None and odometer_km is not None:
        states.append(_state(due_km - odometer_km, SOON_KM, OVER_KM))
    if due_ms is not None:
        states.append(_state((due_ms - now_ms) / DAY_MS, SOON_DAYS, OVER_DAYS))
    reached = [state for state in states if state is not None]
    return Due(max(reached, key=_ORDER.index), due_km, due_ms) if reached else None


def further(before: State, after: State) -> bool:
    """Return whether `after` comes later than `before` in an item's life."""
    return _ORDER.index(after) > _ORDER.index(before)


def _state(left: float, soon: float, over: float) -> State | None:
    if left > soon:
        return None
    if left > 0.0:
        return "due_soon"
    return "due" if left > -over else "overdue"
