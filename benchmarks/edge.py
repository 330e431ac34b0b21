"""What an hour of driving costs on the wire and in memory, and how long the agent takes to start.

Bytes and memory are counted, not timed, so their rows have one round and no interval. JSON is what gateways without a
contract send: one record a sample, without the topic and the packet around it, which a batch also saves.
"""

import json
import subprocess
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.edge_car import HOUR_S, Drive, driven
from benchmarks.harness import Contestant, Row, compare
from contract import codec, columns
from contract.messages import TelemetryBatch

MOST_MIB: Final = 60.0
LIBRARIES: Final = "import can, can.interfaces.slcan, msgspec, paho.mqtt.client, sqlite3, ssl, structlog"
CONFIG: Final = """
vehicle = "car"
signal_sets = ["sae-j1979", "e-gmp"]
bus = {interface = "virtual", channel = "benchmark"}
mqtt = {host = "localhost", port = 1883}
spool = {path = "spool.sqlite"}
"""


def records(batch: TelemetryBatch) -> bytes:
    """Return every sample of `batch` as a line of JSON."""
    lines = []
    for column in batch.columns:
        for sample in columns.samples(column, batch.mono_ms):
            wall_ms = batch.wall_ms - batch.mono_ms + sample.mono_ms
            value = float(f"{sample.value:.9g}") if not sample.validity else None
            said = {"vehicle": batch.vehicle, "t": wall_ms, "signal": column.signal, "ecu": column.ecu, "value": value}
            lines.append(json.dumps(said, separators=(",", ":")).encode())
    return b"\n".join(lines)


def counted(name: str, ours: float, peer: float, *, floor: float, target: float) -> Row:
    """Return the row of two counts: `peer` for each `ours`."""
    ratio = peer / ours
    return Row(name, ours, peer, ratio, ratio, ratio, floor, target, 1)


def wire(done: Drive) -> list[Row]:
    """Return the rows of bytes on the wire, all that was published against its samples as JSON."""
    batches = [message for _, payload in done.published if isinstance(message := codec.decode(payload), TelemetryBatch)]
    ours = float(sum(len(payload) for _, payload in done.published))
    said = [records(batch) for batch in batches]
    plain = float(sum(map(len, said)))
    deflated = float(sum(len(zlib.compress(text, 9)) for text in said))
    return [
        counted("agent: bytes of an hour's drive, JSON per sample by ours", ours, plain, floor=15.0, target=100 / 3),
        counted("agent: bytes of an hour's drive, zlib of that JSON by ours", ours, deflated, floor=1.4, target=10 / 3),
    ]


def memory() -> Row:
    """Return the row of the memory of a process that has driven for an hour, simulator included."""
    command = [sys.executable, "-m", "benchmarks.edge_car", str(HOUR_S)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    if said["numpy"]:
        raise AssertionError("the agent has imported numpy")
    return counted("agent: MiB after an hour's drive, 60 by ours", said["rss_mib"], MOST_MIB, floor=1.0, target=1.2)


def start_up(folder: Path) -> Row:
    """Return the row of the time to read everything it is told, against importing the libraries alone."""
    config = folder / "agent.toml"
    config.write_text(CONFIG)

    def run(words: Sequence[str]) -> int:
        return subprocess.run([sys.executable, *words], capture_output=True, check=True).returncode

    ours = Contestant("outrider", lambda: None, lambda _: run(["-m", "edge", "check-config", str(config)]), 1.0)
    peer = Contestant("libraries", lambda: None, lambda _: run(["-c", LIBRARIES]), 1.0)
    name = "agent: start-up, settings and sets read, by imports alone"
    return compare(name, ours, peer, same=lambda mine, theirs: mine == theirs, floor=0.4, target=0.7)


def rows() -> list[Row]:
    """Return the rows of this suite."""
    with TemporaryDirectory() as folder:
        done = driven("healthy", Path(folder))
        return [*wire(done), memory(), start_up(Path(folder))]
