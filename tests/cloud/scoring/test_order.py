"""Whatever the order in which records are taken, the rows are those of the order in which they came."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.scoring import order
from cloud.scoring.lanes import LANES
from cloud.scoring.state import State
from tests.cloud.scoring.test_track import made_records, tracked

slot_lists = st.lists(st.integers(0, 9), max_size=120)


@settings(max_examples=60, deadline=None)
@given(slots=slot_lists)
def test_ranks_count_what_came_before_of_the_same_vehicle(slots: list[int]) -> None:
    ranks = np.empty(len(slots), np.int64)

    most = order.rank(np.array(slots, np.int64), ranks)

    assert ranks.tolist() == [slots[:r].count(slot) for r, slot in enumerate(slots)]
    assert most == max((slots.count(slot) for slot in slots), default=0)


@settings(max_examples=60, deadline=None)
@given(slots=slot_lists)
def test_spread_records_are_the_first_of_every_vehicle_and_then_the_second(slots: list[int]) -> None:
    count = len(slots)
    records = np.arange(16 * count, dtype=np.float32).reshape(count, 16)
    naive = sorted(range(count), key=lambda r: slots[:r].count(slots[r]))

    spread = order.spread(np.array(slots, np.int64), np.arange(count, dtype=np.float64), records)

    assert spread[0].tolist() == [slots[r] for r in naive]
    assert spread[1].tolist() == naive
    assert np.array_equal(spread[2], records[naive])


@settings(max_examples=60, deadline=None)
@given(slots=slot_lists, parts=st.integers(1, 5))
def test_every_part_has_its_vehicles_records_in_their_order(slots: list[int], parts: int) -> None:
    count = len(slots)
    records = np.arange(16 * count, dtype=np.float32).reshape(count, 16)

    parted = order.parted(np.array(slots, np.int64), np.arange(count, dtype=np.float64), records, parts)

    assert len(parted) == parts
    for part, (mine, times_s, rows) in enumerate(parted):
        naive = [r for r in range(count) if slots[r] % parts == part]
        assert mine.tolist() == [slots[r] for r in naive]
        assert times_s.tolist() == naive
        assert np.array_equal(rows, records[naive])


def test_blocks_are_full_of_different_vehicles_and_nearly_empty_of_one() -> None:
    assert order.fill(np.arange(10 * LANES)) == 1.0
    assert order.fill(np.repeat(np.arange(100), 50)) < 0.05
    assert order.fill(np.zeros(0, np.int64)) == 1.0


@pytest.mark.parametrize("arrangement", ["random", "by vehicle"])
def test_every_order_makes_the_same_rows_bit_for_bit(arrangement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slots, times_s, records = made_records(3, 3_000, 60, gaps=0.2)
    if arrangement == "by vehicle":
        by_vehicle = np.argsort(slots, kind="stable")
        slots, times_s, records = slots[by_vehicle], times_s[by_vehicle], records[by_vehicle]
    plain, alone, threaded = State(60), State(60), State(60)
    monkeypatch.setattr(order, "LEAST_FOR_A_THREAD", 500)

    scores = tracked(plain, slots, times_s, records)
    late = order.track_all(alone, slots, times_s, records)
    with ThreadPoolExecutor(3) as pool:
        late_in_parts = order.track_all(threaded, slots, times_s, records, parts=3, side_by_side=pool.map)

    assert plain.hot.tobytes() == alone.hot.tobytes() == threaded.hot.tobytes()
    assert late == late_in_parts == np.count_nonzero(scores < 0.0)
