"""What the parts of one process share: folder, clock, figures, threads, the log and the store."""

import fcntl
import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import REGISTRY

from cloud.adapters.clock import ScaledClock, clock_of
from cloud.adapters.figures import Figures
from cloud.crew import Crew
from cloud.decision.policy import Policy
from cloud.errors import StartError
from cloud.ingest.adapters.sqlite import SqliteLines
from cloud.log.adapters.sqlite import SqliteLog
from cloud.provisioning.adapters.sqlite import SqliteClaims
from cloud.runner.adapters.sqlite import SqliteScores
from cloud.settings import Settings
from cloud.store.engine import Store, open_store
from cloud.trips.adapters.sqlite import SqliteTrips

if TYPE_CHECKING:
    from cloud.history.adapters.parquet import ParquetHistory

LOG_FILE: Final = "log.sqlite"
LINES_FILE: Final = "lines.sqlite"
SCORES_FILE: Final = "scores.sqlite"
CLAIMS_FILE: Final = "claims.sqlite"
HISTORY_FOLDER: Final = "history"
TRIPS_FILE: Final = "trips.sqlite"


class Base:
    """One process of the service; what several parts use is opened once, when the first of them asks."""

    def __init__(self, settings: Settings) -> None:
        """Make the data folder; raise `StartError` when that cannot be."""
        self.settings = settings
        self.folder: Path = settings.data_dir
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(f"cannot make the data folder {self.folder}: {error}; name another with --data") from error
        self.crew = Crew()
        self.clock: ScaledClock = clock_of(settings.clock)
        self.figures = Figures(REGISTRY)
        self._troubles: dict[str, Callable[[], str]] = {}

    @cached_property
    def log(self) -> SqliteLog:
        """The log."""
        opened = SqliteLog(self.folder / LOG_FILE, max_bytes=self.settings.log_max_bytes)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def lines(self) -> SqliteLines:
        """What is known of the vehicles' lines."""
        opened = SqliteLines(self.folder / LINES_FILE)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def claims(self) -> SqliteClaims:
        """Claims of devices to come, and the keys shared with those that came."""
        opened = SqliteClaims(self.folder / CLAIMS_FILE)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def scores(self) -> SqliteScores:
        """Assessments and snapshots."""
        opened = SqliteScores(self.folder / SCORES_FILE)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def store(self) -> Store:
        """The operational store."""
        opened = open_store(self.folder)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def history(self) -> "ParquetHistory":
        """The history."""
        # polars is slow to import: only who needs the history waits for it.
        from cloud.history.adapters.parquet import ParquetHistory

        opened = ParquetHistory(self.folder / HISTORY_FOLDER, self.log)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def trips(self) -> SqliteTrips:
        """Trips and what happened on them."""
        opened = SqliteTrips(self.folder / TRIPS_FILE)
        self.crew.closing.callback(opened.close)
        return opened

    @cached_property
    def policy(self) -> Policy:
        """The tenant's policy."""
        return Policy()

    def now_ms(self) -> int:
        """Return domain time in ms since the Unix epoch."""
        return round(self.clock.wall_s() * 1000.0)

    def claim(self, part: str) -> None:
        """Hold the folder for `part` until the process ends; raise `StartError` when another process does."""
        path = self.folder / f".{part}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.crew.closing.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"another process is doing the work of {part!r} in {self.folder}; stop it, or name another --data"
            ) from None

    def watch(self, part: str, trouble: Callable[[], str]) -> None:
        """Ask `trouble` whenever someone wants to know whether `part` works; it answers "" when it does."""
        self._troubles[part] = trouble

    def not_ready(self) -> dict[str, str]:
        """Return what does not work and why."""
        answers = {part: trouble() for part, trouble in self._troubles.items()}
        return {part: why for part, why in answers.items() if why}
