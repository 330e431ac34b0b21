"""Power cuts: the spool opened on what the disk may hold at any moment of its work."""

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from edge.adapters.spool_sqlite import SqliteSpool
from edge.ports import Record
from tests.edge.fakes import FakeWitness
from tests.faults.spool_worker import BIG, draft, everything, payload
from tests.support.disk_faults import Change, Disk, read_trace

Place = tuple[str, int]


class Cut(NamedTuple):
    """What one power cut did: `why` is empty when nothing that was accepted is missing, changed or in the way."""

    at: int
    accepted: int
    why: str


class Promise:
    """What the spool has promised so far, as the marks in its trace say."""

    def __init__(self) -> None:
        self.accepted: set[Place] = set()
        self.given_up: set[Place] = set()

    def take(self, change: Change) -> None:
        """Note a mark."""
        if change.op == "M":
            *words, stream, seq = change.path.split(" ")
            (self.accepted if words == ["accepted"] else self.given_up).add((stream, int(seq)))


def cuts(folder: Path, trace: Path, number: int, seed: int) -> Iterator[Cut]:
    """Cut the power at `number` random moments of `trace`, whose spool was in `folder`; yield what came of each."""
    chance = random.Random(seed)
    changes = list(read_trace(trace))
    moments = sorted(chance.randrange(1, len(changes) + 1) for _ in range(number))
    disk, promise, done = Disk(folder), Promise(), 0
    for moment in moments:
        for change in changes[done:moment]:
            disk.take(change)
            promise.take(change)
        done = moment
        with TemporaryDirectory(dir=folder.parent) as place:
            disk.cut(chance, Path(place))
            yield Cut(moment, len(promise.accepted), _verdict(Path(place), promise))


def _verdict(place: Path, promise: Promise) -> str:
    spool = SqliteSpool(place / "spool.sqlite", BIG, FakeWitness())
    held: dict[Place, Record] = {(r.stream, r.seq): r for r in everything(spool)}
    after = spool.put([draft("telemetry", 1), draft("urgent", 1)])
    damaged = spool.damaged
    spool.close()
    if lost := promise.accepted - promise.given_up - held.keys():
        return f"{len(lost)} of {len(promise.accepted)} accepted records are lost"
    if any(record.payload != payload(record.stream, record.seq) for record in held.values()):
        return "a record is not what was sealed"
    if any((record.stream, record.seq) in promise.accepted for record in after):
        return "a seq was used twice"
    return "the file was called damaged" if damaged else ""
