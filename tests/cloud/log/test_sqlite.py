"""The embedded log survives what a machine does to it."""

import multiprocessing
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from cloud.errors import LogError
from cloud.log.adapters.sqlite import MAX_DEAD_BYTES, SqliteLog
from cloud.log.ports import DeadLetter, Record, slot_of


def record(seq: int, payload: bytes = b"p") -> Record:
    return Record("car-1", "a-t", seq, "telemetry", 1_000, payload)


def _append_until_killed(path: Path, acknowledged: "multiprocessing.Queue[int]") -> None:
    log = SqliteLog(path)
    seq = 0
    while True:
        seq += 1
        log.append([record(seq)])
        acknowledged.put(seq)


def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    context = multiprocessing.get_context("spawn")
    acknowledged: multiprocessing.Queue[int] = context.Queue()
    writer = context.Process(target=_append_until_killed, args=(path, acknowledged))
    writer.start()
    last = 0
    while last < 50:
        last = acknowledged.get(timeout=30.0)

    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join(10.0)

    seqs = [entry.seq for entry in SqliteLog(path).read(0, 1_000_000)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) >= last


def test_entries_of_another_opener_of_the_file_are_seen_and_wake_a_waiter(tmp_path: Path) -> None:
    writer = SqliteLog(tmp_path / "log.sqlite")
    reader = SqliteLog(tmp_path / "log.sqlite")

    writer.append([record(1)])

    assert reader.wait(0, 5.0)
    assert [entry.seq for entry in reader.read(0, 10)] == [1]


def test_a_full_disk_stores_nothing_of_the_call_and_is_met_again_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = SqliteLog(path, max_bytes=100_000)

    def fill() -> None:
        for seq in range(1, 100):
            log.append([record(seq, payload=bytes(4_096))])

    with pytest.raises(LogError, match="full"):
        fill()

    stored = [entry.seq for entry in log.read(0, 1_000)]
    assert stored == list(range(1, len(stored) + 1))

    log.close()
    roomy = SqliteLog(path)
    roomy.append([record(len(stored) + 1)])
    assert roomy.read(0, 1_000)[-1].seq == len(stored) + 1


def test_a_database_locked_by_another_is_a_log_error_and_stores_nothing(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite", busy_s=0.05)
    other = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(LogError, match="locked"):
        log.append([record(1)])
    other.execute("ROLLBACK")
    other.close()

    assert log.append([record(1)]) == [1]


def test_a_log_of_a_newer_layout_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()

    with pytest.raises(LogError, match="layout 99"):
        SqliteLog(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(LogError, match="cannot open"):
        SqliteLog(path)


def test_only_the_beginning_of_a_huge_refused_message_is_kept(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")

    log.append([], [DeadLetter(1, "t", "too large", bytes(MAX_DEAD_BYTES * 2))])

    assert len(log.dead_letters(1)[0].payload) == MAX_DEAD_BYTES


def test_a_vehicles_slot_never_changes() -> None:
    assert [slot_of(vehicle) for vehicle in ("car-1", "car-2", "x")] == [13, 439, 643]
