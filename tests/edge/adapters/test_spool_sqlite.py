"""What only a file can suffer: restarts, a second agent, damage; and who is told of what was accepted."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from edge.adapters.spool_sqlite import SqliteSpool
from edge.adapters.witness import FileWitness
from edge.errors import ConfigError, SpoolError
from edge.ports import Unsealed
from tests.edge.fakes import FakeWitness, draft
from tests.edge.spools import BIG, EVER, everything, fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


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


def test_a_file_of_the_first_version_is_taken_up_with_its_records_and_gaps(path: Path) -> None:
    fill(path)
    with sqlite3.connect(path, isolation_level=None) as db:
        for statement in (
            "DROP INDEX records_unsure",
            "ALTER TABLE records DROP COLUMN is_unsure",
            "DROP TABLE samples",
            "ALTER TABLE gaps DROP COLUMN from_ms",
            "ALTER TABLE gaps DROP COLUMN to_ms",
            "INSERT INTO gaps VALUES (3, 's-t', 1, 9, 9, 90, 'full')",
            "PRAGMA user_version = 0",
        ):
            db.execute(statement)
    db.close()

    spool = SqliteSpool(path, BIG, FakeWitness())

    assert len(everything(spool)) == 200
    assert all(record.is_sure for record in everything(spool))
    (gap,) = spool.gaps()
    assert gap[1:] == ("s-t", 1, 9, 9, 90, None, None, "full")
    assert spool.put([draft()])[0].seq == 181


def test_samples_that_were_held_are_there_after_a_restart_until_telemetry_is_put(path: Path) -> None:
    spool = SqliteSpool(path, BIG, FakeWitness())
    held = [Unsealed("boot-1", n, n, "synchronised", 2, bytes([n]) * 10) for n in range(3)]
    for unsealed in held:
        spool.hold(unsealed)
    spool.put([draft("urgent")])
    spool.close()

    again = SqliteSpool(path, BIG, FakeWitness())
    assert again.held() == held
    again.put([draft("telemetry")])

    assert again.held() == []


@pytest.mark.parametrize("change", ["boot_id = 'boot-2'", "mono_ms = 9", "wall_ms = 9", "samples = 9", "columns = 9"])
def test_samples_that_were_held_and_then_changed_on_the_disk_do_not_travel(path: Path, change: str) -> None:
    spool = SqliteSpool(path, BIG, FakeWitness())
    spool.hold(Unsealed("boot-1", 1, 1, "synchronised", 2, b"columns"))
    spool.close()
    with sqlite3.connect(path) as db:
        db.execute(f"UPDATE samples SET {change}")
    db.close()

    assert SqliteSpool(path, BIG, FakeWitness()).held() == []


@pytest.mark.parametrize("is_sure", [False, True])
def test_a_record_whose_clock_is_sure_only_on_a_damaged_disk_does_not_travel(path: Path, is_sure: bool) -> None:
    spool = SqliteSpool(path, BIG, FakeWitness())
    (record,) = spool.put([draft(is_sure=is_sure)])
    spool.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE records SET is_unsure = NOT is_unsure")
    db.close()

    again = SqliteSpool(path, BIG, FakeWitness())

    assert everything(again) == []
    assert [(gap.first_seq, gap.reason) for gap in again.gaps()] == [(record.seq, "damaged")]


def test_a_check_that_would_take_too_long_goes_row_by_row_and_finds_what_an_index_has_lost(path: Path) -> None:
    fill(path, 400)
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("PRAGMA writable_schema=ON")
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'records_by_age'").fetchone()
        page_bytes = db.execute("PRAGMA page_size").fetchone()[0]
        # An index of the same form, emptied behind the table's back.
        db.execute("CREATE TABLE other(id INTEGER PRIMARY KEY, lane TEXT, wall_ms INTEGER)")
        db.execute("CREATE INDEX empty ON other(lane, wall_ms, id)")
        (empty,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'empty'").fetchone()
        db.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'records_by_age'", (empty,))
    db.close()
    assert page_bytes == 4_096
    assert root != empty

    spool = SqliteSpool(path, BIG, FakeWitness(), check_bytes=0)
    with pytest.raises(SpoolError, match="an index does not know row 1"):
        everything(spool)

    assert len(everything(spool)) == 400
    assert spool.damaged == [path.with_name("spool.sqlite.bad")]


def test_a_check_that_would_take_too_long_is_done_to_its_end_while_rows_are_sent(path: Path) -> None:
    fill(path, 600)
    spool = SqliteSpool(path, BIG, FakeWitness(), check_bytes=0)

    spool.depth()
    looks = 0
    while not spool._file.is_checked:
        spool.waiting("t", after=EVER, limit=1, skip=frozenset())
        looks += 1
        assert looks < 10

    assert looks == 3
    assert spool.damaged == []


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
