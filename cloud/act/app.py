"""The acting part of the service: consumer, tick and delivery, until it is told to stop."""

import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from cloud.act import engine, projection
from cloud.act.adapters.webhook import Webhook
from cloud.act.consumer import Consumer
from cloud.act.delivery import Delivery, ToInsurers
from cloud.act.ports import Downlink, Entries, Notices, Scores, Statuses
from cloud.decision.policy import Policy
from cloud.errors import CloudError
from cloud.rescue import learning
from cloud.rescue.ports import TravelTime
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.store import configurations
from cloud.store.engine import Store
from contract.clock import Clock

SCORES_FILE: Final = "scores.sqlite"
IDLE_S: Final = 0.02
DELIVERY_IDLE_S: Final = 0.05
TICK_S: Final = 0.1
STATUS_S: Final = 0.5
TIDY_DOMAIN_S: Final = 60.0
BACK_OFF_S: Final = 1.0


def run(
    folder: Path,
    store: Store,
    clock: Clock,
    stop: Event,
    *,
    entries: Entries,
    statuses: Statuses,
    downlink: Downlink,
    public_url: str,
    policy: Policy | None = None,
    insurers: ToInsurers | None = None,
) -> None:
    """Act on the scores in `folder` and on the clock until `stop` is set; everything else is stood on, not closed."""
    policy = Policy() if policy is None else policy
    with store.read() as connection:
        travel = learning.travel(connection, policy.speed_kmh)
    with closing(SqliteScores(folder / SCORES_FILE)) as scores, closing(Webhook()) as notices:
        actor = Actor(store, clock, scores, entries, statuses, travel, policy)
        courier = Thread(
            target=deliver, args=(store, clock, stop, notices, downlink, public_url, insurers), name="delivery"
        )
        courier.start()
        try:
            while not stop.is_set():
                stop.wait(actor.round())
        finally:
            stop.set()
            courier.join()


class Actor:
    """One round after the other: what has come, what is due, who is there."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        scores: Scores,
        entries: Entries,
        statuses: Statuses,
        travel: TravelTime,
        policy: Policy,
    ) -> None:
        """Stand on these."""
        self._store, self._clock, self._policy, self._travel = store, clock, policy, travel
        self._statuses = statuses
        self._consumer = Consumer(store, scores, entries, policy)
        self._tick_at_s = self._status_at_s = self._tidy_at_s = 0.0

    def round(self) -> float:
        """Do one round and return how many real seconds to wait before the next; what fails is tried again."""
        try:
            moved = self._consumer.advance(self._now_ms())
            self._on_time(time.monotonic())
        except (CloudError, OperationalError) as error:
            structlog.get_logger().error("acting_waits", reason=str(error))
            return BACK_OFF_S
        return 0.0 if moved else IDLE_S

    def _on_time(self, real_s: float) -> None:
        now_ms = self._now_ms()
        if real_s >= self._tick_at_s:
            with self._store.write() as connection:
                engine.tick(connection, now_ms, self._policy, self._travel)
            self._tick_at_s = real_s + TICK_S
        if real_s >= self._status_at_s:
            statuses = self._statuses.statuses()
            with self._store.write() as connection:
                for received_ms, status in statuses:
                    projection.note_status(connection, status, received_ms, now_ms)
            self._note_outcomes(now_ms)
            self._status_at_s = real_s + STATUS_S
        if real_s >= self._tidy_at_s:
            with self._store.write() as connection:
                engine.tidy(connection, now_ms, self._policy)
            self._tidy_at_s = real_s + max(1.0, self._clock.real_s(TIDY_DOMAIN_S))

    def _note_outcomes(self, now_ms: int) -> None:
        with self._store.read() as connection:
            cars = configurations.watched(connection)
        outcomes = [(car, outcome) for car in cars if (outcome := self._statuses.outcome(car)) is not None]
        if outcomes:
            with self._store.write() as connection:
                for car, outcome in outcomes:
                    configurations.note_outcome(connection, car, outcome, now_ms)

    def _now_ms(self) -> int:
        return round(self._clock.wall_s() * 1000.0)


def deliver(
    store: Store,
    clock: Clock,
    stop: Event,
    notices: Notices,
    downlink: Downlink,
    public_url: str,
    insurers: ToInsurers | None = None,
) -> None:
    """Empty the outbox until `stop` is set."""
    with closing(Delivery(store, notices, downlink, public_url, insurers)) as delivery:
        while not stop.is_set():
            try:
                sent = delivery.round(round(clock.wall_s() * 1000.0), round(time.time() * 1000.0))
            except (CloudError, OperationalError) as error:
                structlog.get_logger().error("delivery_waits", reason=str(error))
                stop.wait(BACK_OFF_S)
                continue
            if not sent:
                stop.wait(DELIVERY_IDLE_S)
