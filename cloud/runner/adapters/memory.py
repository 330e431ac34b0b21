"""Scores that live as long as their process: for tests and trials."""

from collections.abc import Sequence
from threading import Condition

from cloud.runner.ports import Placed, Scored, Snapshot


class MemoryScores:
    """See `Scores` for what each method promises."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[tuple[int, str, str], Placed] = {}
        self._snapshots: list[Snapshot] = []
        self._grown = Condition()

    def keep(self, assessments: Sequence[Scored]) -> None:
        """Keep these; see `Scores`."""
        with self._grown:
            for scored in assessments:
                self._kept.setdefault(scored[:3], Placed(len(self._kept) + 1, scored.payload))
            self._grown.notify_all()

    def read(self, after_position: int, limit: int) -> list[Placed]:
        """Return the next ones; see `Scores`."""
        return [placed for placed in self._kept.values() if placed.position > after_position][:limit]

    def wait(self, after_position: int, timeout_s: float) -> bool:
        """Wait for one above `after_position`; see `Scores`."""
        with self._grown:
            return self._grown.wait_for(lambda: len(self._kept) > after_position, timeout_s)

    def save(self, snapshot: Snapshot) -> None:
        """Keep this snapshot; see `Scores`."""
        self._snapshots.append(snapshot)

    def latest(self, version: str) -> Snapshot | None:
        """Return the newest snapshot of `version`; see `Scores`."""
        of_version = (snapshot for snapshot in self._snapshots if snapshot.version == version)
        return max(of_version, key=lambda snapshot: snapshot.offset, default=None)

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""
