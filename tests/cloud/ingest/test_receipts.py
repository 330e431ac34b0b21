"""Ranges name every number once and no other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cloud.ingest.receipts import MAX_REFUSALS, ranges, receipts


@given(st.lists(st.integers(1, 60)))
def test_ranges_hold_exactly_the_numbers_and_are_the_fewest(numbers: list[int]) -> None:
    found = ranges(numbers)

    held = [number for first, last in found for number in range(first, last + 1)]
    assert held == sorted(set(numbers))
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(found))


def test_stored_and_refused_of_one_stream_travel_in_one_receipt() -> None:
    (receipt,) = receipts([("car-1", "s", 2), ("car-1", "s", 1)], [("car-1", "s", 3, "why")])

    assert receipt.stored == ((1, 2),)
    assert receipt.rejected == ((3, "why"),)


def test_a_flood_of_refusals_does_not_make_a_receipt_too_large_to_send() -> None:
    (receipt,) = receipts([], [("car-1", "s", seq, "why" * 60) for seq in range(1, MAX_REFUSALS + 100)])

    assert len(receipt.rejected) == MAX_REFUSALS
