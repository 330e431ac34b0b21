"""Reading scores and the log, and acting on them: the place read up to is stored with the effects, in one transaction.

So a crash anywhere loses nothing and does nothing twice: either both are there, or neither is.
"""

from typing import Final

from sqlalchemy import Connection, select

from cloud.act import engine, projection
from cloud.act.ports import Entries, Scores
from cloud.decision.policy import Policy
from cloud.store.engine import Store
from cloud.store.once import upsert
from cloud.store.tables import consumers

SCORES: Final = "scores"
LOG: Final = "log"
AT_ONCE: Final = 256


class Consumer:
    """Two readers of what is stored elsewhere."""

    def __init__(self, store: Store, scores: Scores, entries: Entries, policy: Policy) -> None:
        """Go on from where the store says that it got."""
        self._store = store
        self._scores = scores
        self._entries = entries
        self._policy = policy
        with store.read() as connection:
            self._scored = position(connection, SCORES)
            self._logged = position(connection, LOG)

    def advance(self, now_ms: int) -> int:
        """Act on what has come since, up to a batch of each; return how much there was.

        The log goes first, so that a vehicle is known to be awake before its scores are judged.
        """
        entries = self._entries.read(self._logged, AT_ONCE)
        if entries:
            with self._store.write() as connection:
                projection.project(connection, entries, now_ms, self._policy)
                upsert(connection, consumers, {"name": LOG, "position": entries[-1].offset})
            self._logged = entries[-1].offset
        scored = self._scores.read(self._scored, AT_ONCE)
        if scored:
            with self._store.write() as connection:
                assessments = [each.assessment for each in scored if each.assessment is not None]
                engine.apply(connection, assessments, now_ms, self._policy)
                upsert(connection, consumers, {"name": SCORES, "position": scored[-1].position})
            self._scored = scored[-1].position
        return len(entries) + len(scored)


def position(connection: Connection, name: str) -> int:
    """Return how far the consumer `name` has got, 0 at first."""
    found = connection.execute(select(consumers.c.position).where(consumers.c.name == name)).scalar_one_or_none()
    return found or 0
