"""What is in the log is in the history, once, wherever the last flush was and whatever was killed."""

import random
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from cloud.errors import HistoryError
from cloud.history.adapters.parquet import CROWD, ParquetHistory
from cloud.history.consumer import CONSUMER, HistoryConsumer
from cloud.history.rows import DAY_MS
from cloud.log.adapters.memory import MemoryLog
from cloud.log.ports import Record
from tests.cloud.ingest.fakes import SetClock
from tests.support import made

SPEED = "Vehicle.Speed"
FOR_EVER = (0, 1 << 60)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def history(tmp_path: Path, log: MemoryLog) -> Iterator[ParquetHistory]:
    opened = ParquetHistory(tmp_path / "history", log)
    yield opened
    opened.close()


def append(
    log: MemoryLog, seq: int, *values: float, vehicle: str = "car-1", wall_ms: int = made.WALL_MS, signal: str = SPEED
) -> None:
    payload = made.telemetry(seq, *values, vehicle=vehicle, wall_ms=wall_ms, signal=signal)
    log.append([Record(vehicle, made.stream(), seq, "telemetry", wall_ms + 500, payload)])


def flush(history: ParquetHistory, log: MemoryLog) -> None:
    history.write(log.read(history.offset(), 1_000_000))


def values(history: ParquetHistory, vehicle: str = "car-1", path: str = SPEED) -> list[float]:
    found: list[float] = history.query(vehicle, path, *FOR_EVER, 1_000_000).values.tolist()
    return found


def test_samples_are_found_by_vehicle_signal_and_time_in_time_order(history: ParquetHistory, log: MemoryLog) -> None:
    append(log, 1, 3.0, 4.0, wall_ms=made.WALL_MS + 60_000)
    append(log, 2, 1.0, 2.0)
    append(log, 1, 9.0, vehicle="car-2")
    append(log, 3, 7.0, signal="Vehicle.Other")
    flush(history, log)

    found = history.query("car-1", SPEED, made.WALL_MS - 1_000, made.WALL_MS + 60_000, 100)

    assert found.values.tolist() == [1.0, 2.0, 3.0]
    assert found.t_ms.tolist() == [made.WALL_MS - 1_000, made.WALL_MS, made.WALL_MS + 59_000]
    assert found.validity.tolist() == [0, 0, 0]
    assert values(history, "car-2") == [9.0]
    assert values(history, "car-3") == []


def test_what_is_not_written_yet_is_found_all_the_same_and_nothing_twice(
    history: ParquetHistory, log: MemoryLog
) -> None:
    append(log, 1, 1.0)
    flush(history, log)
    append(log, 2, 2.0, wall_ms=made.WALL_MS + 1_000)
    assert values(history) == [1.0, 2.0]

    flush(history, log)

    assert values(history) == [1.0, 2.0]


def test_late_data_lands_in_its_own_day(history: ParquetHistory, log: MemoryLog, tmp_path: Path) -> None:
    append(log, 1, 2.0)
    flush(history, log)
    late = made.telemetry(2, 1.0, wall_ms=made.WALL_MS - 7 * DAY_MS)
    log.append([Record("car-1", made.stream(), 2, "telemetry", made.WALL_MS, late)])
    flush(history, log)

    assert values(history) == [1.0, 2.0]
    days = {path.name for path in (tmp_path / "history").glob("day=*")}
    assert days == {"day=2027-01-15", "day=2027-01-08"}


@pytest.mark.parametrize("wall_ms", [0, 86_400_000, made.WALL_MS + 365 * DAY_MS])
def test_a_clock_that_cannot_be_true_makes_no_days_of_its_own(
    history: ParquetHistory, log: MemoryLog, tmp_path: Path, wall_ms: int
) -> None:
    odd = made.telemetry(1, 1.0, wall_ms=wall_ms)
    log.append([Record("car-1", made.stream(), 1, "telemetry", made.WALL_MS, odd)])
    flush(history, log)

    assert values(history) == [1.0]
    assert [path.name for path in (tmp_path / "history").glob("day=*")] == ["day=other"]


def test_a_kill_between_the_files_and_the_index_leaves_nothing_twice(
    history: ParquetHistory, log: MemoryLog, tmp_path: Path
) -> None:
    append(log, 1, 1.0)
    flush(history, log)
    append(log, 2, 2.0, wall_ms=made.WALL_MS + 1_000)
    orphan = tmp_path / "history" / "day=2027-01-15" / "bucket=0" / "2-2.parquet"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"half a file")
    (orphan.parent / "3-3.tmp").write_bytes(b"half a file")

    again = ParquetHistory(tmp_path / "history", log)
    again.clear_leftovers()
    flush(again, log)

    assert values(again) == [1.0, 2.0]
    assert not orphan.exists()
    assert list((tmp_path / "history").glob("**/*.tmp")) == []
    again.close()


def test_small_files_are_put_together_and_say_the_same(history: ParquetHistory, log: MemoryLog, tmp_path: Path) -> None:
    chance = random.Random(7)
    expected = []
    for seq in range(1, 3 * CROWD + 1):
        value = float(chance.randrange(100))
        expected.append(value)
        append(log, seq, value, wall_ms=made.WALL_MS + seq * 1_000)
        flush(history, log)
        history.compact()

    assert values(history) == expected
    assert len(history._index.crowded(CROWD)) == 0
    assert history.offset() == log.last_offset()


def test_days_that_are_over_long_enough_are_forgotten(history: ParquetHistory, log: MemoryLog) -> None:
    append(log, 1, 1.0, wall_ms=made.WALL_MS - 10 * DAY_MS)
    append(log, 2, 2.0)
    flush(history, log)

    history.forget(made.WALL_MS - 5 * DAY_MS)

    assert values(history) == [2.0]


def test_the_consumer_writes_everything_when_told_to_stop_and_says_how_far_it_is(
    history: ParquetHistory, log: MemoryLog
) -> None:
    append(log, 1, 1.0)
    append(log, 2, 2.0, wall_ms=made.WALL_MS + 1_000)
    stop = Event()
    stop.set()

    HistoryConsumer(log, history, SetClock(), keep_days=0).run(stop)

    assert history.offset() == log.committed(CONSUMER) == 2
    assert values(history) == [1.0, 2.0]


def test_entries_of_other_kinds_are_passed_over_and_counted_as_written(history: ParquetHistory, log: MemoryLog) -> None:
    log.append([Record("car-1", made.stream("u"), 1, "dtc", 1, made.dtc(1, "P0301"))])
    log.append([Record("car-1", "facts", 1, "facts", 1, b"whatever")])

    flush(history, log)

    assert history.offset() == 2
    assert values(history) == []


def test_thinned_points_keep_the_peak(history: ParquetHistory, log: MemoryLog) -> None:
    for seq in range(1, 101):
        append(
            log,
            seq,
            *([5.0] * 10 if seq != 50 else [5.0] * 5 + [99.0] + [5.0] * 4),
            wall_ms=made.WALL_MS + seq * 60_000,
        )
    flush(history, log)

    found = history.query("car-1", SPEED, *FOR_EVER, 50)

    assert len(found.t_ms) <= 50
    assert np.nanmax(found.values) == 99.0


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, log: MemoryLog) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(HistoryError, match="cannot make"):
        ParquetHistory(tmp_path / "file" / "history", log)


def test_a_day_is_summed_up_by_vehicle_and_signal(history: ParquetHistory, log: MemoryLog) -> None:
    append(log, 1, 10.0, 20.0, 60.0)
    append(log, 2, 5.0, vehicle="car-2")
    append(log, 3, 99.0, wall_ms=made.WALL_MS + DAY_MS)
    flush(history, log)

    rows = sorted(history.daily(made.WALL_MS // DAY_MS))

    assert [row[:2] + row[-1:] for row in rows] == [("car-1", SPEED, 3), ("car-2", SPEED, 1)]
    assert rows[0][2:6] == pytest.approx((30.0, 10.0, 60.0, 26.4575), abs=1e-3)
    assert rows[1][2:6] == (5.0, 5.0, 5.0, 0.0)
