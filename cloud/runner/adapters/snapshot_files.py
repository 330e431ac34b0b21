"""Snapshots as files of one folder: written whole and synced before they have a name, mapped when they are wanted."""

import mmap
import os
from pathlib import Path
from typing import Final

SUFFIX: Final = ".state"
HALF: Final = ".half"


class SnapshotFiles:
    """A folder of snapshots, named by their hash. Every method but `mapped` may raise `OSError`."""

    def __init__(self, folder: Path) -> None:
        """Take `folder`, which is made with the first snapshot."""
        self._folder = folder

    def write(self, sha: str, state: bytes | memoryview) -> str:
        """Keep `state` durably and return the name of its file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = sha + SUFFIX
        half = self._folder / (name + HALF)
        with half.open("wb") as file:
            file.write(state)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def mapped(self, name: str) -> memoryview | None:
        """Return a private mapping of the file `name`, None where it is gone or empty; pages come as they are read."""
        try:
            with (self._folder / name).open("rb") as file:
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
        except (OSError, ValueError):
            return None

    def keep_only(self, names: set[str]) -> None:
        """Remove every file but those; a mapping of one that goes stays as it is."""
        for file in self._folder.iterdir():
            if file.name not in names:
                file.unlink(missing_ok=True)
