"""What only a file can suffer: restarts, a second agent, damage; and who is told of what was accepted."""

import hashlib
import json
import random
import sqlite3
from pathlib import Path

import pytest

from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.witness import FileWitness
from edge.errors import ConfigError
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
