"""Every log keeps the same promises."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cloud.log.adapters.memory import MemoryLog
from cloud.log.adapters.sqlite import SqliteLog
from cloud.log.ports import Clash, DeadLetter, Log, Partition, Record

OPENERS: dict[str, Callable[[Path], Log]] = {
    "memory": lambda _: MemoryLog(),
    "sqlite": lambda folder: SqliteLog(folder / "log.sqlite"),
}


@pytest.fixture(params=sorted(OPENERS))
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    opened = OPENERS[request.param](tmp_path)
    yield opened
    opened.close()


def record(seq: int, *, vehicle: str = "car-1", stream: str = "a-t", payload: bytes = b"p") -> Record:
    return Record(vehicle, stream, seq, "telemetry", 1_000 + seq, payload)


def test_what_was_appended_is_read_back_in_order_with_growing_offsets(log: Log) -> None:
    first = log.append([record(1, payload=b"one"), record(2, payload=b"two")])
    second = log.append([record(1, stream="b-u")])

    offsets = [place for place in (*first, *second) if isinstance(place, int)]
    assert len(offsets) == 3
    entries = log.read(0, 10)
    assert [entry.offset for entry in entries] == offsets == sorted(set(offsets))
    assert [entry[1:] for entry in entries] == [
        record(1, payload=b"one"),
        record(2, payload=b"two"),
        record(1, stream="b-u"),
    ]
    assert log.last_offset() == offsets[-1]


def test_a_key_is_stored_once_however_often_it_comes(log: Log) -> None:
    log.append([record(1)])

    again = log.append([record(1), record(2), record(2), record(1, vehicle="car-2")])

    assert [place is None for place in again] == [True, False, True, False]
    assert [(e.vehicle, e.seq) for e in log.read(0, 10)] == [("car-1", 1), ("car-1", 2), ("car-2", 1)]


def test_another_payload_under_a_taken_key_is_a_clash_and_the_first_stands(log: Log) -> None:
    (offset,) = log.append([record(1, payload=b"first")])

    places = log.append([record(1, payload=b"second")])

    assert isinstance(offset, int)
    assert places == [Clash(offset)]
    assert [entry.payload for entry in log.read(0, 10)] == [b"first"]


def test_reading_goes_on_after_an_offset_and_stops_at_a_limit(log: Log) -> None:
    log.append([record(seq) for seq in range(1, 6)])

    first = log.read(0, 2)
    rest = log.read(first[-1].offset, 10)

    assert [entry.seq for entry in first + rest] == [1, 2, 3, 4, 5]
    assert log.read(rest[-1].offset, 10) == []


def test_partitions_share_the_vehicles_without_gap_or_overlap(log: Log) -> None:
    log.append([record(1, vehicle=f"car-{n}") for n in range(40)])

    shares = [{e.vehicle for e in log.read(0, 100, Partition(share, 3))} for share in range(3)]

    assert all(shares)
    assert set.union(*shares) == {f"car-{n}" for n in range(40)}
    assert sum(map(len, shares)) == 40


def test_one_kind_may_be_asked_for(log: Log) -> None:
    log.append([record(1), record(2)._replace(kind="urgent"), record(3), record(4)._replace(kind="urgent")])

    assert [entry.seq for entry in log.read(0, 10, kind="urgent")] == [2, 4]
    assert [entry.seq for entry in log.read(0, 1, kind="urgent")] == [2]
    assert log.read(0, 10, kind="none") == []


def test_the_tail_is_one_vehicles_entries_after_an_offset(log: Log) -> None:
    log.append([record(1), record(1, vehicle="car-2"), record(2)])
    first = log.read(0, 1)[0].offset

    assert [entry.seq for entry in log.tail("car-1", first)] == [2]
    assert [entry.vehicle for entry in log.tail("car-2", 0)] == ["car-2"]


def test_the_last_of_a_stream_has_its_highest_seq(log: Log) -> None:
    log.append([record(3, payload=b"three"), record(1), record(9, stream="b-t")])

    last = log.last("car-1", "a-t")

    assert last is not None
    assert (last.seq, last.payload) == (3, b"three")
    assert log.last("car-1", "none-t") is None


def test_a_waiter_is_woken_by_an_append_and_gives_up_in_time(log: Log) -> None:
    assert not log.wait(0, 0.01)

    with ThreadPoolExecutor(1) as pool:
        woken = pool.submit(log.wait, 0, 30.0)
        log.append([record(1)])

        assert woken.result(timeout=10.0)


def test_a_consumers_offset_is_kept_and_never_goes_back(log: Log) -> None:
    assert log.committed("history") == 0

    log.commit("history", 7)
    log.commit("history", 3)

    assert log.committed("history") == 7
    assert log.committed("score") == 0


def test_refused_messages_are_kept_newest_first_with_their_reason(log: Log) -> None:
    letters = [DeadLetter(n, f"topic-{n}", "why", b"\xff") for n in range(3)]

    log.append([record(1)], letters)

    assert [letter._replace(id=0) for letter in log.dead_letters(2)] == [letters[2], letters[1]]


def test_refused_messages_have_numbers_by_which_they_are_forgotten(log: Log) -> None:
    log.append([], [DeadLetter(n, f"topic-{n}", "why", b"\xff") for n in range(3)])

    assert [letter.id for letter in log.dead_letters(9)] == [3, 2, 1]
    assert log.forget_dead_letters([1, 3, 7]) == 2
    assert [letter.topic for letter in log.dead_letters(9)] == ["topic-1"]
    log.append([], [DeadLetter(9, "later", "why", b"")])
    assert log.dead_letters(1)[0].id == 4
