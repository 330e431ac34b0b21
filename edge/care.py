"""The agent's own health: gathered now and then, told to the cloud, and left beside the spool for whoever looks."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from contract.messages import ConfigOutcome, Health
from edge.ports import Lane, Spool

_EVER: Final = -(1 << 62)
_LANES: Final[tuple[Lane, ...]] = ("u", "t")
FIGURES: Final = 3  # after the point: nothing here is measured finer


class Counts(NamedTuple):
    """What the agent's parts have counted since the start."""

    frames: int
    bus_errors: int
    polls: dict[str, int]
    verdicts: dict[str, int]
    rejected: int
    unsealed: int
    takeovers: int


class Machine(NamedTuple):
    """What the machine says of itself; None where it says nothing."""

    cpu_degc: float | None
    disk_free_bytes: int | None
    disk_written_bytes: int | None
    disk_life_used_pct: float | None


class Care(NamedTuple):
    """Where the figures come from, and whom they are told."""

    spool: Spool
    counts: Callable[[], Counts]
    machine: Callable[[], Machine]
    outcome: Callable[[], ConfigOutcome | None]
    wall_ms: Callable[[], int]
    uptime_s: Callable[[], float]
    starts: int
    tell: Callable[[Health], None]

    def report(self) -> None:
        """Gather the figures and tell them."""
        waiting, waiting_bytes = self.spool.depth()
        counts, machine = self.counts(), self.machine()
        self.tell(
            Health(
                uptime_s=round(self.uptime_s(), FIGURES),
                starts=self.starts,
                waiting=waiting,
                waiting_bytes=waiting_bytes,
                lag_s=self._lag_s(),
                config=self.outcome(),
                **counts._asdict(),
                **machine._asdict(),
            )
        )

    def _lag_s(self) -> float | None:
        """Return how old the oldest record is that the cloud does not have; None when it has everything."""
        oldest = [
            record.wall_ms
            for lane in _LANES
            for record in self.spool.waiting(lane, after=_EVER, limit=1, skip=frozenset())
        ]
        return max(0.0, (self.wall_ms() - min(oldest)) / 1000.0) if oldest else None


def beside(spool: str, what: str) -> Path:
    """Return the path of a small file of the agent whose spool is at `spool`."""
    return Path(f"{spool}.{what}")
