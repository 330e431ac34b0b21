"""The fast path: what cannot wait goes to whom it concerns right after it is stored, and is never forgotten."""

from contextlib import suppress
from typing import Final

import structlog

from cloud.errors import CloudError, LogError
from cloud.ingest import columns
from cloud.ingest.ports import Emergencies
from cloud.log.ports import Log
from contract.messages import UrgentEvent

CONSUMER: Final = "urgent"
ROUND: Final = 500
BACK_OFF_S: Final = 1.0
NOTE_EVERY: Final = 1_000


class Urgent:
    """A consumer of the log that ingest runs itself, in the same breath as the write.

    It goes through every entry once in effect: a crash between the write and the act is made good at the next start,
    because the act is idempotent and the place in the log is noted only behind it.
    """

    def __init__(self, log: Log, emergencies: Emergencies) -> None:
        """Go on where the last run noted that it was."""
        self._log = log
        self._emergencies = emergencies
        self._offset = self._noted = log.committed(CONSUMER)
        self._not_before_s = 0.0

    @property
    def offset(self) -> int:
        """The offset of the last entry that needs nothing any more."""
        return self._offset

    def advance(self, now_s: float) -> None:
        """Hand over every urgent event that is stored and not handed over yet; `now_s` is monotonic real time.

        When the other side fails, say so and come back no sooner than a second later.
        """
        if now_s < self._not_before_s:
            return
        try:
            last = self._log.last_offset()
            while entries := self._log.read(self._offset, ROUND, kind="urgent"):
                for entry in entries:
                    message = columns.read(entry.payload).message
                    if isinstance(message, UrgentEvent):
                        self._emergencies.open(message, entry.received_ms)
                    self._offset = entry.offset
            # Whatever lies before what was the end, and was not read, is of another kind.
            self._offset = max(self._offset, last)
            if self._offset - self._noted >= NOTE_EVERY:
                self.note()
        except CloudError as error:
            self._not_before_s = now_s + BACK_OFF_S
            structlog.get_logger().error("urgent_event_waits", offset=self._offset, reason=str(error))

    def note(self) -> None:
        """Keep durably how far this is; where that fails, the next start only looks at more than it had to."""
        with suppress(LogError):
            self._log.commit(CONSUMER, self._offset)
            self._noted = self._offset
