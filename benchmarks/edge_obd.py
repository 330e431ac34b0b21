"""The agent against python-OBD: the same six PIDs of the same emulated car, each reader in a process of its own.

The car is ELM327-emulator's. python-OBD asks it as it always does, through an ELM327's text and one PID a request; the
agent asks the same ECUs by CAN frames, through an SLCAN adapter and a pty. Both must find the same values.

What to expect: the guard sends no more than ten requests a second by design, and the agent makes up for it in part by
asking six PIDs in one. python-OBD asks as fast as the adapter answers. So in samples per second the agent is slower,
and means to be: a car's bus is not a dongle's to fill. Where the guard's clock is stepped it never waits, and what is
compared is the work: ISO-TP with flow control, session, guard, agenda and plausibility here, text and units there.

A CPU share is milliseconds of CPU a second. python-OBD's is what its samples cost, times as many of them: the least it
could take. Ours of reading is a process that reads in real time, and also waits and looks at its clock in between. Ours
of all but the bus is the agent of `edge_car` with spool, batches and sealing, asking six PIDs that the simulated car
has; its bus costs nothing there, and what a python-can interface takes comes on top.

python-OBD is GPL-2.0, ELM327-emulator CC-BY-NC-SA-4.0: both run in processes and an environment of their own, made from
`peers.txt` below `var/benchmarks`, by hash; nothing here needs them, and nothing of them is in here.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.edge_car import driven
from benchmarks.edge_obd_processes import PeerError, Read, Reader, agent, installed, python_obd
from benchmarks.edge_obd_reader import PIDS, interpreter, log_to_stderr
from benchmarks.harness import Contestant, OutputsDifferError, Row, compare, wall
from contract import codec, columns
from contract.messages import TelemetryBatch

SAMPLES: Final = 420  # the longest cycle of the emulator's has 14 values
AT_PACE_SAMPLES: Final = 600  # ten seconds at ten requests of six
TURN_SAMPLES: Final = 60  # one second of it
PER_REQUEST: Final = "agent: samples per request on the bus, against python-OBD on an ELM327"
OBTAINED: Final = "agent: samples per second, the guard holding it to ten requests, against python-OBD unheld"
WORK: Final = "agent: samples per CPU-second of the reading process, its guard not waiting, against python-OBD"
READING: Final = (
    "agent: CPU share (ms) of reading at {:.1f} requests/s, python-OBD's at the same {:.0f} samples/s by ours"
)
WHOLE: Final = "agent: CPU share (ms) of all but the bus at {:.1f} requests/s, python-OBD's at {:.0f} samples/s by ours"
STEP_S: Final = 0.1  # the guard's clock for each request: ten a second, without waiting for it
DRIVE_S: Final = 120.5  # the second batch is sealed at 120
DRIVE_PIDS: Final = (0x0C, 0x0D, 0x05, 0x04, 0x0F, 0x1F)  # the simulated petrol car has these


def same(ours: Read, theirs: Read) -> bool:
    """Say whether both went through the same values of every PID; the emulator gives each one's in a cycle."""
    return within(ours, theirs) and within(theirs, ours)


def within(ours: Read, theirs: Read) -> bool:
    """Say whether ours, which may be too few for a cycle, are values of every PID that the peer has met too."""
    keys = {f"{pid:02X}" for pid in PIDS}
    return ours.values.keys() == theirs.values.keys() == keys and all(
        _cycle(ours, key) <= _cycle(theirs, key) for key in keys
    )


def _cycle(read: Read, key: str) -> set[float]:
    return {round(value, 6) for value in read.values[key]}


def own_cpu(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of one sample by its reader's own account; of anything else, wall seconds."""
    spent_s, result = wall(run)
    return (result.cpu_s / result.samples if isinstance(result, Read) else spent_s), result


def contestant(reader: Reader, samples: int = SAMPLES) -> Contestant:
    """Return `reader`, whose unit is one sample."""
    return Contestant(reader.name, lambda: None, lambda _: reader.read(samples), 1.0)


def counted(name: str, ours: float, peer: float, *, floor: float, target: float) -> Row:
    """Return the row of two rates that a clock sets, not the machine."""
    ratio = ours / peer
    return Row(name, ours, peer, ratio, ratio, ratio, floor, target, 1)


def drive(folder: Path) -> Read:
    """Return what the whole agent reads of six PIDs in two minutes of the stepped simulator, values not looked at."""
    asked = interpreter(DRIVE_PIDS)
    paths = {field.signal.path for command in asked.pid_commands for field in command.fields}
    with TemporaryDirectory(dir=folder) as inner:
        done = driven("service_due", Path(inner), DRIVE_S, asked=asked)
    batches = [message for _, payload in done.published if isinstance(message := codec.decode(payload), TelemetryBatch)]
    samples = sum(
        len(columns.samples(column, batch.mono_ms))
        for batch in batches
        for column in batch.columns
        if column.signal in paths
    )
    return Read(samples, done.requests, DRIVE_S, done.agent_s, {})


def as_shares(row: Row, samples_per_s: float) -> Row:
    """Return `row` with CPU milliseconds a second at `samples_per_s` in the place of samples per CPU-second."""
    ours, peer = (None if rate is None else 1e3 * samples_per_s / rate for rate in (row.ours, row.peer))
    return row._replace(ours=ours, peer=peer)


def at_pace(ours: Read, theirs: Read) -> list[Row]:
    """Return the rows of what each gets as it is used; raise `OutputsDifferError`."""
    if not same(ours, theirs):
        raise OutputsDifferError("outrider and python-OBD do not read the same values")
    asked = (one.samples / one.requests for one in (ours, theirs))
    obtained = (one.samples / one.wall_s for one in (ours, theirs))
    return [
        counted(PER_REQUEST, *asked, floor=4.0, target=6.0),
        counted(OBTAINED, *obtained, floor=0.005, target=0.1),
    ]


def reading(ours: Reader, peer: Reader, pace: Read) -> Row:
    """Return the row of CPU shares of reading at the guard's own pace, which is what `pace` found."""
    rate = pace.samples / pace.wall_s
    row = compare(
        READING.format(pace.requests / pace.wall_s, rate),
        contestant(ours, TURN_SAMPLES),
        contestant(peer),
        same=within,
        floor=0.3,
        target=1.0,
        stopwatch=own_cpu,
    )
    return as_shares(row, rate)


def whole(peer: Reader, folder: Path) -> Row:
    """Return the row of CPU shares of the whole agent, its bus apart, on the stepped simulator."""
    said = drive(folder)
    rate = said.samples / said.wall_s
    row = compare(
        WHOLE.format(said.requests / said.wall_s, rate),
        Contestant("outrider", lambda: None, lambda _: drive(folder), 1.0),
        contestant(peer),
        same=lambda mine, theirs: mine.samples == said.samples and theirs.samples >= SAMPLES,
        floor=0.5,
        target=1.5,
        stopwatch=own_cpu,
    )
    return as_shares(row, rate)


def rows() -> list[Row]:
    """Return the rows of this suite; none, said loudly, where the peers cannot be installed."""
    try:
        python = installed(Path(sys.prefix) / "bin" / "uv")
    except PeerError as error:
        print(f"edge_obd: NOT RUN, python-OBD and its emulated car cannot be installed: {error}", file=sys.stderr)
        return []
    with TemporaryDirectory() as name, ExitStack() as stack:
        folders = [Path(name) / part for part in ("peer", "guarded", "stepped", "drive")]
        for folder in folders:
            folder.mkdir()
        log_to_stderr()
        peer = stack.enter_context(python_obd(python, folders[0]))
        guarded = stack.enter_context(agent(python, folders[1], 0.0))
        stepped = stack.enter_context(agent(python, folders[2], STEP_S))
        pace = guarded.read(AT_PACE_SAMPLES)
        return [
            *at_pace(pace, peer.read(AT_PACE_SAMPLES)),
            compare(WORK, contestant(stepped), contestant(peer), same=same, floor=0.5, target=1.5, stopwatch=own_cpu),
            reading(guarded, peer, pace),
            whole(peer, folders[3]),
        ]
