"""What really happened to each vehicle, and what an alert or a forecast is worth against it. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
SETTLE_MS: Final = 7 * DAY_MS  # after a repair the filters may still show what was
# An alert about one of these is right while the other is there: the same trouble, seen from another side.
KIN: Final[dict[str, tuple[str, ...]]] = {
    "low_voltage_battery": ("charging_system",),
    "charging_system": ("low_voltage_battery",),
    "traction_battery": ("charging",),
    "charging": ("traction_battery",),
    "traction_cells": ("traction_battery",),
}
ANNOUNCES_ALL: Final = "dtc"  # a fault code announces whatever it is about


class Episode(NamedTuple):
    """One trouble of one vehicle: from `onset_ms` until the breakdown, the treatment, or the end of the watch."""

    vehicle: str
    cause: str
    onset_ms: int
    breakdown_ms: int | None
    treated_ms: int | None
    numbers: str = ""

    @property
    def broke(self) -> bool:
        """Whether it ended in a breakdown, untreated."""
        return self.breakdown_ms is not None and (self.treated_ms is None or self.treated_ms >= self.breakdown_ms)

    def ends_ms(self, watch_ends_ms: int) -> int:
        """Return when it was over."""
        ends = [at for at in (self.breakdown_ms, self.treated_ms) if at is not None]
        return min(ends, default=watch_ends_ms)


class Truth:
    """All episodes, by vehicle and cause."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], end_ms: int) -> None:
        """Take the rows of truth.parquet, in any order; the watch ends at `end_ms`."""
        self.end_ms = end_ms
        self.of: dict[tuple[str, str], list[Episode]] = {}
        self._all: dict[str, list[Episode]] = {}
        for row in rows:
            one = Episode(
                str(row["vehicle"]),
                str(row["cause"]),
                int(row["onset_ms"]),
                _ms(row["breakdown_ms"]),
                _ms(row["treated_ms"]),
                str(row.get("numbers") or ""),
            )
            self.of.setdefault((one.vehicle, one.cause), []).append(one)
            self._all.setdefault(one.vehicle, []).append(one)
        for episodes in self.of.values():
            episodes.sort(key=lambda one: one.onset_ms)

    def episodes(self, cause: str) -> list[Episode]:
        """Return the episodes of a cause."""
        return [one for (_, of), found in self.of.items() if of == cause for one in found]

    def is_true(self, vehicle: str, cause: str, at_ms: int) -> bool:
        """Say whether an alert was right, or came so soon after a repair that it counts for nothing."""
        if cause == ANNOUNCES_ALL:
            return any(self._holds(one, at_ms) for one in self._all.get(vehicle, ()))
        causes = (cause, *KIN.get(cause, ()))
        return any(self._holds(one, at_ms) for of in causes for one in self.of.get((vehicle, of), ()))

    def label(self, vehicle: str, cause: str, at_ms: int, horizon_ms: int) -> float:
        """Return 1 where a breakdown of `cause` follows within the horizon, 0 where none does, NaN where none can tell.

        What was treated within the horizon, or is still settling after a repair, tells nothing; nor does the end.
        """
        if at_ms + horizon_ms > self.end_ms:
            return float("nan")  # of the last rows only those that break down could be told
        episodes = self.of.get((vehicle, cause), [])
        for one in episodes:
            end = one.ends_ms(self.end_ms)
            if end <= at_ms < end + SETTLE_MS and end < self.end_ms:
                return float("nan")
            if at_ms < end <= at_ms + horizon_ms and end < self.end_ms:
                return 1.0 if one.broke else float("nan")
        return 0.0

    def next_breakdown(self, vehicle: str, cause: str, at_ms: int) -> Episode | None:
        """Return the episode that breaks down next after `at_ms`."""
        broken = [one for one in self.of.get((vehicle, cause), ()) if one.broke]
        place = bisect_right([one.breakdown_ms or 0 for one in broken], at_ms)
        return broken[place] if place < len(broken) else None

    def _holds(self, one: Episode, at_ms: int) -> bool:
        return one.onset_ms <= at_ms <= one.ends_ms(self.end_ms) + SETTLE_MS


def _ms(value: Any) -> int | None:
    return None if value is None else int(value)
