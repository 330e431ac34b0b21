"""When a truck comes, whether it may leave, and whether the driver owes anything for the visit: pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

MINUTE_MS: Final = 60_000
# How long a visit lasts, and how long before the departure it must be over.
VISIT_MS: Final = 30 * MINUTE_MS
MARGIN_MS: Final = 30 * MINUTE_MS


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment: from when to when the truck is awaited, and who has the key."""

    from_ms: int
    to_ms: int
    key_holder: str


def window_columns(window: Window | None) -> dict[str, object]:
    """Return a window as the columns that a job has for it; none is now."""
    if window is None:
        return {"window_from_ms": None, "window_to_ms": None, "key_holder": ""}
    return {"window_from_ms": window.from_ms, "window_to_ms": window.to_ms, "key_holder": window.key_holder}


def before_departure(departure_ms: int, now_ms: int, *, lasts_ms: int, margin_ms: int) -> tuple[int, int] | None:
    """Return the (from, to) of a visit that is over `margin_ms` before the departure; None where it is too late."""
    to_ms = departure_ms - lasts_ms - margin_ms
    from_ms = max(now_ms, to_ms - 60 * MINUTE_MS)
    return None if to_ms <= now_ms else (from_ms, to_ms)


def place_is_good(job: Mapping[str, Any], now_ms: int, *, fresh_ms: float, accuracy_m: float) -> bool:
    """Return whether a truck may leave for the job's place: a pin, a person's word, or a fresh and exact point.

    A point that says nothing of how exact it is counts as exact: the car sends a position only with a valid fix.
    """
    if job["place_by"]:
        return True
    if job["precision"] == "pin":
        return True
    if job["precision"] != "exact" or job["position_ms"] is None:
        return False
    is_exact = job["accuracy_m"] is None or job["accuracy_m"] < accuracy_m
    return bool(is_exact and now_ms - job["position_ms"] <= fresh_ms)


def costs_the_driver(job: Mapping[str, Any]) -> bool:
    """Return whether the visit counts against the driver's quota or purse.

    One that we asked for and that found nothing does not, nor does one that never arrived.
    """
    if job["arrived_ms"] is None:
        return False
    return not (job["origin"] == "prediction" and job["found"] == "nothing")
