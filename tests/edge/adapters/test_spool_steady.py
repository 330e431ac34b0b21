"""A full disk: nothing half kept, the agent lives on its memory, and moves back once there is room."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.adapters.spool_memory import MemorySpool
from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.spool_steady import RETRY_S, SteadySpool
from edge.errors import SpoolError
from tests.edge.fakes import FakeWitness, draft
from tests.edge.spools import BIG, everything


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of its own with 1 MiB of room."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("needs to mount a small file system, which only root may")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_on_a_disk_that_is_really_full_urgent_events_are_kept_and_all_moves_there_once_there_is_room(
    small_disk: Path,
) -> None:
    ballast = small_disk / "ballast"
    now_s = 0.0
    disk = SqliteSpool(small_disk / "spool.sqlite", BIG, FakeWitness())
    spool = SteadySpool(disk, 1 << 20, lambda: now_s)
    spool.put([draft("urgent", size=1_000)])
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(bytes(2 << 20))

    kept = [spool.put([draft("urgent", size=5_000, wall_ms=n)])[0] for n in range(1, 100)]
    assert spool.refusals == 1
    assert len(everything(spool)) == 100

    ballast.unlink()
    now_s += RETRY_S
    spool.put([draft("urgent", wall_ms=1_000)])

    assert {(r.stream, r.seq, r.payload) for r in kept} <= {(r.stream, r.seq, r.payload) for r in everything(disk)}
    assert len(everything(disk)) == 101
    spool.close()


def full(spool: SqliteSpool) -> None:
    """Let the disk under `spool` have no more room than the file takes now."""
    db = spool._file.db
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def roomy(spool: SqliteSpool) -> None:
    spool._file.db.execute("PRAGMA max_page_count = 1000000").fetchall()


def test_a_full_disk_keeps_nothing_of_a_group_and_all_of_what_was_there(path: Path) -> None:
    witness = FakeWitness()
    spool = SqliteSpool(path, BIG, witness)
    kept = spool.put([draft(wall_ms=1)])
    full(spool)

    with pytest.raises(SpoolError, match="full"):
        spool.put([draft("urgent", size=100_000)])

    assert everything(spool) == kept
    assert len(witness.seen) == 1
    roomy(spool)
    assert spool.put([draft("urgent", size=100_000)])[0].seq == 1


class Steady:
    """A steady spool on a disk that fills up, and its time."""

    def __init__(self, path: Path, ring_bytes: int = 1 << 20) -> None:
        self.now_s = 0.0
        self.witness = FakeWitness()
        self.disk = SqliteSpool(path, BIG, self.witness)
        self.spool = SteadySpool(self.disk, ring_bytes, lambda: self.now_s)


def test_while_the_disk_is_full_records_live_in_memory_and_are_not_witnessed(path: Path) -> None:
    steady = Steady(path)
    (on_disk,) = steady.spool.put([draft(wall_ms=1)])
    full(steady.disk)

    in_memory = steady.spool.put([draft("urgent", size=50_000, wall_ms=2), draft(size=50_000, wall_ms=3)])

    assert steady.spool.degraded
    assert steady.spool.refusals == 1
    assert {r.stream for r in in_memory}.isdisjoint({on_disk.stream})
    assert everything(steady.spool) == [in_memory[0], on_disk, in_memory[1]]
    assert [seen[:2] for seen in steady.witness.seen] == [(on_disk.stream, on_disk.seq)]


def test_once_there_is_space_again_the_memory_moves_to_the_disk_under_its_own_places(path: Path) -> None:
    steady = Steady(path)
    full(steady.disk)
    held = steady.spool.put([draft("urgent", size=50_000, wall_ms=2), draft(size=50_000, wall_ms=3)])

    roomy(steady.disk)
    steady.now_s += RETRY_S
    (after,) = steady.spool.put([draft(wall_ms=4)])

    assert not steady.spool.degraded
    assert everything(steady.disk) == [held[0], held[1], after]
    assert {seen[:2] for seen in steady.witness.seen} == {(r.stream, r.seq) for r in [*held, after]}


def test_a_full_disk_is_not_asked_for_every_message(path: Path) -> None:
    steady = Steady(path)
    full(steady.disk)

    for _ in range(50):
        steady.spool.put([draft("urgent", size=20_000)])

    assert steady.spool.refusals == 1


def test_a_full_memory_keeps_urgent_events_and_tells_what_it_gave_up(path: Path) -> None:
    steady = Steady(path, ring_bytes=100_000)
    full(steady.disk)

    urgent = steady.spool.put([draft("urgent", size=20_000)])
    for _ in range(10):
        steady.spool.put([draft(size=20_000, samples=2)])

    assert [r for r in everything(steady.spool) if r.kind == "urgent"] == urgent
    (gap,) = steady.spool.gaps()
    assert gap.messages is not None
    assert gap.messages >= 6
    assert gap.samples == 2 * gap.messages
    assert gap.reason == "full"
    steady.spool.put([], told=[gap.number])
    assert steady.spool.gaps() == []


def test_receipts_are_taken_while_the_disk_refuses(path: Path) -> None:
    steady = Steady(path)
    full(steady.disk)
    (held,) = steady.spool.put([draft("urgent", size=50_000)])

    assert steady.spool.forget(held.stream, [(1, 1)]) == 1

    assert everything(steady.spool) == []


def test_a_spool_that_cannot_be_opened_leaves_the_agent_its_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    disk = SqliteSpool(tmp_path / "file" / "spool.sqlite", BIG, FakeWitness())
    spool = SteadySpool(disk, 1 << 20, lambda: 0.0)

    records = spool.put([draft()])

    assert everything(spool) == records
    spool.close()


def test_two_memories_never_share_a_stream() -> None:
    (one,), (other,) = (MemorySpool(1 << 20).put([draft()]) for _ in range(2))

    assert one.stream != other.stream


def test_a_disk_that_cannot_be_read_is_asked_once_a_second_not_every_turn(path: Path) -> None:
    now_s = 0.0
    path.mkdir()
    disk = SqliteSpool(path, BIG, FakeWitness())
    spool = SteadySpool(disk, 1 << 20, lambda: now_s)

    for _ in range(50):
        assert spool.gaps() == []
        assert spool.depth() == (0, 0)
    assert spool.refusals == 1

    now_s += RETRY_S
    spool.gaps()
    assert spool.refusals == 2
