"""The main story of history: gather entries for a while, write them, now and then put files together."""

import time
from threading import Event
from typing import Final

import structlog

from cloud.errors import HistoryError, LogError
from cloud.history.ports import History
from cloud.history.rows import DAY_MS
from cloud.log.ports import Log
from contract.clock import Clock

CONSUMER: Final = "history"
ROUND: Final = 5_000
GATHER_S: Final = 20.0
IDLE_S: Final = 0.5
BACK_OFF_S: Final = 2.0


class HistoryConsumer:
    """Writes every entry of the log into the history, once."""

    def __init__(self, log: Log, history: History, clock: Clock, keep_days: int) -> None:
        """Go on where the history ends; `keep_days` of domain time, 0 for ever."""
        self._log = log
        self._history = history
        self._clock = clock
        self._keep_days = keep_days
        self._offset = history.offset()
        self._written_s = time.monotonic()

    def run(self, stop: Event) -> None:
        """Write until `stop` is set, then write what is left."""
        while not stop.is_set():
            try:
                waiting = self._log.last_offset() - self._offset
                if waiting >= ROUND or (waiting and time.monotonic() - self._written_s >= GATHER_S):
                    self.advance()
                else:
                    stop.wait(IDLE_S)
            except (HistoryError, LogError) as error:
                structlog.get_logger().error("history_not_written", offset=self._offset, reason=str(error))
                stop.wait(BACK_OFF_S)
        try:
            self.advance()
        except (HistoryError, LogError) as error:
            structlog.get_logger().error("history_not_written", offset=self._offset, reason=str(error))

    def advance(self) -> None:
        """Write everything that is in the log now."""
        while entries := self._log.read(self._offset, ROUND):
            self._history.write(entries)
            self._offset = entries[-1].offset
        self._log.commit(CONSUMER, self._offset)
        self._written_s = time.monotonic()
        self._history.compact()
        if self._keep_days:
            self._history.forget(round(self._clock.wall_s() * 1000.0) - self._keep_days * DAY_MS)
