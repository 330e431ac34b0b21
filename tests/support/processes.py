"""The product's own commands as processes that may be killed and started again in place."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Final

READY_S: Final = 90.0
STOP_S: Final = 30.0
ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}


class Process:
    """One command; its stderr is appended to a file, its first line of stdout, if it has one, says that it is ready."""

    def __init__(self, module: str, *words: str, log: Path, speaks: bool = True) -> None:
        """Remember the command (`python -m module words`); nothing runs yet."""
        self._command = [sys.executable, "-m", module, *words]
        self._log = log
        self._speaks = speaks
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> dict[str, Any]:
        """Start it and return its ready line, {} for one that says nothing."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if self._speaks else log,
                stderr=log,
                env=ENVIRONMENT,
            )
        return self._ready_line() if self._speaks else {}

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Kill it with SIGKILL; it must have been alive."""
        assert self.alive, f"{self._command} had ended by itself:\n{self.words()}"
        assert self._process is not None
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """Ask it to stop with SIGTERM and return its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def clear_away(self) -> None:
        """End it, however it is."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def words(self) -> str:
        """Return the last of what it said on stderr."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])

    def _end(self) -> int:
        assert self._process is not None
        status = self._process.wait(STOP_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return status

    def _ready_line(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        stream = self._process.stdout.fileno()
        said, deadline_s = b"", time.monotonic() + READY_S
        with DefaultSelector() as waiting:
            waiting.register(stream, EVENT_READ)
            while not said.endswith(b"\n"):
                assert waiting.select(max(0.0, deadline_s - time.monotonic())), f"not ready:\n{self.words()}"
                piece = os.read(stream, 65_536)
                assert piece, f"it ended before it was ready:\n{self.words()}"
                said += piece
        ready: dict[str, Any] = json.loads(said.splitlines()[0])
        return ready
