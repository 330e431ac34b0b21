"""What only a file can suffer: restarts, a second agent, damage, a full disk; and who is told of what was accepted."""

import hashlib
import json
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.adapters.spool_memory import MemorySpool
from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.spool_steady import RETRY_S, SteadySpool
from edge.adapters.witness import FileWitness
from edge.errors import ConfigError, SpoolError
from edge.ports import Kind, Record, Spool
from tests.edge.fakes import FakeWitness, draft

BIG = 1 << 24
EVER = -(1 << 62)


def everything(spool: Spool) -> list[Record]:
    return [r for lane in ("u", "t") for r in spool.waiting(lane, after=EVER, limit=10_000, skip=frozenset())]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


def fill(path: Path, count: int = 200) -> list[Record]:
    """Return the records of a closed spool file at `path`, put in groups."""
    spool = SqliteSpool(path, BIG, FakeWitness())
    kinds: list[Kind] = ["urgent" if n % 10 == 0 else "telemetry" for n in range(count)]
    drafts = [draft(kind, size=300, wall_ms=n) for n, kind in enumerate(kinds)]
    records = [record for n in range(0, count, 20) for record in spool.put(drafts[n : n + 20])]
    spool.close()
    return records


def test_a_restart_goes_on_with_the_same_streams_and_the_next_seq(path: Path) -> None:
    before = fill(path, 20)

    spool = SqliteSpool(path, BIG, FakeWitness())
    (after,) = spool.put([draft("telemetry", wall_ms=99)])

    last = max(record.seq for record in before if record.kind == "telemetry")
    assert (after.stream, after.seq) == (before[1].stream, last + 1)
    assert {(r.stream, r.seq, r.payload) for r in everything(spool)} == {
        (r.stream, r.seq, r.payload) for r in [*before, after]
    }


def test_the_file_is_made_to_survive_a_power_cut(path: Path) -> None:
    spool = SqliteSpool(path, BIG, FakeWitness())
    spool.put([draft()])

    db = spool._file.db
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_second_agent_on_the_same_file_is_sent_away(path: Path) -> None:
    first = SqliteSpool(path, BIG, FakeWitness())
    first.put([draft()])

    with pytest.raises(ConfigError, match="another agent"):
        SqliteSpool(path, BIG, FakeWitness()).put([draft()])

    first.put([draft()])


def test_the_witness_is_told_after_the_commit_and_of_nothing_else(path: Path) -> None:
    witness = FakeWitness()
    spool = SqliteSpool(path, BIG, witness)

    records = spool.put([draft(samples=3), draft("urgent", samples=0)])

    assert witness.seen == [(r.stream, r.seq, r.payload, r.samples) for r in records]


def test_the_witness_file_holds_one_json_line_for_each_record(tmp_path: Path, path: Path) -> None:
    spool = SqliteSpool(path, BIG, FileWitness(tmp_path / "witness.jsonl", "car-1"))

    records = spool.put([draft(samples=3), draft("urgent", samples=0)])

    assert [json.loads(line) for line in (tmp_path / "witness.jsonl").read_text().splitlines()] == [
        {
            "vehicle": "car-1",
            "stream": r.stream,
            "seq": r.seq,
            "sha256": hashlib.sha256(r.payload).hexdigest(),
            "samples": r.samples,
        }
        for r in records
    ]


@pytest.mark.parametrize("junk", [b"", b"not a database", b"\x00" * 5_000, b"SQLite format 3\x00" + b"\xff" * 4_000])
def test_a_file_that_is_no_spool_is_set_aside_or_taken_over(path: Path, junk: bytes) -> None:
    path.write_bytes(junk)

    spool = SqliteSpool(path, BIG, FakeWitness())

    assert spool.put([draft()])[0].seq == 1
    assert [bad.read_bytes() for bad in spool.damaged] == ([junk] if junk else [])


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_never_blocks_the_start_nor_lets_a_changed_byte_travel(path: Path, seed: int) -> None:
    before = {(record.stream, record.seq): record for record in fill(path)}
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    if seed % 4 == 0:
        del data[chance.randrange(1, len(data)) :]
    else:
        for _ in range(chance.choice((1, 1, 8, 64))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)

    spool = SqliteSpool(path, BIG, FakeWitness())
    found = everything(spool)
    (new,) = spool.put([draft(wall_ms=1_000)])

    # Every record that is there still says what it said; nothing new takes an old one's place.
    assert all(before[record.stream, record.seq] == record for record in found)
    assert (new.stream, new.seq) not in before
    if spool.damaged:
        assert spool.damaged == [path.with_name("spool.sqlite.bad")]
    if len(found) < len(before):
        assert spool.damaged or spool.gaps()


def test_one_damaged_page_costs_only_what_was_on_it(path: Path) -> None:
    before = fill(path, 400)
    page_bytes = 4_096
    data = bytearray(path.read_bytes())
    pages = len(data) // page_bytes
    middle = pages // 2 * page_bytes
    data[middle : middle + page_bytes] = b"\xa5" * page_bytes
    path.write_bytes(data)

    spool = SqliteSpool(path, BIG, FakeWitness())
    found = everything(spool)

    assert spool.damaged
    assert len(found) >= len(before) - 2 * page_bytes // 300
    (gap, *_) = spool.gaps()
    assert gap.reason == "damaged"


def test_a_new_stream_begins_after_damage(path: Path) -> None:
    before = fill(path, 20)
    path.write_bytes(b"gone")

    (record,) = SqliteSpool(path, BIG, FakeWitness()).put([draft()])

    assert record.stream not in {old.stream for old in before}


def test_a_flipped_bit_in_a_payload_is_given_up_and_told_of(path: Path) -> None:
    fill(path, 20)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE records SET payload = x'00' || substr(payload, 2) WHERE seq = 5 AND lane = 't'")
    db.close()

    spool = SqliteSpool(path, BIG, FakeWitness())

    assert 5 not in [record.seq for record in everything(spool) if record.kind == "telemetry"]
    (gap,) = spool.gaps()
    assert (gap.first_seq, gap.last_seq, gap.messages, gap.reason) == (5, 5, 1, "damaged")


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
