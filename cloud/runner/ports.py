"""What the score consumer stands on, and what whoever acts on scores reads."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Scored(NamedTuple):
    """One assessment as it is kept: `payload` is `cloud.scoring.types.encode` of it, `offset` its log entry's."""

    offset: int
    vehicle: str
    cause: str
    payload: bytes


class Placed(NamedTuple):
    """A kept assessment with its position; positions only grow, in the order of the log."""

    position: int
    payload: bytes


class Snapshot(NamedTuple):
    """The whole scoring state after the log entry `offset`, as one version of the code wrote it.

    What `Scores.latest` returns may be a private mapping of a file: whoever takes it may write to it, and no one sees.
    """

    offset: int
    state: bytes | memoryview
    version: str


class Scores(Protocol):
    """Assessments and snapshots. Every method may raise `ScoresError`; then nothing has changed."""

    def keep(self, assessments: Sequence[Scored]) -> None:
        """Keep these durably, in order; those that are kept already (offset, vehicle, cause) stay as they are."""
        ...

    def read(self, after_position: int, limit: int) -> list[Placed]:
        """Return up to `limit` assessments with a position above `after_position`, lowest first."""
        ...

    def wait(self, after_position: int, timeout_s: float) -> bool:
        """Return True as soon as one lies above `after_position`, False after `timeout_s` real seconds."""
        ...

    def save(self, snapshot: Snapshot) -> None:
        """Keep this snapshot, and forget all but the last few."""
        ...

    def latest(self, version: str) -> Snapshot | None:
        """Return the newest undamaged snapshot of `version`, None when there is none."""
        ...

    def close(self) -> None: ...
