"""Rows into log entries: a batch a minute, asleep after a gap, nothing lost, names that may travel."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.ingest import columns
from cloud.log.ports import LogEntry
from cloud.replay.batches import Batches, Rows, vehicle_id
from cloud.replay.packing import ABSENT
from contract import signals
from contract.arrays import CELL_TEMPERATURES, CELL_VOLTAGES
from contract.errors import ContractError
from contract.identity import check_vehicle

T0_MS = 1_768_464_000_000


def rows(*seconds: float) -> Rows:
    times = np.array([T0_MS + round(s * 1000) for s in seconds], np.int64)
    values = np.arange(float(len(seconds)))[:, None] % 200.0
    return Rows((signals.SPEED,), times, values, np.zeros((len(seconds), 1), np.uint8))


def speeds(entries: list[LogEntry]) -> list[list[float]]:
    """Return the seconds of each entry's speeds."""
    return [
        ((column.wall_ms - T0_MS) / 1000.0).tolist()
        for entry in entries
        for column in columns.read(entry.payload).columns()
        if column.signal == signals.SPEED.path
    ]


def awakes(entries: list[LogEntry]) -> list[tuple[float, float]]:
    return [
        ((int(column.wall_ms[0]) - T0_MS) / 1000.0, float(column.values[0]))
        for entry in entries
        for column in columns.read(entry.payload).columns()
        if column.signal == signals.IS_AWAKE.path
    ]


def test_a_minute_is_a_batch_and_a_block_may_end_anywhere() -> None:
    batches = Batches("car", 60.0, 600.0)

    entries = [*batches.add(rows(0, 30, 59, 60, 61)), *batches.add(rows(90, 125)), *batches.close()]

    assert speeds(entries) == [[0, 30, 59], [60, 61, 90], [125]]
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert batches.observed_ms == 125_000


def test_after_a_gap_the_car_was_asleep() -> None:
    batches = Batches("car", 60.0, 600.0)

    entries = [*batches.add(rows(0, 1, 5000, 5001)), *batches.close()]

    assert awakes(entries) == [(-0.001, 1.0), (2.0, 0.0), (4999.999, 1.0), (5002.0, 0.0)]
    assert batches.observed_ms == 2_000


def test_a_batch_arrives_after_its_newest_sample_and_a_late_one_after_what_came_before() -> None:
    batches = Batches("car", 60.0, 600.0)

    entries = [*batches.add(rows(0, 10, 300, 310)), *batches.add(rows(100)), *batches.close()]

    arrivals = [entry.received_ms for entry in entries]
    assert arrivals == sorted(arrivals)
    assert batches.observed_ms == 310_000


def test_a_minute_of_very_many_rows_is_sent_in_parts() -> None:
    batches = Batches("car", 60.0, 600.0)

    entries = [*batches.add(rows(*(k / 500.0 for k in range(25_000)))), *batches.close()]

    assert len(speeds(entries)) == 2
    assert sum(len(batch) for batch in speeds(entries)) == 25_000


def test_rows_of_hundreds_of_signals_that_nothing_can_pack_are_still_sent() -> None:
    draw = np.random.default_rng(1)
    many = (*CELL_VOLTAGES, *CELL_TEMPERATURES)
    times = T0_MS + draw.integers(0, 60_000, 200)
    values = draw.uniform(-1e9, 1e9, (200, len(many)))
    kinds = draw.choice(np.array([0, 2, 3], np.uint8), (200, len(many)))
    batches = Batches("car", 60.0, 600.0)

    entries = [*batches.add(Rows(many, times, values, kinds)), *batches.close()]

    assert sum(len(columns.read(entry.payload).values) for entry in entries) == 200 * len(many) + 2


def test_a_row_in_which_nothing_stands_sends_nothing() -> None:
    empty = rows(0, 1)
    empty.kinds[:] = ABSENT
    batches = Batches("car", 60.0, 600.0)

    assert speeds([*batches.add(empty), *batches.close()]) == []


@given(st.lists(st.integers(0, 4_000), min_size=1, max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_every_row_is_sent_once_however_it_is_cut_into_blocks(seconds: list[int], cuts: list[int]) -> None:
    batches = Batches("car", 60.0, 600.0)
    edges = [0, *sorted(min(cut, len(seconds)) for cut in cuts), len(seconds)]

    entries: list[LogEntry] = []
    for start, end in pairwise(edges):
        if start < end:
            entries += batches.add(rows(*seconds[start:end]))
    entries += batches.close()

    assert [s for batch in speeds(entries) for s in batch] == [float(s) for s in seconds]


@given(st.text(min_size=1, max_size=90))
def test_any_name_becomes_one_that_may_travel(name: str) -> None:
    if name.strip():
        assert check_vehicle(vehicle_id(name))
    else:
        with pytest.raises(ContractError):
            vehicle_id(name)


def test_names_that_differ_stay_different() -> None:
    names = ["car 1", "car-1", "car_1", "车1", "车2", "x" * 70, "x" * 71]

    assert len({vehicle_id(name) for name in names}) == len(names)
    assert vehicle_id("LSVAA4187E2-184847") == "LSVAA4187E2-184847"
