"""Reading scores and the log, and acting on them: the place read up to is stored with the effects, in one transaction.

So a crash anywhere loses nothing and does nothing twice: either both are there, or neither is.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import structlog
from sqlalchemy import Connection, select

from cloud.act import engine, projection
from cloud.act.ports import Entries, Scores
from cloud.decision.policy import Policy
from cloud.runner.ports import Placed
from cloud.scoring.types import Assessment, decode
from cloud.store.engine import Store
from cloud.store.once import upsert
from cloud.store.tables import consumers

CONSUMER: Final = "act"
SCORES: Final = "scores"
LOG: Final = "log"
AT_ONCE: Final = 256


class Consumer:
    """Two readers of what is stored elsewhere."""

    def __init__(self, store: Store, scores: Scores, entries: Entries, policy: Policy, at_once: int = AT_ONCE) -> None:
        """Go on from where the store says that it got, with up to `at_once` of each in one transaction."""
        self._at_once = at_once
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
        entries = self._entries.read(self._logged, self._at_once)
        if entries:
            with self._store.write() as connection:
                projection.project(connection, entries, now_ms, self._policy)
                upsert(connection, consumers, {"name": LOG, "position": entries[-1].offset})
            self._logged = entries[-1].offset
        scored = self._scores.read(self._scored, self._at_once)
        if scored:
            with self._store.write() as connection:
                engine.apply(connection, list(_readable(scored)), now_ms, self._policy)
                upsert(connection, consumers, {"name": SCORES, "position": scored[-1].position})
            self._scored = scored[-1].position
        return len(entries) + len(scored)


def _readable(scored: Sequence[Placed]) -> Iterator[Assessment]:
    for placed in scored:
        try:
            yield decode(placed.payload)
        except msgspec.MsgspecError as error:
            structlog.get_logger().error("assessment_not_readable", position=placed.position, reason=str(error))


def position(connection: Connection, name: str) -> int:
    """Return how far the consumer `name` has got, 0 at first."""
    found = connection.execute(select(consumers.c.position).where(consumers.c.name == name)).scalar_one_or_none()
    return found or 0
