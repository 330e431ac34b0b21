"""Where a candidate's report lies: one file of JSON in the data folder, replaced whole."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog

from cloud.errors import EvaluationError

NAME: Final = "shadow.json"
EVERY_S: Final = 10.0


class ShadowFile:
    """Writes the report now and then, and once more at the end."""

    def __init__(self, folder: Path, report: Callable[[], dict[str, Any]]) -> None:
        """Write to `folder` what `report` answers."""
        self._path, self._report = folder / NAME, report
        self._written_s = time.monotonic()
        self._events = structlog.get_logger()

    def write_when_due(self) -> None:
        """Write if it is time."""
        if time.monotonic() - self._written_s >= EVERY_S:
            self.write()

    def write(self) -> None:
        """Write now; a disk that refuses costs the report and nothing else."""
        self._written_s = time.monotonic()
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(self._report(), allow_nan=False) + "\n", encoding="utf-8")
            os.replace(fresh, self._path)
        except OSError as error:
            self._events.warning("shadow_not_written", reason=str(error))


def read(folder: Path) -> dict[str, Any]:
    """Return the last report in `folder`; raise `EvaluationError` where there is none."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{folder / NAME}: no report: {error}; score with --shadow first") from error
    if not isinstance(told, dict):
        raise EvaluationError(f"{folder / NAME}: not a report; score with --shadow again")
    return told
