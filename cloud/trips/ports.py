"""What the consumer of trips stands on, and what whoever tells of trips reads."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from cloud.trips.trip import Happened, Trip
from cloud.trips.types import DayTotals


class Place(NamedTuple):
    """How far the log was taken, and the state there."""

    offset: int
    state: bytes


class Trips(Protocol):
    """Trips and events, found by vehicle and local day. Every method may raise `TripsError`; then nothing changed."""

    def place(self) -> Place | None:
        """Return where to go on, None at first."""
        ...

    def keep(
        self,
        trips: Sequence[Trip],
        events: Sequence[Happened],
        replaced: Sequence[str] = (),
        place: Place | None = None,
    ) -> None:
        """Keep all of it in one transaction; of vehicles in `replaced` nothing else stays. Again it changes nothing."""
        ...

    def trips(self, vehicle: str, first_day: str, last_day: str) -> list[Trip]:
        """Return a vehicle's trips that began on these local days (ISO dates, both ends included), oldest first."""
        ...

    def events(self, vehicle: str, start_ms: int, end_ms: int) -> list[Happened]:
        """Return a vehicle's events from `start_ms` up to `end_ms`, oldest first."""
        ...

    def days(self, first_day: str, last_day: str, vehicle: str | None = None) -> list[DayTotals]:
        """Return the sums of days, by vehicle and day; of every vehicle where none is named."""
        ...

    def close(self) -> None: ...
