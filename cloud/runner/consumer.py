"""The main story of scoring: read the log, step, keep what came of it, now and then keep the state."""

import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, Final, NamedTuple, Protocol

import structlog

from cloud.errors import LogError, ScoresError
from cloud.log.ports import Log, LogEntry
from cloud.runner.ports import Scored, Scores, Snapshot

CONSUMER: Final = "score"
ROUND: Final = 1_000
IDLE_S: Final = 0.5
BACK_OFF_S: Final = 0.2
SNAPSHOT_ENTRIES: Final = 20_000
SNAPSHOT_S: Final = 10.0
SNAPSHOT_SHARE: Final = 20.0  # a snapshot that took a second is the last for twenty


class Engine(NamedTuple):
    """The pure scoring engine.

    `version` names what `dump` wrote; `step` may consume the state it is given; `load` raises `ValueError` for bytes
    that it cannot read.
    """

    version: str
    fresh: Callable[[], Any]
    step: Callable[[Any, Sequence[LogEntry]], tuple[Any, Sequence[Scored]]]
    dump: Callable[[Any], bytes]
    load: Callable[[bytes | memoryview], Any]


class Meter(Protocol):
    """Figures for those who watch."""

    def assessed(self, number: int) -> None:
        """Add to the assessments written."""
        ...


class ScoreConsumer:
    """Scores every entry of the log once in effect.

    Killed at any moment it comes back to the same state bit for bit: the state is that of the last snapshot, stepped
    through the entries since, and an assessment made a second time is the one that is kept already.
    """

    def __init__(self, log: Log, scores: Scores, engine: Engine, meter: Meter) -> None:
        """Take up the newest snapshot of this version of the engine, or start at the beginning of the log."""
        self._log = log
        self._scores = scores
        self._engine = engine
        self._meter = meter
        self._events = structlog.get_logger()
        self._offset, self._state = self._taken_up(scores.latest(engine.version))
        self._saved_offset = self._offset
        self._saved_s = time.monotonic()
        self._save_took_s = 0.0

    @property
    def offset(self) -> int:
        """The offset of the last entry that was scored."""
        return self._offset

    def dump(self) -> bytes:
        """Return the state as a snapshot would hold it."""
        return self._engine.dump(self._state)

    def run(self, stop: Event) -> None:
        """Score until `stop` is set, then keep the state."""
        while not stop.is_set():
            try:
                if not self.advance(stop):
                    self._log.wait(self._offset, IDLE_S)
            except LogError as error:
                self._events.error("log_not_read", reason=str(error))
                stop.wait(BACK_OFF_S)
            self._save_when_due()
        self.save()

    def advance(self, stop: Event) -> int:
        """Score what has arrived and return how many entries that was; returns early when `stop` is set."""
        entries = self._log.read(self._offset, ROUND)
        if entries:
            self._state, assessments = self._engine.step(self._state, entries)
            # The order of the log, whatever order the engine's micro-batch had: so positions are the same in a replay.
            in_order = sorted(assessments, key=lambda scored: scored[:3])
            if not self._kept(in_order, stop):
                # The state is ahead of what is kept: it must not be saved, the last snapshot is the one to go on from.
                self._saved_offset = self._offset
                return 0
            self._offset = entries[-1].offset
        return len(entries)

    def _taken_up(self, snapshot: Snapshot | None) -> tuple[int, Any]:
        """Return the offset and state to go on from."""
        if snapshot is not None:
            try:
                return snapshot.offset, self._engine.load(snapshot.state)
            except ValueError as error:
                self._events.warning("snapshot_not_read", offset=snapshot.offset, reason=str(error))
        return 0, self._engine.fresh()

    def _kept(self, assessments: Sequence[Scored], stop: Event) -> bool:
        while assessments:
            try:
                self._scores.keep(assessments)
                self._meter.assessed(len(assessments))
                break
            except ScoresError as error:
                self._events.error("scores_refuse", reason=str(error), waiting=len(assessments))
            if stop.wait(BACK_OFF_S):
                return False
        return True

    def _save_when_due(self) -> None:
        fresh, since_s = self._offset - self._saved_offset, time.monotonic() - self._saved_s
        if since_s < SNAPSHOT_SHARE * self._save_took_s:
            return
        if fresh >= SNAPSHOT_ENTRIES or (fresh and since_s >= SNAPSHOT_S):
            self.save()

    def save(self) -> None:
        """Keep the state as it is now; where that fails, the last one kept and the log make it good."""
        if self._offset == self._saved_offset:
            return
        began_s = time.monotonic()
        try:
            self._scores.save(Snapshot(self._offset, self.dump(), self._engine.version))
            self._log.commit(CONSUMER, self._offset)
        except (ScoresError, LogError) as error:
            self._events.error("snapshot_not_kept", reason=str(error))
        self._saved_offset, self._saved_s = self._offset, time.monotonic()
        self._save_took_s = self._saved_s - began_s
