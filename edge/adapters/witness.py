"""The witness: one JSON line to a file for every record accepted, so that an outsider can say what must not be lost."""

import hashlib
import json
import os
from pathlib import Path

import structlog

log = structlog.get_logger()


class FileWitness:
    """A `Witness` that appends to `path` and syncs each line; a witness that cannot write stops nobody."""

    def __init__(self, path: Path, vehicle: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._vehicle = vehicle
        self._is_torn = False

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        line = json.dumps(
            {
                "vehicle": self._vehicle,
                "stream": stream,
                "seq": seq,
                "sha256": hashlib.sha256(payload).hexdigest(),
                "samples": samples,
            }
        )
        data = ("\n" if self._is_torn else "").encode() + line.encode() + b"\n"
        try:
            self._is_torn = os.write(self._file, data) < len(data)
            os.fsync(self._file)
        except OSError as error:
            self._is_torn = True
            log.error("witness_failed", stream=stream, seq=seq, reason=str(error))


class NoWitness:
    """Nobody asks."""

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        """Forget it."""
