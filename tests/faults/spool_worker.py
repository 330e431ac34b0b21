"""The spool at work under the shim, as a process of its own: `python -m tests.faults.spool_worker MODE FOLDER ...`.

`trace` works on a spool at random, some of its syncs failing, and has every change written down. `every` runs one
short life of the agent's spool again and again, failing its first file operation, then its second, until each has
failed once.
"""

import errno
import json
import random
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.spool_steady import RETRY_S, SteadySpool
from edge.errors import SpoolError
from edge.ports import Draft, Kind, Record, Spool
from tests.support import disk_faults
from tests.support.disk_faults import Shim

BIG: Final = 1 << 30
RING_BYTES: Final = 1 << 20
EVER: Final = -(1 << 62)
KINDS: Final[tuple[Kind, ...]] = ("telemetry", "telemetry", "telemetry", "urgent", "dtc")
ANYTHING: Final = disk_faults.CHANGES | disk_faults.READ
# how -> errno, which calls, whether all later ones fail too, whether a write is merely short
FAILURES: Final[dict[str, tuple[int, int, bool, bool]]] = {
    "EIO once": (errno.EIO, ANYTHING, False, False),
    "EIO from then on": (errno.EIO, ANYTHING, True, False),
    "disk full from then on": (errno.ENOSPC, disk_faults.CHANGES & ~disk_faults.NAME, True, False),
    "read-only from then on": (errno.EROFS, disk_faults.CHANGES & ~disk_faults.SYNC, True, False),
    "short write": (errno.ENOSPC, disk_faults.WRITE, False, True),
    "short write and full": (errno.ENOSPC, disk_faults.WRITE, True, True),
    "sync fails": (errno.EIO, disk_faults.SYNC, False, False),
}


def payload(stream: str, seq: int) -> bytes:
    """Return what the record at this place holds: any reader can say whether it is whole."""
    size = random.Random(seq).choice((60, 300, 1_500, 6_000))
    return random.Random(f"{stream} {seq}").randbytes(size)


def draft(kind: Kind, wall_ms: int) -> Draft:
    """Return a draft that becomes `payload` at its place."""
    return Draft(kind, payload, 1, wall_ms)


class Marks:
    """A `Witness` that writes into the trace what was accepted."""

    def __init__(self, shim: Shim) -> None:
        self._shim = shim

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        self._shim.mark(f"accepted {stream} {seq}")


class Ledger:
    """A `Witness` that keeps the places of what was accepted, and the checksums."""

    def __init__(self) -> None:
        self.accepted: dict[tuple[str, int], int] = {}

    def saw(self, stream: str, seq: int, payload: bytes, samples: int) -> None:
        self.accepted[stream, seq] = zlib.crc32(payload)


def everything(spool: Spool) -> list[Record]:
    """Return all that waits."""
    return [r for lane in ("u", "t") for r in spool.waiting(lane, after=EVER, limit=100_000, skip=frozenset())]


def work(folder: Path, trace: Path, seed: int, rounds: int, *, careless: bool) -> None:
    """Put, forget and reopen at random; `careless` turns off the syncs, so that something can be found."""
    chance, shim, path = random.Random(seed), Shim(), folder / "spool.sqlite"
    shim.watch(folder, trace)
    spool = SqliteSpool(path, BIG, Marks(shim))
    for number in range(rounds):
        if careless:
            spool._file.db.execute("PRAGMA synchronous=OFF")
        elif chance.random() < 0.1:
            shim.arm(chance.randint(1, 3), errno.EIO, disk_faults.SYNC, stays=chance.random() < 0.5)
        with suppress(SpoolError):
            turn(spool, chance, shim, number)
        shim.arm(0, 0, 0)
        if chance.random() < 0.05:
            spool.close()
            spool = SqliteSpool(path, BIG, Marks(shim))


def turn(spool: SqliteSpool, chance: random.Random, shim: Shim, number: int) -> None:
    """Do one thing that the agent does."""
    if chance.random() < 0.75:
        spool.put([draft(chance.choice(KINDS), number) for _ in range(chance.randint(1, 6))])
        return
    for record in everything(spool)[: chance.randint(1, 10)]:
        shim.mark(f"given up {record.stream} {record.seq}")
        spool.forget(record.stream, [(record.seq, record.seq)])


def life(folder: Path, shim: Shim, nth: int, how: str) -> dict[str, Any]:
    """Live through one failure and what follows; return what went wrong, {} if nothing did."""
    error, kinds, stays, is_short = FAILURES[how]
    now_s, ledger, path = 0.0, Ledger(), folder / "spool.sqlite"

    def opened() -> SteadySpool:
        return SteadySpool(SqliteSpool(path, BIG, ledger), RING_BYTES, lambda: now_s)

    spool = opened()
    shim.arm(nth, error, kinds, stays=stays, is_short=is_short)
    put: list[Record] = []
    for number in range(6):
        put += spool.put([draft(kind, number) for kind in KINDS[: 1 + number % len(KINDS)]])
        now_s += RETRY_S
        missing = {r[:2] for r in put} - {r[:2] for r in everything(spool)}
        if missing and not spool.degraded:
            return {"while it fails": len(missing)}
    reached = shim.calls >= nth
    shim.arm(0, 0, 0)
    now_s += RETRY_S
    put += spool.put([draft("urgent", 7)])  # the disk is well again, and nobody has restarted anything
    if spool.degraded:
        return {"not well again": nth}
    spool.close()
    spool = opened()
    held = {r[:2]: r for r in everything(spool)}
    if lost := {r[:2] for r in put} - held.keys():
        return {"lost": len(lost)}
    if spoilt := [r for r in put if held[r[:2]] != r]:
        return {"spoilt": len(spoilt)}
    if unseen := held.keys() - {r[:2] for r in put}:
        return {"stored though it was refused": len(unseen)}
    if {r[:2] for r in put} != ledger.accepted.keys():
        return {"witnessed and kept differ": len(ledger.accepted)}
    spool.close()
    return {} if reached else {"over": nth}


def every(folder: Path, how: str) -> dict[str, Any]:
    """Fail the first operation, then the second, … until a life ends before the n-th; return how many there were."""
    shim, nth, wrong = Shim(), 0, list[dict[str, Any]]()
    while True:
        nth += 1
        own = folder / str(nth)
        own.mkdir()
        shim.watch(own)
        found = life(own, shim, nth, how)
        if "over" in found:
            return {"operations": nth - 1, "wrong": wrong}
        if found:
            wrong.append({"nth": nth, **found})


def main() -> None:
    """Do what was asked for and print one JSON object."""
    mode, folder, *rest = sys.argv[1:]
    if mode == "every":
        print(json.dumps(every(Path(folder), rest[0])))
        return
    trace, seed, rounds, *careless = rest
    work(Path(folder), Path(trace), int(seed), int(rounds), careless=bool(careless))
    print(json.dumps({"seed": int(seed)}))


if __name__ == "__main__":
    main()
