"""The witness: one JSON line to a file for every record accepted, so that an outsider can say what must not be lost."""

import hashlib
import json
import os
from pathlib import Path


class FileWitness:
    """A `Witness` that appends to `path` and syncs each line."""

    def __init__(self, path: Path, vehicle: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._vehicle = vehicle

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        line = {
            "vehicle": self._vehicle,
            "stream": stream,
            "seq": seq,
            "sha256": hashlib.sha256(payload).hexdigest(),
            "samples": samples,
        }
        self._file.write(json.dumps(line).encode() + b"\n")
        os.fsync(self._file.fileno())


class NoWitness:
    """Nobody asks."""

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        """Forget it."""
