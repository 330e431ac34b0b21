"""The agent as a process of its own: its settings, its car on a pty, its witness, and its end by signal."""

import hashlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import tty
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.obd.frames import CanFrame
from tests.edge.brokers import eventually
from tests.edge.car import Ecu


class SlcanCar:
    """A car behind an slcan adapter on a pty: answers like `Ecu`, in real time, and counts what reached its bus."""

    def __init__(self) -> None:
        self.ecu = Ecu()
        self.requests = 0
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def close(self) -> None:
        os.write(self._stop_write, b"x")
        self._thread.join(5.0)
        for file in (self._master, self._slave, self._stop_read, self._stop_write):
            os.close(file)

    def _live(self) -> None:
        buffer = b""
        while True:
            readable, _, _ = select.select([self._master, self._stop_read], [], [])
            if self._stop_read in readable:
                return
            buffer += os.read(self._master, 4096)
            *lines, buffer = buffer.split(b"\r")
            for line in lines:
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        if not line.startswith(b"t"):
            return
        frame = CanFrame(int(line[1:4], 16), False, bytes.fromhex(line[5:].decode()))
        self.requests += 1
        for answer in self.ecu.answer(frame):
            os.write(self._master, b"t%03X%d%s\r" % (answer.can_id, len(answer.data), answer.data.hex().encode()))


class Process:
    """`outrider-edge run` over a folder that outlives it, so that it can be killed and started again."""

    def __init__(self, folder: Path, car: SlcanCar, port: int, *, clock: str = "real", **mqtt: object) -> None:
        self.folder = folder
        self.supply = folder / "supply_mv"
        self.supply.write_text("14200")
        self.settings = folder / "car.toml"
        spoken: dict[str, object] = {"host": "127.0.0.1", "port": port, "protocol": "3.1.1"} | mqtt
        tables: dict[str, dict[str, object]] = {
            "bus": {"interface": "slcan", "channel": car.path},
            "mqtt": spoken,
            "spool": {"path": str(folder / "spool.sqlite")},
            "supply": {"source": f"iio:{self.supply}"},
        }
        lines = ['vehicle = "car-1"', f'clock = "{clock}"', 'signal_sets = ["sae-j1979"]']
        lines.append(f'witness = "{folder / "witness.jsonl"}"')
        for name, rows in tables.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())]
        self.settings.write_text("\n".join(lines) + "\n")
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        with (self.folder / "log.jsonl").open("ab") as log:
            command: list[str | Path] = [sys.executable, "-m", "edge", "run", "--config", self.settings, "--json"]
            self.running = subprocess.Popen(command, stderr=log, cwd=Path(__file__).resolve().parents[2])
        return self

    def wait_accepted(self) -> None:
        """Wait until one record more than now has been accepted."""
        before = len(self.witnessed())
        eventually(lambda: len(self.witnessed()) > before)

    def end(self, by: signal.Signals) -> int:
        """Send `by` and return the exit status."""
        assert self.running is not None
        self.running.send_signal(by)
        status = self.running.wait(20.0)
        self.running = None
        return status

    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "log.jsonl").read_bytes().splitlines()
        return [json.loads(line) for line in lines if line.startswith(b"{")]

    def witnessed(self) -> dict[tuple[str, int], str]:
        """Return the digest of every record that was accepted, by its place; a line cut by a kill is not whole."""
        found = {}
        with suppress(FileNotFoundError):
            for line in (self.folder / "witness.jsonl").read_bytes().splitlines(keepends=True):
                if line.endswith(b"}\n"):
                    row = json.loads(line)
                    found[row["stream"], row["seq"]] = row["sha256"]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.wait(20.0)


def digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()
