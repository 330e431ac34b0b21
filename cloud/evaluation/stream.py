"""One part of a fleet through the service: bytes, columns, scoring, alarms, decisions; and what is kept of it."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloud.cases import alarm
from cloud.cases.alarm import Alarm, Reading
from cloud.cases.standing import limits_of, weighed
from cloud.decision.level import STOP_SEVERITY
from cloud.decision.policy import Policy
from cloud.evaluation.folder import Fleet
from cloud.evaluation.messages import entries_of
from cloud.log.ports import LogEntry
from cloud.replay.desk import Desk
from cloud.scoring import engine, features
from cloud.scoring.hazards import RULES, Models, Serving
from cloud.scoring.types import CAUSES, Assessment

AT_ONCE: Final = 128  # vehicles side by side
SAMPLE_MS: Final = 12 * 3_600_000  # the last assessment of every half day is a row of the statistics

Tell = Callable[[int], None]


class Told(NamedTuple):
    """An alert: who, what for, when, how urgent."""

    vehicle: str
    cause: str
    at_ms: int
    grade: str
    action: str
    p: float


class Kept(NamedTuple):
    """What is kept of a part: alerts, raised alarms (vehicle, cause, ms), and samples by cause.

    `samples` holds for each cause the vehicles, (n,) ms, (n, 3) p by horizon and (n, k) features, k 0 unless wanted.
    """

    alerts: list[Told]
    raised: list[tuple[str, str, int]]
    samples: dict[str, tuple[list[str], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]]
    entries: int
    counts: dict[str, int]


class _Watch:
    """Everything that is remembered of one vehicle and cause while its stream runs."""

    def __init__(self) -> None:
        self.alarm = Alarm()
        self.bucket = -1
        self.last: tuple[int, tuple[float, ...], Any] | None = None


class Stream:
    """A part of a fleet on its way through the service, every vehicle in its own time."""

    def __init__(self, fleet: Fleet, policy: Policy, models: Models | None, *, want_features: bool) -> None:
        """Begin with a service that has seen nothing."""
        self._fleet, self._policy, self._wanted = fleet, policy, want_features
        self._serving = RULES if models is None else Serving(models)
        self._state = engine.new_state(AT_ONCE)
        self._desks: dict[str, Desk] = {}
        self._watched: dict[tuple[str, str], _Watch] = {}
        self._rows: dict[str, list[tuple[str, int, tuple[float, ...], Any]]] = {}
        self._limits = {cause: limits_of(cause, policy) for cause in CAUSES}
        self._offset = 0
        self.alerts: list[Told] = []
        self.raised: list[tuple[str, str, int]] = []

    def run(self, part: pl.DataFrame, tell: Tell) -> Kept:
        """Take a part of the telemetry; `tell` gets the number of entries taken, now and then."""
        known = {row["vehicle"]: row for row in self._fleet.vehicles.iter_rows(named=True)}
        parts = part.partition_by("vehicle", maintain_order=True)
        for start in range(0, len(parts), AT_ONCE):
            lines = [
                entries_of(one, self._fleet, known[one["vehicle"][0]])
                for one in parts[start : start + AT_ONCE]
                if one["vehicle"][0] in known
            ]
            self._abreast(lines, tell)
        for (vehicle, cause), watch in self._watched.items():
            self._keep(vehicle, cause, watch)
        return Kept(self.alerts, self.raised, self._samples(), self._offset, dict(self._state.counts))

    def _abreast(self, lines: list[Iterator[LogEntry]], tell: Tell) -> None:
        """Take one entry of each vehicle at a time, so that what is read of its state is the entry's own."""
        rounds = 0
        while lines:
            wave, left = [], []
            for line in lines:
                entry = next(line, None)
                if entry is not None:
                    self._offset += 1
                    wave.append(entry._replace(offset=self._offset))
                    left.append(line)
            lines = left
            if wave:
                self._state, said = engine.step(self._state, wave, self._serving)
                for a in said:
                    self._weigh(a)
            rounds += 1
            if rounds % 200 == 0:
                tell(self._offset)

    def _weigh(self, a: Assessment) -> None:
        told = self._desks.setdefault(a.vehicle, Desk(self._policy)).take(a)
        p = weighed(a, self._policy)
        if told is not None:
            weight = float("nan") if p is None else p
            self.alerts.append(Told(a.vehicle, a.cause, told.at_ms, told.grade, told.action, weight))
        watch = self._watched.setdefault((a.vehicle, a.cause), _Watch())
        reading = Reading(a.as_of_ms, p, a.severity >= STOP_SEVERITY)
        watch.alarm, change = alarm.step(watch.alarm, reading, self._limits[a.cause])
        if change == "raised":
            self.raised.append((a.vehicle, a.cause, a.received_ms))
        if a.risks is not None:
            bucket = a.received_ms // SAMPLE_MS
            if bucket != watch.bucket:
                self._keep(a.vehicle, a.cause, watch)
                watch.bucket = bucket
            ps = tuple(risk.p for risk in a.risks)
            watch.last = (a.received_ms, ps, self._features(a, ps) if self._wanted else None)

    def _features(self, a: Assessment, p: tuple[float, ...]) -> Any:
        car = self._state.cars[self._state.slots[a.vehicle]]
        return features.row(a.cause, car, p, a.quality, a.severity, a.time_to_threshold_h)

    def _keep(self, vehicle: str, cause: str, watch: _Watch) -> None:
        if watch.last is not None:
            self._rows.setdefault(cause, []).append((vehicle, *watch.last))
            watch.last = None

    def _samples(self) -> dict[str, Any]:
        found = {}
        for cause, rows in self._rows.items():
            width = len(features.names(cause)) if self._wanted else 0
            x = np.array([row[3] for row in rows], np.float32) if width else np.empty((len(rows), 0), np.float32)
            ps = np.array([row[2] for row in rows], np.float32)
            found[cause] = ([row[0] for row in rows], np.array([row[1] for row in rows], np.int64), ps, x)
        return found
