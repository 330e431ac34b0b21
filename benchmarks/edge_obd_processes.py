"""The processes of `edge_obd`: the emulated car, and those who read it, each told what to read line by line."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from firmware_sim.adapters.pty_pair import CrossedSerial

ROOT: Final = Path(__file__).resolve().parent.parent
PINS: Final = ROOT / "benchmarks" / "peers.txt"
HOME: Final = ROOT / "var" / "benchmarks" / "peers"
EMULATOR: Final = "elm327-emulator"
INSTALL_S: Final = 300.0
DEADLINE_S: Final = 20.0


class PeerError(Exception):
    """A peer cannot be installed or does not answer; the text says why."""


class Read(NamedTuple):
    """What a reader has read: seconds are its own process's, `values` are by PID in the order of reading."""

    samples: int
    requests: int
    wall_s: float
    cpu_s: float
    values: Mapping[str, list[float]]


class Reader:
    """A process that reads samples on demand."""

    def __init__(self, name: str, command: list[str], folder: Path = ROOT) -> None:
        """Start it, and return when it has found the car; raise `PeerError`."""
        self.name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder)
        try:
            self._said()
        except PeerError:
            self.close()
            raise

    def read(self, samples: int) -> Read:
        """Return `samples` samples, or a few more; raise `PeerError`."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            print(samples, file=self._process.stdin, flush=True)
        return Read(**self._said())

    def close(self) -> None:
        """End it."""
        with suppress(BrokenPipeError):
            self._process.communicate()

    def _said(self) -> dict[str, Any]:
        """Return its next line; it has a deadline of its own, so that its end is waited for and nothing else."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PeerError(f"{self.name} has ended; what it said stands above")
        said: dict[str, Any] = json.loads(line)
        return said


def installed(uv: Path, home: Path = HOME, pins: Path = PINS) -> Path:
    """Return the Python of an environment in `home` with exactly what `pins` names; raise `PeerError`."""
    python = home / "bin" / "python"
    if not python.exists():
        _run([str(uv), "venv", "--quiet", "--python", sys.executable, str(home)])
    # The emulator comes as source only; what builds it is pinned too.
    sync = [str(uv), "pip", "sync", "--quiet", "--require-hashes", "--only-binary=:all:", f"--no-binary={EMULATOR}"]
    _run([*sync, "--build-constraints", str(pins), "--python", str(python), str(pins)])
    return python


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=INSTALL_S)
    except subprocess.CalledProcessError as error:
        raise PeerError(str(error.stderr).strip() or f"{command[0]} ended with {error.returncode}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(str(error)) from error


@contextmanager
def emulator(python: Path, folder: Path, *options: str, until: str) -> Iterator[list[str]]:
    """Run the emulated car and yield the lines that it has said up to the one with `until`; raise `PeerError`."""
    said = folder / "said.txt"
    command = [str(python), "-m", "elm", "-s", "car", "-b", str(said), *options]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
    try:
        yield _lines(process, said, until)
    finally:
        process.terminate()
        try:
            process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _lines(process: subprocess.Popen[bytes], said: Path, until: str) -> list[str]:
    deadline_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline_s and process.poll() is None:
        text = said.read_text() if said.exists() else ""
        lines = text[: text.rfind("\n") + 1].splitlines()
        if any(until in line for line in lines):
            return lines
        time.sleep(0.05)
    raise PeerError(f"the emulated car does not start: {(said.parent / 'log.txt').read_text()[-500:]}")


@contextmanager
def agent(python: Path, folder: Path, step_s: float) -> Iterator[Reader]:
    """Yield the agent before a car of its own, each request moving the guard's clock on by `step_s`."""
    with (
        CrossedSerial() as line,
        emulator(python, folder, "-c", line.near, until="(SLCAN) started"),
    ):
        command = [sys.executable, "-m", "benchmarks.edge_obd_reader", line.far, str(step_s)]
        reader = Reader("outrider", command)
        try:
            yield reader
        finally:
            reader.close()


@contextmanager
def python_obd(python: Path, folder: Path) -> Iterator[Reader]:
    """Yield python-OBD before a car of its own."""
    with emulator(python, folder, until="/dev/") as lines:
        (path, *_) = (line for line in lines if line.startswith("/dev/"))
        script = str(ROOT / "benchmarks" / "peers" / "python_obd.py")
        reader = Reader("python-OBD", [str(python), script, path], folder)
        try:
            yield reader
        finally:
            reader.close()
