"""Starting the product's commands, hearing their one ready line, and ending them again by their own pid."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

BIN: Final = Path(sys.executable).parent
READY_S: Final = 60.0


class StartError(Exception):
    """A part of the demo did not come up; the message says which and where its log is."""


class Part:
    """One running command; its stderr goes to a log file."""

    def __init__(self, name: str, command: list[str], logs: Path, *, ready: bool) -> None:
        """Start `command`; where it announces itself with a JSON line on stdout, wait for that with `hear`."""
        self.name = name
        self.log = logs / f"{name}.log"
        self._ready = ready
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if ready else log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def hear(self) -> dict[str, Any]:
        """Return the ready line, or raise `StartError` when none comes within a minute."""
        stream = self._process.stdout
        if stream is None:
            raise StartError(f"{self.name} announces nothing")
        heard = b""
        deadline = time.monotonic() + READY_S
        with selectors.DefaultSelector() as waiter:
            waiter.register(stream, selectors.EVENT_READ)
            while not heard.endswith(b"\n"):
                if not waiter.select(max(0.0, deadline - time.monotonic())):
                    raise StartError(f"{self.name} was not ready within {READY_S:.0f} s; see {self.log}")
                piece = os.read(stream.fileno(), 65536)
                if not piece:
                    raise StartError(f"{self.name} ended before it was ready; its last words:\n{self._last_words()}")
                heard += piece
        said: dict[str, Any] = json.loads(heard.splitlines()[0])
        return said

    def ask_to_stop(self) -> None:
        """Send SIGTERM, once, if it still runs."""
        if self.alive:
            self._process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> bool:
        """Wait for the end; kill what has not ended by then and return False."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5.0)
            return False
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()
        return True

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def run(command: list[str], log: Path) -> None:
    """Run `command` to its end, or raise `StartError` with what it said."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False, timeout=READY_S
    )
    log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise StartError(f"{' '.join(command[:3])} failed:\n{(done.stderr or done.stdout).strip()[-800:]}")


def stop(parts: list[Part], seconds: float) -> list[str]:
    """Ask all of `parts` to stop, wait for each, and return the names of those that had to be killed."""
    for part in parts:
        part.ask_to_stop()
    return [part.name for part in parts if not part.wait(seconds)]
