"""The daily look: yesterday's days are compared with their classes, and odd ones become inspection reminders.

A reminder is all that comes of it. No case is opened, no driver is asked and no truck is sent: an anomaly says that a
vehicle is unlike others, not that it will break down.
"""

from collections import Counter, defaultdict
from threading import Event
from typing import Final

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from cloud.errors import CloudError
from cloud.inspections import texts
from cloud.inspections.ports import Days, Models
from cloud.maintenance import reminders
from cloud.maintenance.due import Due
from cloud.scoring.anomaly import training
from cloud.scoring.anomaly.days import Summary, features_of
from cloud.scoring.anomaly.model import ClassModel, Day, Odd, Review, review
from cloud.store.engine import Store
from cloud.store.once import upsert
from cloud.store.tables import consumers, vehicles
from contract.clock import Clock

PART: Final = "inspections"
KIND: Final = "anomaly"
DAY_MS: Final = 86_400_000
SETTLED_MS: Final = 3_600_000  # after midnight (UTC), so that the day's last batches are there
REFIT_DAYS: Final = 7
WINDOW_DAYS: Final = 28
IDLE_S: Final = 5.0
WEEK_MS: Final = 7 * DAY_MS


class Inspections:
    """One look a day, once in effect: the day is noted with its reminders, in one transaction."""

    def __init__(self, store: Store, days: Days, models: Models, clock: Clock) -> None:
        """Stand on these."""
        self._store, self._days, self._models, self._clock = store, days, models, clock

    def run(self, stop: Event) -> None:
        """Look whenever a day has ended, until `stop` is set; what fails is tried again."""
        while not stop.wait(IDLE_S):
            try:
                self.advance(round(self._clock.wall_s() * 1000.0))
            except (CloudError, OperationalError) as error:
                structlog.get_logger().error("inspections_wait", reason=str(error))

    def advance(self, now_ms: int) -> Review | None:
        """Look at yesterday unless that was done; return what was found, None where there was nothing to do."""
        day = (now_ms - SETTLED_MS) // DAY_MS - 1
        with self._store.read() as connection:
            if _position(connection) >= day:
                return None
            rows = connection.execute(select(vehicles.c.id, vehicles.c.powertrain)).all()
            kinds = {row.id: row.powertrain for row in rows}
        found = review(self._fresh_models(day, kinds), self._of(day, kinds))
        with self._store.write() as connection:
            for odd in found.odd:
                _remind(connection, odd, now_ms)
            upsert(connection, consumers, {"name": PART, "position": day})
        structlog.get_logger().info(
            "inspections_reviewed", day=day, judged=found.judged, odd=len(found.odd), moved=found.moved
        )
        return found

    def _fresh_models(self, day: int, kinds: dict[str, str]) -> dict[str, ClassModel]:
        """Return the models, fitted again on the weeks before `day` where they are older than a week."""
        models, last = self._models.load()
        if last >= 0 and day - last <= REFIT_DAYS:
            return models
        past = {number: self._of(number, kinds) for number in range(day - WINDOW_DAYS, day)}
        every = [one for days in past.values() for one in days]
        fitted = training.fit(every)
        if not fitted:
            return models
        self._models.save(fitted, days=(day - WINDOW_DAYS, day - 1), counts=dict(Counter(one.kind for one in every)))
        for kind, model in fitted.items():
            shifts = training.shifts(training.rows_by_day(past, kind), model)
            structlog.get_logger().info("anomaly_models_fitted", kind=kind, features=len(model.columns), shifts=shifts)
        return fitted

    def _of(self, day: int, kinds: dict[str, str]) -> list[Day]:
        """Return the day of every known vehicle that has samples on it, in the order of their names."""
        summaries: dict[str, dict[str, Summary]] = defaultdict(dict)
        for vehicle, path, mean, least, most, sd, samples in self._days.daily(day):
            summaries[vehicle][path] = Summary(mean, least, most, sd, samples)
        return [
            Day(vehicle, kinds[vehicle], features_of(summaries[vehicle]))
            for vehicle in sorted(summaries)
            if vehicle in kinds
        ]


def _position(connection: Connection) -> int:
    chosen = select(consumers.c.position).where(consumers.c.name == PART)
    found = connection.execute(chosen).scalar_one_or_none()
    return -1 if found is None else int(found)


def _remind(connection: Connection, odd: Odd, now_ms: int) -> None:
    item = reminders.Item(
        vehicle_id=odd.vehicle,
        kind=KIND,
        due=Due("due_soon", None, now_ms + WEEK_MS),
        odometer_km=None,
        text=texts.inspection(odd),
    )
    reminders.remember(connection, item, now_ms)
