"""Which partner is asked next: pure."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from cloud.rescue.ports import TravelTime
from cloud.store.views import Point


class Hours(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}, forbid_unknown_fields=True):
    """When a partner works, as HH:MM of its own clock; over midnight when the end is before the start."""

    start: str
    end: str
    utc_offset_min: int = 0

    def open_at(self, now_ms: int) -> bool:
        """Return whether the partner works at the instant `now_ms`."""
        there = datetime.fromtimestamp(now_ms / 1000.0, UTC) + timedelta(minutes=self.utc_offset_min)
        clock = f"{there:%H:%M}"
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Candidate(NamedTuple):
    """One partner as the choice sees it; `free` is its trucks that no job or offer holds."""

    id: str
    services: Collection[str]
    free: int
    base: Point | None
    hours: Hours | None


class Choice(NamedTuple):
    """A partner that can take the job, and how far off it is; None where either place is unknown."""

    partner_id: str
    minutes: float | None


def choices(
    candidates: Sequence[Candidate],
    *,
    service: str,
    place: Point | None,
    now_ms: int,
    tried: Collection[str],
    travel: TravelTime,
) -> list[Choice]:
    """Return the partners that can do `service` now and were not asked yet, nearest first."""
    able = [
        Choice(partner.id, _minutes(partner.base, place, travel))
        for partner in candidates
        if service in partner.services
        and partner.free > 0
        and partner.id not in tried
        and (partner.hours is None or partner.hours.open_at(now_ms))
    ]
    return sorted(able, key=lambda choice: (choice.minutes is None, choice.minutes or 0.0, choice.partner_id))


def _minutes(base: Point | None, place: Point | None, travel: TravelTime) -> float | None:
    return None if base is None or place is None else travel.minutes(base, place)
