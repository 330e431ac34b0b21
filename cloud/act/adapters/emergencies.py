"""The fast path's way into the store: ingest calls it right after the log's commit."""

from sqlalchemy.exc import SQLAlchemyError

from cloud.act.emergency import CAUSES, open_emergency
from cloud.decision.policy import Policy
from cloud.store.engine import Store
from cloud.store.errors import StoreError
from contract.clock import Clock
from contract.messages import UrgentEvent


class StoreEmergencies:
    """Acts at once on what cannot wait for scoring; see `cloud.ingest.ports.Emergencies`."""

    def __init__(self, store: Store, clock: Clock, policy: Policy) -> None:
        """Write to `store` as `policy` says."""
        self._store = store
        self._clock = clock
        self._policy = policy

    def open(self, event: UrgentEvent, received_ms: int) -> None:
        """Act on `event`; again it changes nothing. Raises `StoreError` when it must be tried again."""
        if event.event not in CAUSES:
            return
        now_ms = round(self._clock.wall_s() * 1000.0)
        try:
            with self._store.write() as connection:
                open_emergency(connection, event, max(now_ms, received_ms), self._policy)
        except SQLAlchemyError as error:
            raise StoreError(f"the emergency of {event.vehicle} waits: {error}") from error
