"""A damaged spool: it never blocks the start, what is whole in it is read out, and no changed byte travels."""

import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.adapters.spool_file import crc
from edge.adapters.spool_salvage import salvaged
from edge.adapters.spool_schema import prepare
from edge.adapters.spool_sqlite import SqliteSpool
from tests.edge.fakes import FakeWitness, draft
from tests.edge.spools import BIG, everything, fill

RECORDS_OF_A_PAGE = 4_096 // 300


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


@pytest.mark.parametrize("junk", [b"", b"not a database", b"\x00" * 5_000, b"SQLite format 3\x00" + b"\xff" * 4_000])
def test_a_file_that_is_no_spool_is_set_aside_or_taken_over(path: Path, junk: bytes) -> None:
    path.write_bytes(junk)

    spool = SqliteSpool(path, BIG, FakeWitness())

    assert spool.put([draft()])[0].seq == 1
    assert [bad.read_bytes() for bad in spool.damaged] == ([junk] if junk else [])


def damage(path: Path, seed: int) -> int:
    """Cut the file at `path` somewhere, or flip some of its bits; return how many, 0 for a cut."""
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    flips = chance.choice((1, 1, 8, 64)) if seed % 4 else 0
    if not flips:
        del data[chance.randrange(1, len(data)) :]
    for _ in range(flips):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return flips


@pytest.mark.parametrize("first", range(0, 500, 50))
def test_a_damaged_file_never_blocks_the_start_nor_lets_a_changed_byte_travel(
    tmp_path: Path, path: Path, first: int
) -> None:
    before = {(record.stream, record.seq): record for record in fill(path)}
    sound = path.read_bytes()
    for seed in range(first, first + 50):
        path.write_bytes(sound)
        flips = damage(path, seed)

        spool = SqliteSpool(path, BIG, FakeWitness())
        found = everything(spool)
        (new,) = spool.put([draft(wall_ms=1_000)])

        # Every record that is there still says what it said; nothing new takes an old one's place.
        assert all(before[record.stream, record.seq] == record for record in found), seed
        assert (new.stream, new.seq) not in before, seed
        assert spool.damaged in ([], [path.with_name("spool.sqlite.bad")]), seed
        if len(found) < len(before):
            assert spool.gaps(), seed
        # A flipped bit costs one record, or at worst those of one page.
        assert flips == 0 or len(found) >= len(before) - flips * RECORDS_OF_A_PAGE, seed
        spool.close()
        for left in tmp_path.iterdir():
            left.unlink()


def test_a_file_without_its_first_page_gives_up_no_record_that_is_whole(path: Path) -> None:
    before = fill(path)
    data = bytearray(path.read_bytes())
    data[:4_096] = bytes(4_096)
    path.write_bytes(data)

    spool = SqliteSpool(path, BIG, FakeWitness())

    assert everything(spool) == sorted(before, key=lambda record: (record.kind == "telemetry", record.wall_ms))
    assert spool.damaged == [path.with_name("spool.sqlite.bad")]


@pytest.mark.parametrize("size", [10, 4_000, 4_060, 4_100, 9_000, 60_000])
def test_records_are_read_out_whatever_their_size_from_the_file_and_from_its_wal(path: Path, size: int) -> None:
    fill(path)
    spool = SqliteSpool(path, BIG, FakeWitness())
    later = spool.put([draft(size=size, wall_ms=n) for n in range(300, 310)])
    whole = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")}
    assert whole["-wal"]
    spool.close()

    for suffix, data in whole.items():
        Path(f"{path}.bad{suffix}").write_bytes(data)
    found = [record for record, checksum in salvaged(path.with_name("spool.sqlite.bad")) if crc(record) == checksum]

    assert set(later) <= set(found)
    assert len({record[:2] for record in found}) == 210


@given(data=st.binary(max_size=3 * 4_096), seed=st.integers(0, 1 << 32))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_out_without_an_error(tmp_path: Path, data: bytes, seed: int) -> None:
    bad = tmp_path / "any.bad"
    leaf = bytearray(data.ljust(8_192, b"\x0d"))
    for page in range(0, len(leaf), 4_096):
        leaf[page] = random.Random(seed + page).choice((0x0D, leaf[page]))
    bad.write_bytes(leaf)
    bad.with_name("any.bad-wal").write_bytes(data)

    assert [record for record, checksum in salvaged(bad) if crc(record) == checksum] == []


def test_a_power_cut_while_a_damaged_file_is_read_out_costs_nothing(path: Path) -> None:
    before = fill(path)
    path.rename(path.with_name("spool.sqlite.bad"))
    with sqlite3.connect(path) as db:
        prepare(db, "0" * 32)  # as far as it had come
    db.close()

    spool = SqliteSpool(path, BIG, FakeWitness())

    assert len(everything(spool)) == len(before)
    spool.forget(before[0].stream, [(1, 1 << 53)])
    left = len(everything(spool))
    spool.close()
    assert len(everything(SqliteSpool(path, BIG, FakeWitness()))) == left


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
