"""The main story of trips: read the log, step, keep what ended; what came late is made again from the log."""

import time
from threading import Event
from typing import Final

import structlog

from cloud.errors import CloudError
from cloud.ingest.ports import Emergencies
from cloud.log.ports import Log, LogEntry
from cloud.trips import engine
from cloud.trips.ports import Place, Trips
from cloud.trips.trip import Happened
from contract.messages import UrgentEvent

CONSUMER: Final = "trips"
ROUND: Final = 1_000
IDLE_S: Final = 0.5
BACK_OFF_S: Final = 1.0
SNAPSHOT_S: Final = 10.0
STREAM: Final = "trips-u"


class TripConsumer:
    """Takes every entry of the log once in effect; killed at any moment it comes back to the same trips."""

    def __init__(self, log: Log, trips: Trips, zone: str, emergencies: Emergencies | None = None) -> None:
        """Go on from the last snapshot, or from the beginning of the log where there is none that fits."""
        self._log, self._trips, self._zone, self._emergencies = log, trips, zone, emergencies
        self._events = structlog.get_logger()
        self._offset, self._state = self._taken_up()
        self._saved_offset, self._saved_s = self._offset, time.monotonic()

    @property
    def offset(self) -> int:
        """The offset of the last entry that was taken."""
        return self._offset

    def run(self, stop: Event) -> None:
        """Take entries until `stop` is set, then keep the state."""
        while not stop.is_set():
            try:
                if not self.advance():
                    self._log.wait(self._offset, IDLE_S)
                if time.monotonic() - self._saved_s >= SNAPSHOT_S:
                    self.save()
            except CloudError as error:
                self._events.error("trips_wait", offset=self._offset, reason=str(error))
                self._offset, self._state = self._taken_up()
                stop.wait(BACK_OFF_S)
        try:
            self.save()
        except CloudError as error:
            self._events.error("trips_not_kept", offset=self._offset, reason=str(error))

    def advance(self) -> int:
        """Take what has arrived, and return how many entries that was."""
        entries = self._log.read(self._offset, ROUND)
        if not entries:
            return 0
        last = entries[-1].offset
        said = engine.step(self._state, entries)
        late = sorted(said.late)
        trips = [trip for trip in said.trips if trip.vehicle not in said.late]
        events = [event for event in said.events if event.vehicle not in said.late]
        for vehicle in late:
            whole = engine.again(self._state, vehicle, self._up_to(vehicle, last))
            trips += whole.trips
            events += whole.events
        self._trips.keep(trips, events, late)
        self._hand_over(events)
        self._offset = last
        return len(entries)

    def save(self) -> None:
        """Keep the state as it is now."""
        if self._offset != self._saved_offset:
            self._trips.keep([], [], place=Place(self._offset, engine.dump(self._state)))
            self._log.commit(CONSUMER, self._offset)
            self._saved_offset = self._offset
        self._saved_s = time.monotonic()

    def _up_to(self, vehicle: str, last: int) -> list[LogEntry]:
        return [entry for entry in self._log.tail(vehicle, 0) if entry.offset <= last]

    def _hand_over(self, events: list[Happened]) -> None:
        """Hand collision candidates to whoever acts at once; the same one again changes nothing there."""
        if self._emergencies is None:
            return
        for event in events:
            if event.kind == "collision_candidate":
                self._emergencies.open(_urgent(event), event.end_ms)

    def _taken_up(self) -> tuple[int, engine.State]:
        place = self._trips.place()
        if place is not None:
            try:
                return place.offset, engine.load(place.state, self._zone)
            except ValueError as error:
                self._events.warning("snapshot_not_read", offset=place.offset, reason=str(error))
        return 0, engine.State(self._zone)


def _urgent(event: Happened) -> UrgentEvent:
    return UrgentEvent(
        vehicle=event.vehicle,
        stream=STREAM,
        seq=event.start_ms,
        boot_id="cloud",
        mono_ms=event.start_ms,
        wall_ms=event.start_ms,
        clock_quality="synchronised",
        event="collision",
        facts={"peak_g": round(event.peak_g, 2), "seen_by": event.source},
    )
