"""Spools with something in them."""

from pathlib import Path
from typing import Final

from edge.adapters.spool_sqlite import SqliteSpool
from edge.ports import Kind, Record, Spool
from tests.edge.fakes import FakeWitness, draft

BIG: Final = 1 << 24
EVER: Final = -(1 << 62)


def everything(spool: Spool) -> list[Record]:
    return [r for lane in ("u", "t") for r in spool.waiting(lane, after=EVER, limit=10_000, skip=frozenset())]


def fill(path: Path, count: int = 200) -> list[Record]:
    """Return the records of a closed spool file at `path`, put in groups."""
    spool = SqliteSpool(path, BIG, FakeWitness())
    kinds: list[Kind] = ["urgent" if n % 10 == 0 else "telemetry" for n in range(count)]
    drafts = [draft(kind, size=300, wall_ms=n) for n, kind in enumerate(kinds)]
    records = [record for n in range(0, count, 20) for record in spool.put(drafts[n : n + 20])]
    spool.close()
    return records
